"""`python -m contracts`: write the schemas of new types and of compatible changes; refuse a change that would break a reader.

A change is compatible when it adds an optional field. Anything else is `v2` beside `v1`.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from jsoncompat import check_compat

from .published import RETIRED, NoHistory, Published, published
from .registry import MESSAGES
from .schemas import SCHEMAS, schema_of


def compatible(old: str, new: str) -> bool:
    """Whether today's readers read what was written under `old`, and readers of `old` what is written under `new`.

    A writer writes no field that its schema does not name (closed); a reader skips those that it does not know (open).
    """
    return check_compat(_closed(old), new, "deserializer") and check_compat(old, _closed(new), "serializer")


def broken(versions: Iterable[Published], current: Mapping[str, str]) -> dict[str, str]:
    """The types whose readers `current` (schemas by type) breaks, or that it has no more, and the commit that had published them."""
    return {
        version.type_: version.commit
        for version in versions
        if version.type_ not in RETIRED
        and (
            version.type_ not in current
            or (version.schema != current[version.type_] and not compatible(version.schema, current[version.type_]))
        )
    }


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
    try:
        versions = published()
    except NoHistory as reason:
        print(f"{reason}: compared with the schemas in {SCHEMAS} alone, not with those that were published before.", file=sys.stderr)
        versions = ()
    SCHEMAS.mkdir(exist_ok=True)
    here = (Published(path.stem, path.read_text(), "this folder") for path in SCHEMAS.glob("*.json"))
    current = {type_: schema_of(type_) for type_ in MESSAGES}
    breaks = broken((*here, *versions), current)
    for type_ in current.keys() - breaks.keys():
        (SCHEMAS / f"{type_}.json").write_text(current[type_])
    for type_, commit in sorted(breaks.items()):
        what = "breaks readers" if type_ in current else "takes away the type"
        print(f"{type_}: this change {what} of what was published ({commit}). Add an optional field, or a v2 beside it.", file=sys.stderr)
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main())
