"""The Region's finance system, on the published contract alone (contracts/FINANCE.md): it decides its share, and pays what is accepted."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from tests.faults.ground import Ground
from tests.faults.waits import Waits

INVOICES, DECISIONS, REPLIES = "billing.invoices", "region.decisions", "region.decisions.replies"


@dataclass
class Paymaster:
    """Reads facts and replies, both perhaps twice; sends again whatever has no reply."""

    ground: Ground
    waits: Waits
    issued: dict[str, dict[str, Any]] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    """Of each invoice: `issued`, `accepted`, `rejected`, `paid`."""
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of each invoice, as it was sent first: what is sent again on a later day is the same payment."""
    replies: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """What nobody should have answered so."""
    _clients: list[Any] = field(default_factory=list)

    async def run(self, today: Callable[[], date], decides: Callable[[str], bool], rejects: Callable[[str], bool]) -> None:
        """Until cancelled."""
        try:
            await self._start()
            reading = asyncio.create_task(self._read())
            try:
                while True:
                    await asyncio.gather(*(self._settle(invoice, today(), decides, rejects) for invoice in list(self.issued)))
                    await asyncio.sleep(0.3)
            finally:
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading
        finally:
            for client in self._clients:
                await client.stop()

    async def _start(self) -> None:
        login = {
            "bootstrap_servers": self.ground.installation.broker.kafka.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": "finance",
            "sasl_plain_password": self.ground.place.secrets["kafka.finance"],
        }
        while True:
            self._consumer = AIOKafkaConsumer(INVOICES, REPLIES, **login, auto_offset_reset="earliest", enable_auto_commit=False)
            self._producer = AIOKafkaProducer(**login, enable_idempotence=True, acks="all")
            try:
                await self._consumer.start()
                await self._producer.start()
                self._clients = [self._producer, self._consumer]
                return
            except (KafkaError, OSError):
                await self._consumer.stop()
                await self._producer.stop()
                await asyncio.sleep(1)

    async def _read(self) -> None:
        async for record in self._consumer:
            body = json.loads(record.value)
            if record.topic == REPLIES:
                self.replies[body["partition"], body["offset"]] = body
                continue
            kind, invoice = dict(record.headers)["ce_type"].decode(), body["invoice_id"]
            if kind == "finance.invoice-issued.v1" and invoice not in self.issued:
                self.issued[invoice], self.state[invoice] = body, "issued"
            elif kind != "finance.invoice-issued.v1" and self.state.get(invoice) != "paid":
                self.state[invoice] = "accepted" if kind == "finance.invoice-accepted.v1" else "rejected"

    async def _settle(self, invoice: str, today: date, decides: Callable[[str], bool], rejects: Callable[[str], bool]) -> None:
        fact = self.issued[invoice]
        contract = fact["contract_number"]
        match self.state[invoice]:
            case "issued" if decides(contract) and rejects(contract) and not fact["replaces"] and fact["kind"] != "balance":
                await self._send(
                    "the finance system rejects", fact, {"decision": "rejected", "code": "hours_wrong", "text": "Une heure de trop."}
                )
            case "issued" if decides(contract):
                await self._send("the finance system accepts", fact, {"decision": "accepted"})
            case "accepted" if Decimal(fact["including_tax"]) > 0:
                paid = {"amount": fact["including_tax"], "date": today.isoformat(), "reference": f"VIR-{invoice}"}
                if await self._send("the finance system pays", fact, self.payments.setdefault(invoice, paid)):
                    self.state[invoice] = "paid"

    async def _send(self, what: str, fact: dict[str, Any], body: dict[str, Any]) -> bool:
        """Whether it is recorded; sent again until it has a reply."""
        value = json.dumps({"invoice_id": fact["invoice_id"], **body}).encode()
        with self.waits.measured(what):
            while True:
                try:
                    sent = await self._producer.send_and_wait(DECISIONS, value, key=fact["contract_number"].encode())
                    break
                except KafkaError as error:
                    self.waits.note_failed(type(error).__name__)
                    await asyncio.sleep(0.5)
            while (reply := self.replies.get((sent.partition, sent.offset))) is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        if reply["outcome"] == "refused" and reply["code"] != "report-not-received":
            self.refused.append(f"{what}, {fact['contract_number']}: {reply['code']} {reply['reason']}")
        elif reply["outcome"] == "refused":
            await asyncio.sleep(1)
        return bool(reply["outcome"] == "recorded")
