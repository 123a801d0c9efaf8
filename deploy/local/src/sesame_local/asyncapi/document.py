"""A world as AsyncAPI 3: one document of the whole, which defines everything, and one of each application, which refers to it."""

import inspect
import json
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.message import Message
from contracts.schemas import ROOT, examples_of

from .applications import Application, World, in_order

FOLDER = ROOT / "asyncapi"
WHOLE = "sesame.json"
BINDING = {"bindingVersion": "0.5.0"}
Document = dict[str, Any]

HEADERS: Mapping[str, tuple[str, str]] = {
    "ce_specversion": ("^1\\.0$", "CloudEvents, binary mode"),
    "ce_id": ("^[0-9a-f-]{36}$", "the message's id, a UUID: the same message again has the same"),
    "ce_source": (
        "^[a-z]+(/[0-9a-f]+)?$",
        "who says it; believe no other than the types' owners. The portal's names an epoch: `gateway/3f9a0c1e`",
    ),
    "ce_type": ("^[a-z.-]+\\.v[0-9]+$", "the type of the body, its version last"),
    "ce_time": ("^\\d{4}-\\d{2}-\\d{2}T.+([+-]\\d{2}:\\d{2}|Z)$", "the business time, ISO 8601 with its offset"),
    "ce_version": ("^\\d+$", "counts what one source says about one key, from 1, without gaps; of a day, its ordinal"),
    "ce_correlation": ("^[0-9a-f-]{36}$", "the id of what began it all"),
    "content-type": ("^application/json$", "always this one"),
    "ce_causation": ("^[0-9a-f-]{36}$", "the id of the message that caused it"),
    "ce_actor": ("^\\[", "who asked, as JSON: user's id, role, SIRET of the organisation or null"),
    "ce_after": ("^\\[", "what the author had seen, as JSON: topic, partition, offset of each"),
}
"""The envelope (`contracts.envelope`), a pattern and a meaning each; those that are there always come first, up to `content-type`."""
ALWAYS = tuple(HEADERS)[:8]


def documents(world: World) -> Mapping[str, Document]:
    """Every document by its file's name."""
    return {WHOLE: whole(world)} | {f"{application.name}.json": one(world, application) for application in world.applications}


def text(document: Document) -> str:
    """As it is committed."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def whole(world: World) -> Document:
    """Every topic, every message, and what each application does with them."""
    operations: Document = {}
    for application in world.applications:
        operations |= _operations(world, application)
    return {
        "asyncapi": "3.0.0",
        "info": _info(
            "Sésame", "Every message that crosses a process boundary. Generated from the services' tables; versions are the types'."
        ),
        "defaultContentType": "application/json",
        "servers": {"kafka": SERVER},
        "channels": {topic: _channel(world, topic, kinds, "") for topic, kinds in world.kinds.items()},
        "operations": operations,
        "components": {
            "messages": {kind.TYPE: _message(world, kind) for kinds in world.kinds.values() for kind in kinds},
            "messageTraits": {"envelope": {"headers": envelope(), "correlationId": {"location": "$message.header#/ce_correlation"}}},
            "securitySchemes": {"scram": {"type": "scramSha512", "description": "A user and a password of each principal's own."}},
        },
    }


def one(world: World, application: Application) -> Document:
    """What one application receives and sends; what a message is stands in the document of the whole."""
    both: dict[str, set[type[Message]]] = {}
    for topic, kinds in (*application.receives.items(), *application.sends.items()):
        both.setdefault(topic, set()).update(kinds)
        if topic in world.answers and topic in application.sends:
            both.setdefault(world.answers[topic][0].topic(), set()).update(world.answers[topic])
    return {
        "asyncapi": "3.0.0",
        "info": _info(
            f"Sésame: {application.name}", f"What the principal `{application.name}` receives and sends; no other right is its own."
        ),
        "defaultContentType": "application/json",
        "servers": {"kafka": {"$ref": f"./{WHOLE}#/servers/kafka"}},
        "channels": {topic: _channel(world, topic, in_order(kinds), f"./{WHOLE}") for topic, kinds in both.items()},
        "operations": _operations(world, application),
    }


def envelope() -> Document:
    """The schema of the headers; Kafka's headers are bytes, these are UTF-8."""
    properties = {name: {"type": "string", "pattern": pattern, "description": words} for name, (pattern, words) in HEADERS.items()}
    return {"type": "object", "required": list(ALWAYS), "properties": properties}


