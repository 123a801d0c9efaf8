"""`python -m contracts`: write the schemas of new types and of compatible changes; refuse a change that would break a reader.

A change is compatible when it adds an optional field. Anything else is `v2` beside `v1`.
"""

import json
import sys
from typing import Any

from jsoncompat import check_compat

from .registry import MESSAGES
from .schemas import SCHEMAS, schema_of


def compatible(old: str, new: str) -> bool:
    """Whether today's readers read what was written under `old`, and readers of `old` what is written under `new`.

    A writer writes no field that its schema does not name (closed); a reader skips those that it does not know (open).
    """
    return check_compat(_closed(old), new, "deserializer") and check_compat(old, _closed(new), "serializer")


def _closed(schema: str) -> str:
    def close(part: Any) -> Any:
        if isinstance(part, list):
            return [close(item) for item in part]
        if not isinstance(part, dict):
            return part
        closed = {name: close(value) for name, value in part.items()}
        return closed | {"additionalProperties": False} if "properties" in part and "additionalProperties" not in part else closed

    return json.dumps(close(json.loads(schema)))


def main() -> int:
    """Write what may be written, name what may not."""
    SCHEMAS.mkdir(exist_ok=True)
    broken = []
    for type_ in MESSAGES:
        path, new = SCHEMAS / f"{type_}.json", schema_of(type_)
        if path.exists() and not compatible(path.read_text(), new):
            broken.append(type_)
        else:
            path.write_text(new)
    for type_ in broken:
        print(f"{type_}: this change breaks readers of what was published. Add an optional field, or a v2 beside it.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
