"""The Region's finance system, as the demo's people know it: its own Kafka principal, and the published contract alone (FIN-1)."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from sesame_local.place import Place, Trouble
from sesame_local.supervise import Installation

INVOICES, DECISIONS, REPLIES = "billing.invoices", "region.decisions", "region.decisions.replies"
ISSUED = "finance.invoice-issued.v1"
PATIENCE = 120
Expected = asyncio.Future[dict[str, Any]]
"""What has come, or will."""


@dataclass
class Finance:
    """Reads invoices, sends decisions and payments, waits for the reply to each."""

    _producer: AIOKafkaProducer
    _invoices: dict[str, Expected] = field(default_factory=lambda: defaultdict(asyncio.Future))
    _replies: dict[tuple[int, int], Expected] = field(default_factory=lambda: defaultdict(asyncio.Future))

    async def accept(self, invoice_id: str) -> None:
        """Raises Trouble when it is refused."""
        await self._send(invoice_id, {"decision": "accepted"})

    async def reject(self, invoice_id: str, code: str, text: str) -> None:
        """Raises Trouble when it is refused."""
        await self._send(invoice_id, {"decision": "rejected", "code": code, "text": text})

    async def pay(self, invoice_id: str, on: date) -> bool:
        """Pays all of an invoice; False when nothing is to be paid. Raises Trouble when it is refused."""
        invoice = await self._invoice(invoice_id)
        if Decimal(invoice["including_tax"]) <= 0:
            return False
        reference = f"VIR-{invoice['siret'][:9]}-{invoice['legal_number']}"
        await self._send(invoice_id, {"amount": invoice["including_tax"], "date": on.isoformat(), "reference": reference})
        return True

    async def read(self, consumer: AIOKafkaConsumer) -> None:
        """Takes in what comes, without end."""
        async for record in consumer:
            body = json.loads(record.value)
            if record.topic == REPLIES:
                _has_come(self._replies[body["partition"], body["offset"]], body)
            elif dict(record.headers)["ce_type"].decode() == ISSUED:
                _has_come(self._invoices[body["invoice_id"]], body)

    async def _invoice(self, invoice_id: str) -> dict[str, Any]:
        return await _in_time(self._invoices[invoice_id], f"la facture {invoice_id}")

    async def _send(self, invoice_id: str, body: dict[str, Any]) -> None:
        invoice = await self._invoice(invoice_id)
        value = json.dumps({"invoice_id": invoice_id, **body}).encode()
        sent = await self._producer.send_and_wait(DECISIONS, value, key=invoice["contract_number"].encode())
        place = (sent.partition, sent.offset)
        reply = await _in_time(self._replies[place], f"la réponse à la facture {invoice['legal_number']}")
        del self._replies[place]
        if reply["outcome"] == "refused":
            raise Trouble(f"Le système financier est refusé ({reply['code']}) : {reply['reason']}")


def _has_come(expected: Expected, body: dict[str, Any]) -> None:
    if not expected.done():  # a record may come twice
        expected.set_result(body)


async def _in_time(expected: Expected, what: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(expected)
    except TimeoutError:
        raise Trouble(f"Le système financier n'a pas reçu {what}.") from None


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Finance]:
    """The finance system of an installation that runs, from its first invoice on."""
    login = {
        "bootstrap_servers": Installation(place).broker.kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "finance",
        "sasl_plain_password": place.secrets["kafka.finance"],
    }
    consumer = AIOKafkaConsumer(INVOICES, REPLIES, **login, auto_offset_reset="earliest", enable_auto_commit=False)
    producer = AIOKafkaProducer(**login, enable_idempotence=True, acks="all")
    try:
        await consumer.start()
        await producer.start()
        finance = Finance(producer)
        reading = asyncio.create_task(finance.read(consumer))
        try:
            yield finance
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
    finally:
        await producer.stop()
        await consumer.stop()
