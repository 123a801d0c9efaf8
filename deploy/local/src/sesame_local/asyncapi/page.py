"""The document of the whole as one page to read: every topic, who writes and reads it, every message with its fields and an example.

A file by itself: no script, no font, nothing from elsewhere. Each topic, message and part has an anchor, named as it is.
"""

import json
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from contracts.message import Message
from contracts.schemas import examples_of, schema_of

from .applications import World
from .document import HEADERS, kept, summary

Schema = Mapping[str, Any]


def page(world: World) -> str:
    """The page."""
    sections = "\n".join(_topic(world, topic) for topic in world.table.topics)
    applications = "\n".join(_application(world, name) for name in world.table.principals)
    headers = "\n".join(f"<tr><td><code>{name}</code><td>{_code(words)}" for name, (_, words) in HEADERS.items())
    topics = "\n".join(f"<li>{_topic_link(topic)}" for topic in world.table.topics)
    return PAGE.format(topics=topics, applications=applications, headers=headers, sections=sections)


def _application(world: World, name: str) -> str:
    application = next(one for one in world.applications if one.name == name)
    sides = (", ".join(map(_topic_link, side)) or "nothing" for side in (application.receives, application.sends))
    cells = "".join(f"<td>{side}" for side in sides)
    return f'<tr id="application-{name}"><td><a href="{name}.json"><code>{name}</code></a>{cells}'


def _topic(world: World, topic: str) -> str:
    row, kinds = world.table.topics[topic], world.kinds[topic]
    facts = {
        "Key": _code(row.key),
        "Kept": kept(row.config),
        "Partitions": f"{row.partitions}, which never changes",
        "Written by": _applications(one.name for one in world.applications if topic in one.sends),
        "Read by": _applications(one.name for one in world.applications if topic in one.receives),
        "Answered on": _topic_link(world.answers[topic][0].topic()) if topic in world.answers else "",
        "Envelope": "none is needed: records are told apart by their content" if topic in world.without_envelope else "",
        "Erasing": "a record without a body erases that of its key" if topic in world.erasing else "",
    }
    told = "".join(f"<dt>{name}<dd>{words}" for name, words in facts.items() if words)
    links = "\n".join(f'<li><a href="#{kind.TYPE}"><code>{kind.TYPE}</code></a>' for kind in kinds)
    messages = "\n".join(_message(world, kind) for kind in kinds)
    head = f'<section id="topic-{topic}">\n<h2><code>{topic}</code></h2>\n<dl>{told}</dl>'
    return f'{head}\n<ul class="types">{links}</ul>\n{messages}\n</section>'


def _message(world: World, kind: type[Message]) -> str:
    type_, schema = kind.TYPE, json.loads(schema_of(kind.TYPE))
    parts = schema.get("$defs", {})
    receivers = [one.name for one in world.applications if kind in one.receives.get(kind.topic(), ())]
    example = json.loads(max(examples_of(type_), key=lambda path: len(path.name)).read_text())
    told = "".join(f"<p>{_code(paragraph)}</p>" for paragraph in summary(kind).split("\n\n"))
    tables = "".join(
        f'<h4 id="{type_}/{name}"><code>{name}</code></h4>{_described(part)}{_fields(type_, part, parts)}'
        for name, part in parts.items()
        if part.get("type") == "object"
    )
    return (
        f'<article id="{type_}">\n<h3><a href="#{type_}"><code>{type_}</code></a></h3>\n{told}'
        f"<p>Said by {_applications(sorted(kind.sources()))}; received by {_applications(receivers)}. "
        f'<a href="../schemas/{type_}.json">JSON Schema</a></p>\n{_fields(type_, schema, parts)}{tables}'
        f"<details><summary>Example</summary><pre>{escape(json.dumps(example, indent=1, ensure_ascii=False))}</pre></details>\n</article>"
    )


