"""The sample programme system against the published contract: what it sends, what it reads, under its own principal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from jsonschema import Draft202012Validator

from sesame_local.place import REPOSITORY
from tests.forks import Forked, script
from tests.infra import Infra

CONTRACTS = REPOSITORY / "contracts"
EXAMPLE = CONTRACTS / "examples" / "programme.contract-award.v1.json"
NUMBER = "2007QCA0266"
FAULT = {"code": "price-differs", "reason": "Le prix doit être égal à heures × tarif × effectif.", "field": "terms.centre.price"}


@pytest.fixture(scope="module")
def prefix(infra: Infra) -> str:
    return infra.fresh_topics("actions", "programme")


def login(infra: Infra) -> dict[str, Any]:
    """That of actions: the other side."""
    return {
        "bootstrap_servers": infra.kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "actions",
        "sasl_plain_password": infra.kafka.passwords["actions"],
    }


async def programme(infra: Infra, prefix: str, *arguments: str) -> str:
    environment = {
        "PROGRAMME_KAFKA": infra.kafka.bootstrap,
        "PROGRAMME_SECURITY": "SASL_PLAINTEXT",
        "PROGRAMME_PASSWORD": infra.kafka.passwords["programme"],
        "PROGRAMME_PREFIX": prefix,
    }
    _, said = await Forked(script, REPOSITORY / "deploy" / "programme" / "programme.py", *arguments, environment=environment).ended()
    return said


@asynccontextmanager
async def actions_answers(infra: Infra, prefix: str, *answers: dict[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
    """Answers the next records on `region.contracts` with these, each twice as after a failure; gives the bodies that came."""
    came: list[dict[str, Any]] = []
    consumer = AIOKafkaConsumer(f"{prefix}region.contracts", **login(infra), group_id=f"actions.{prefix}test", auto_offset_reset="earliest")
    producer = AIOKafkaProducer(**login(infra))
    await consumer.start()
    await producer.start()

    async def answer_each() -> None:
        for answer in answers:
            record = await consumer.getone()
            came.append(json.loads(record.value))
            place = {
                "partition": record.partition,
                "offset": record.offset,
                "contract_number": record.key.decode(),
                "faults": [],
                "more": 0,
            }
            for _ in range(2):
                body = json.dumps(place | answer).encode()
                await producer.send_and_wait(f"{prefix}region.contracts.replies", body, key=record.key, headers=[("ce_source", b"actions")])

    task = asyncio.create_task(answer_each())
    try:
        yield came
        await task
    finally:
        task.cancel()
        await consumer.commit()
        await consumer.stop()
        await producer.stop()


async def test_act_1_what_it_sends_is_what_the_published_schemas_say_and_answers_are_shown(
    infra: Infra, prefix: str, tmp_path: Path
) -> None:
    assert await programme(infra, prefix, "list") == "Aucun contrat.\n"
    file = tmp_path / "contrat.json"
    file.write_text(json.dumps({name: value for name, value in json.loads(EXAMPLE.read_text()).items() if name != "ask"}))
    answers = ({"outcome": "awarded"}, {"outcome": "refused", "faults": [FAULT], "more": 2}, {"outcome": "withdrawn"})
    async with actions_answers(infra, prefix, *answers) as came:
        awarded = await programme(infra, prefix, "award", str(file))
        refused = await programme(infra, prefix, "replace", str(EXAMPLE))
        withdrawn = await programme(infra, prefix, "withdraw", NUMBER)
    assert (awarded, withdrawn) == (f"Contrat {NUMBER} : Attribué.\n", f"Contrat {NUMBER} : Retiré.\n")
    line = "terms.centre.price : Le prix doit être égal à heures × tarif × effectif. (price-differs)"
    assert refused == f"Contrat {NUMBER} : Refusé :\n  {line}\n  et 2 autres erreurs\n"
    assert [body["ask"] for body in came] == ["award", "replace", "withdraw"]
    for body, name in zip(came, ("award", "award", "withdrawal"), strict=True):
        schema = json.loads((CONTRACTS / "schemas" / f"programme.contract-{name}.v1.json").read_text())
        Draft202012Validator(schema).validate(body)
    assert await programme(infra, prefix, "list") == f"{NUMBER}  Retiré.\n"
    replies = await programme(infra, prefix, "replies")
    assert [words in replies for words in ("Attribué.", line, "Retiré.")] == [True] * 3 and replies.count(NUMBER) == 3


async def test_a_file_without_a_contract_is_said(infra: Infra, prefix: str, tmp_path: Path) -> None:
    file = tmp_path / "vide.json"
    file.write_text("[]")
    assert "ne contient pas de contrat en JSON" in await programme(infra, prefix, "award", str(file))
