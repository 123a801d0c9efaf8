"""The JSON Schema of every message, as committed in `contracts/schemas`, one file a type."""

import json
from pathlib import Path

from .registry import MESSAGES

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
EXAMPLES = ROOT / "examples"


def schema_of(type_: str) -> str:
    """The schema of a type, as text: what a writer writes, and what a reader must read."""
    return json.dumps(MESSAGES[type_].model_json_schema(mode="serialization"), indent=2, ensure_ascii=False) + "\n"


def examples_of(type_: str) -> list[Path]:
    """Every example ever published of a type: `<type>.json`, `<type>.2.json`, …"""
    return sorted(path for path in EXAMPLES.glob(f"{type_}*.json") if path.name.removeprefix(type_).strip(".json0123456789") == "")