def _fields(type_: str, schema: Schema, parts: Mapping[str, Schema]) -> str:
    """A row for each field."""
    required, rows = schema.get("required", ()), []
    for name, field in schema.get("properties", {}).items():
        default = "" if name in required or field.get("default") is None else f", else <code>{escape(json.dumps(field['default']))}</code>"
        must = "" if name in required else f"optional{default}"
        rows.append(f"<tr><td><code>{name}</code><td>{_kind(type_, field, parts)}<td>{must}<td>{_code(field.get('description', ''))}")
    return f"<table><tr><th>Field<th>Type<th><th>{''.join(rows)}</table>\n" if rows else "<p>No fields.</p>\n"


def _kind(type_: str, schema: Schema, parts: Mapping[str, Schema]) -> str:
    """A type in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        part = parts[name]
        return f'<a href="#{type_}/{name}">{name}</a>' if part.get("type") == "object" else _kind(type_, part, parts)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_kind(type_, choice, parts) for choice in choices)
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " · ".join(f"<code>{escape(str(value))}</code>" for value in values)
    match schema.get("type"):
        case "array" if "items" in schema:
            return f"list of {_kind(type_, schema['items'], parts)}"
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            return f"names to {_kind(type_, schema['additionalProperties'], parts)}"
        case str(name):
            limits = (
                schema.get("format"),
                schema.get("pattern"),
                *(f"{words} {schema[key]}" for key, words in LIMITS.items() if key in schema),
            )
            return " ".join([name, *(f"<code>{escape(str(limit))}</code>" for limit in limits if limit)])
    return "anything"


LIMITS = {"minimum": "≥", "maximum": "≤", "minLength": "length ≥", "maxLength": "length ≤"}


def _described(part: Schema) -> str:
    return f"<p>{_code(part['description'])}</p>" if part.get("description") else ""


def _topic_link(topic: str) -> str:
    return f'<a href="#topic-{topic}"><code>{topic}</code></a>'


def _applications(names: Iterable[str]) -> str:
    return ", ".join(f'<a href="#application-{name}">{name}</a>' for name in names) or "nobody"


def _code(words: str) -> str:
    """Text with `code` in it."""
    pieces = escape(words, quote=False).split("`")
    return "".join(f"<code>{piece}</code>" if place % 2 and place < len(pieces) - 1 else piece for place, piece in enumerate(pieces))


PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sésame: topics and messages</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem; color: #1e2430; }}
code, pre {{ font: .9em/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }}
a {{ color: #1b4b91; }}
h2 {{ margin-top: 3rem; border-top: 3px solid #1b4b91; padding-top: .75rem; }}
h3 {{ margin: 2.5rem 0 .5rem; }}
h3 a {{ text-decoration: none; }}
h4 {{ margin: 1rem 0 .25rem; }}
:target:not(section) {{ background: #fff6d6; }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }}
dt {{ font-weight: 600; }}
dd {{ margin: 0; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #d9dee7; }}
td:first-child {{ min-width: 11rem; }}
pre {{ background: #f3f5f9; padding: .75rem; overflow-x: auto; }}
.types {{ columns: 20rem; padding-left: 1.25rem; }}
@media (max-width: 40rem) {{
  table, tbody, tr, td {{ display: block; border: 0; padding: 0; }}
  tr {{ border-bottom: 1px solid #d9dee7; padding: .35rem 0; }}
  th {{ display: none; }}
}}
</style>
<h1>Sésame: topics and messages</h1>
<p>Generated from the services' own tables of what they listen to, the table of topics and rights, and the contracts; the same as
<a href="sesame.json">AsyncAPI 3</a>, and of each application below. A system outside Sésame begins with
<a href="../FINANCE.md">FINANCE.md</a>.
Every topic, message and part has an anchor of its own name: <code>#topic-events</code>, <code>#finance.invoice-issued.v1</code>.</p>
<h2>Topics</h2>
<ul class="types">
{topics}
</ul>
<h2>Applications</h2>
<table><tr><th>Application<th>Receives<th>Sends
{applications}
</table>
<h2 id="envelope">The envelope</h2>
<p>Kafka headers, UTF-8, with CloudEvents names. A reader skips headers, fields and types that it does not know.</p>
<table>
{headers}
</table>
{sections}
</html>
"""
