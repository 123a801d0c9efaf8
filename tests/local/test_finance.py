"""The sample finance system against the published contract: what it reads, what it sends, under its own principal."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from jsonschema import Draft202012Validator

from contracts.finance import InvoiceDocument
from sesame_local.place import REPOSITORY
from tests.forks import Forked, script
from tests.infra import Infra

SCHEMAS = REPOSITORY / "contracts" / "schemas"
INVOICE = "0193b5a0-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def prefix(infra: Infra) -> str:
    return infra.fresh_topics("billing", "finance", "gateway")


def login(infra: Infra, user: str = "billing") -> dict[str, Any]:
    """Billing's, or the portal's: the other side."""
    return {
        "bootstrap_servers": infra.kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": infra.kafka.passwords[user],
    }


async def write(infra: Infra, topic: str, *records: tuple[str, dict[str, Any]], source: str = "billing") -> None:
    producer = AIOKafkaProducer(**login(infra, source))
    await producer.start()
    for kind, body in records:
        await producer.send_and_wait(
            topic, json.dumps(body).encode(), key=b"07-1", headers=[("ce_type", kind.encode()), ("ce_source", source.encode())]
        )
    await producer.stop()


async def finance(infra: Infra, prefix: str, *arguments: str) -> str:
    environment = {
        "FINANCE_KAFKA": infra.kafka.bootstrap,
        "FINANCE_SECURITY": "SASL_PLAINTEXT",
        "FINANCE_PASSWORD": infra.kafka.passwords["finance"],
        "FINANCE_PREFIX": prefix,
        "FINANCE_TODAY": "2008-03-05",
    }
    _, said = await Forked(script, REPOSITORY / "deploy" / "finance" / "finance.py", *arguments, environment=environment).ended()
    return said


@asynccontextmanager
async def billing_answers(infra: Infra, prefix: str, answer: dict[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
    """Answers the next record on `region.decisions` with `answer`; gives the bodies that came."""
    came: list[dict[str, Any]] = []
    consumer = AIOKafkaConsumer(f"{prefix}region.decisions", **login(infra), group_id=f"billing.{prefix}test", auto_offset_reset="earliest")
    await consumer.start()

    async def answer_once() -> None:
        record = await consumer.getone()
        came.append(json.loads(record.value))
        assert record.key == b"07-1"
        body = {"invoice_id": None, "reference": None, **answer, "partition": record.partition, "offset": record.offset}
        await write(infra, f"{prefix}region.decisions.replies", ("finance.reply.v1", body))

    task = asyncio.create_task(answer_once())
    try:
        yield came
        await task
    finally:
        task.cancel()
        await consumer.commit()
        await consumer.stop()


RECORDED = {"outcome": "recorded", "code": None, "reason": None}


def issued(sequence: int, invoice_id: str, number: int | None) -> tuple[str, dict[str, Any]]:
    body = {
        "sequence": sequence,
        "contract_number": "07-1",
        "invoice_id": invoice_id,
        "legal_number": "2008-000001",
        "number": number,
        "kind": "monthly",
        "siret": "73282932000074",
        "organisation": "CEVENNES-GESTION",
        "months": ["2008-02"],
        "trainees": 10,
        "lines": [],
        "excluding_tax": "2445.00",
        "tax_rate": "0.1960",
        "tax": "479.22",
        "including_tax": "2924.22",
        "issued_on": "2008-03-03",
    }
    return "finance.invoice-issued.v1", body


async def test_fin_1_invoices_are_listed_with_their_state_and_a_missed_message_is_said(infra: Infra, prefix: str) -> None:
    assert "Aucune facture" in await finance(infra, prefix, "list")
    await write(infra, f"{prefix}billing.invoices", issued(1, INVOICE, 1), issued(1, INVOICE, 1))
    first = await finance(infra, prefix, "list")
    assert "  1  2008-000001  contrat 07-1  Facture n° 1 (2008-02)  2924.22 € TTC  CEVENNES-GESTION  à décider" in first
    assert len(first.splitlines()) == 1
    fact = {"sequence": 3, "contract_number": "07-1", "invoice_id": INVOICE, "decided_by": "agent", "decided_at": "2008-03-05T10:00:00Z"}
    await write(infra, f"{prefix}billing.invoices", ("finance.invoice-accepted.v1", fact))
    second = await finance(infra, prefix, "list")
    assert "acceptée" in second
    assert "il manque un message du contrat 07-1 avant le n° 3" in second


@pytest.mark.parametrize(
    ("arguments", "schema", "said"),
    [
        (["accept", "1"], "invoice-decision", {"decision": "accepted"}),
        (
            ["reject", "1", "hours_wrong", "Heures à revoir"],
            "invoice-decision",
            {"decision": "rejected", "code": "hours_wrong", "text": "Heures à revoir"},
        ),
        (["pay", "1", "2924.22", "VIR-1"], "payment", {"amount": "2924.22", "date": "2008-03-05", "reference": "VIR-1"}),
    ],
    ids=["accept", "reject", "pay"],
)
async def test_fin_1_what_it_sends_is_what_the_published_schema_says(
    infra: Infra, prefix: str, arguments: list[str], schema: str, said: dict[str, str]
) -> None:
    async with billing_answers(infra, prefix, RECORDED) as came:
        assert (await finance(infra, prefix, *arguments)).endswith("Enregistré.\n")
    published = json.loads((SCHEMAS / f"finance.{schema}.v1.json").read_text())
    Draft202012Validator(published).validate(came[0])
    assert came[0] == {"invoice_id": INVOICE} | said


async def test_fin_2_a_refusal_is_shown_with_its_code_and_reason(infra: Infra, prefix: str) -> None:
    answer = {"outcome": "refused", "code": "already-decided-otherwise", "reason": "Cette facture a été acceptée."}
    async with billing_answers(infra, prefix, answer):
        output = await finance(infra, prefix, "accept", "1")
    assert output.endswith("Refusé (already-decided-otherwise) : Cette facture a été acceptée.\n")


async def test_an_invoices_document_is_saved_as_its_first_record_has_it(infra: Infra, prefix: str, tmp_path: Path) -> None:
    invoice = "0193b5a0-0000-7000-8000-000000000009"
    kind, body = issued(1, invoice, 9)
    await write(infra, f"{prefix}billing.invoices", (kind, body | {"contract_number": "07-9"}))
    listed = (await finance(infra, prefix, "list")).splitlines()
    number = next(line.split()[0] for line in listed if "contrat 07-9" in line)
    file = tmp_path / "facture.pdf"
    assert "en préparation" in await finance(infra, prefix, "document", number, str(file))
    bodies = [InvoiceDocument.of("07-9", UUID(invoice), "2008-000001", content) for content in (b"%PDF-first", b"%PDF-second")]
    records = [(document.TYPE, json.loads(document.body())) for document in bodies]
    await write(infra, f"{prefix}gateway.documents", *records, source="gateway")
    await finance(infra, prefix, "document", number, str(file))
    assert file.read_bytes() == b"%PDF-first"