def kept(config: Mapping[str, str]) -> str:
    """How long a topic keeps what it holds, in words."""
    if "compact" in config.get("cleanup.policy", ""):
        return "the latest of each key, for ever"
    retention = int(config["retention.ms"])
    return "for ever" if retention < 0 else f"{retention // 86_400_000} days"


def summary(kind: type[Message]) -> str:
    """What a type says of itself, in one paragraph."""
    return inspect.getdoc(kind) or kind.__name__


def _info(title: str, description: str) -> Document:
    return {"title": title, "version": "1", "description": description, "externalDocs": {"url": "./index.html", "description": "To read"}}


SERVER: Document = {
    "host": "{address}",
    "protocol": "kafka-secure",
    "description": "Apache Kafka over TLS. Where an installation has a prefix, each topic's name begins with it.",
    "variables": {"address": {"description": "host:port, as the operator gives it", "default": "localhost:9092"}},
    "security": [{"$ref": "#/components/securitySchemes/scram"}],
}


def _channel(world: World, topic: str, kinds: Iterable[type[Message]], of: str) -> Document:
    row = world.table.topics[topic]
    readers = [application.name for application in world.applications if topic in application.receives]
    writers = [application.name for application in world.applications if topic in application.sends]
    lines = [
        f"Key: {row.key}.",
        f"Kept: {kept(row.config)}.",
        f"Written by {_listed(writers)}; read by {_listed(readers)}.",
        *(["Whoever writes it needs no envelope: records are told apart by their content."] if topic in world.without_envelope else []),
        *(["A record without a body erases that of its key."] if topic in world.erasing else []),
    ]
    settings: Document = {name: int(value) if value.lstrip("-").isdecimal() else value for name, value in row.config.items()}
    if "cleanup.policy" in settings:
        settings["cleanup.policy"] = settings["cleanup.policy"].split(",")
    return {
        "address": topic,
        "description": "\n\n".join(lines),
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {kind.TYPE: {"$ref": f"{of}#/components/messages/{kind.TYPE}"} for kind in kinds},
        "bindings": {"kafka": {"topic": topic, "partitions": row.partitions, "topicConfiguration": settings, **BINDING}},
    }


def _message(world: World, kind: type[Message]) -> Document:
    bare = kind.topic() in world.without_envelope
    example = max(examples_of(kind.TYPE), key=lambda path: len(path.name))
    return {
        "name": kind.TYPE,
        "title": kind.__name__,
        "summary": summary(kind),
        "tags": [{"name": source} for source in sorted(kind.sources())],
        "contentType": "application/json",
        **({} if bare else {"traits": [{"$ref": "#/components/messageTraits/envelope"}]}),
        "payload": {"schemaFormat": "application/schema+json;version=draft-2020-12", "schema": {"$ref": f"../schemas/{kind.TYPE}.json"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": world.table.topics[kind.topic()].key}, **BINDING}},
        "examples": [{"payload": json.loads(example.read_text())}],
    }


def _operations(world: World, application: Application) -> Document:
    """Each names its application, so that those of all fit into one document."""
    operations: Document = {}
    for action, topics in (("receive", application.receives), ("send", application.sends)):
        for topic, kinds in topics.items():
            operation: Document = {
                "action": action,
                "channel": {"$ref": f"#/channels/{topic}"},
                "tags": [{"name": application.name}],
                "messages": _references(topic, kinds),
            }
            if action == "receive":
                group = {"type": "string", "pattern": f"^{application.name}\\..+$"}
                operation["bindings"] = {"kafka": {"groupId": group, **BINDING}}
            elif topic in world.answers:
                answer = world.answers[topic][0].topic()
                operation["reply"] = {"channel": {"$ref": f"#/channels/{answer}"}, "messages": _references(answer, world.answers[topic])}
            operations[f"{application.name}.{action}.{topic}"] = operation
    return operations


def _references(topic: str, kinds: Iterable[type[Message]]) -> list[Document]:
    return [{"$ref": f"#/channels/{topic}/messages/{kind.TYPE}"} for kind in kinds]


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nobody"
