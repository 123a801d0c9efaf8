"""Billing on the real Kafka and PostgreSQL: from an award to a balance that is paid, the finance system's records, and two at once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from auditor import Promise
from billing.app import service
from chassis.ids import uuid7
from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.actions import ActionClosed, ActionOpened
from contracts.answers import CommandAnswered, Fault, PersonalRef
from contracts.awards import Terms
from contracts.billing import (
    DecideInvoice,
    Invoice,
    InvoiceAccepted,
    InvoiceIssued,
    InvoiceNoted,
    InvoiceRejected,
    InvoicesOffered,
    IssueInvoice,
    NoteInvoice,
    PaymentRecorded,
)
from contracts.calendar import DayStarted
from contracts.codes import Decision, Frequency, RejectionCode, WithoutMonths
from contracts.declarations import MonthConfirmed
from contracts.envelope import Actor, made_id
from contracts.finance import AcceptedInvoice, IssuedInvoice, RejectedInvoice, Reply
from contracts.message import Event, Message
from contracts.month import Month
from contracts.personal import TextRecord, record_id
from contracts.surveys import ReportAcknowledged, ReportFigures, ReportSubmitted
from tests.guide import SIRET, awarded
from tests.infra import Infra
from tests.log import Log, eventually
from tests.messages.auditing import findings
from tests.rules.billing.billed_action import (
    ADVANCE,
    BALANCE,
    CEVENNES,
    MONTHLY,
    QUARTER,
    SUBCONTRACT,
    TRAINEES,
    instant,
    line,
    months,
    place_hours,
    standing,
    subcontractor,
    terms,
)
from tests.running import running

M = TypeVar("M", bound=Message)
HOLDER = Actor("u1", "organisation", SIRET)
AGENT = Actor("a1", "agent")
OTHER = Actor("u2", "organisation", "40483304800022")
FIGURES = ReportFigures(entered=1, completed=1, left_early=0, centre_hours=Decimal(0), company_hours=Decimal(0), situations=())


@dataclass
class Region:
    """Everybody around billing: the services that it listens to, the gateway, the clock, the finance system."""

    settings: Settings
    log: Log

    async def says(self, source: str, contract: str, event: Event) -> None:
        """A fact of another service."""
        await self.log.publish("events", self.log.envelope(source, contract, type(event)), event)

    async def asks(self, contract: str, command: Message, actor: Actor, on: str) -> UUID:
        """A command, accepted by the gateway at ten in the morning of `on`."""
        envelope = self.log.envelope("gateway", contract, type(command), actor)
        await self.log.publish("billing.commands", replace(envelope, time=instant(on)), command)
        return envelope.id

    async def answered(self, contract: str, command: Message, actor: Actor, on: str) -> tuple[Fault, ...]:
        """A command and what came of it: why it was refused; nothing when it was not."""
        return (await self.log.answer(await self.asks(contract, command, actor, on))).faults

    async def finance(self, key: bytes | None, body: bytes | dict[str, Any] | None) -> Reply:
        """A record of the finance system, and its reply."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        place = await self.log.send("region.decisions", key, [("x", None)], raw)

        async def answered() -> Reply | None:
            replies = [Reply.parse(text) for _, text in await self.log.messages("region.decisions.replies")]
            here = [reply for reply in replies if (reply.partition, reply.offset) == (place.partition, place.offset)]
            return here[0] if here else None

        reply: Reply = await eventually(answered)
        return reply

    async def said(self, kind: type[M], contract: str, topic: str = "events") -> list[M]:
        """What billing said of that kind about the action."""
        return [kind.parse(body) for envelope, body in await self.log.messages(topic, contract) if envelope.type == kind.TYPE]

    async def until(self, kind: type[M], contract: str, count: int) -> M:
        """The `count`-th message of that kind, waited for."""

        async def enough() -> list[M]:
            said = await self.said(kind, contract)
            return said if len(said) >= count else []

        messages: list[M] = await eventually(enough)
        return messages[count - 1]

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What billing's database says."""
        connection = await asyncpg.connect(self.settings.database)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def opened(self, contract: str, frequency: Frequency = Frequency.MONTHLY, of: Terms | None = None) -> None:
        """An awarded, open action, paid by the month or in three instalments."""
        await self.says("actions", contract, awarded(of or terms()))
        await self.says("actions", contract, ActionOpened(actual_start=date(2007, 2, 1), frequency=frequency))

    async def confirmed(self, contract: str, month: str, hours: str = "489", *, again: bool = False) -> None:
        """A month of so many hours of one trainee in centre, at 5.00 €."""
        lines = (line(TRAINEES[0], place_hours(hours)),)
        await self.says("declarations", contract, MonthConfirmed(month=Month(month), lines=lines, again=again))

    async def issued(self, contract: str, month: str, amount: str, on: str) -> UUID:
        """A month's invoice, confirmed once its offer is on the log."""

        async def offered() -> bool:
            offers = await self.said(InvoicesOffered, contract)
            return bool(offers) and any(offer.months == months(month) for offer in offers[-1].offers)

        await eventually(offered)
        command = await self.asks(contract, IssueInvoice(kind=MONTHLY, months=months(month), excluding_tax=Decimal(amount)), HOLDER, on)
        assert (await self.log.answer(command)).faults == ()
        return made_id(contract, command)


def settings_of(environment: dict[str, str]) -> Settings:
    return Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})


@pytest_asyncio.fixture(scope="module")
async def region(infra: Infra) -> AsyncIterator[Region]:
    """An installation of billing alone, running, on a day of March 2007."""
    prefix = infra.fresh_topics("billing")
    dsn = await infra.fresh_database("billing", lambda dsn: migrate(service, settings_of(infra.environment("billing", prefix, dsn))))
    settings = settings_of(infra.environment("billing", prefix, dsn))
    async with Log(settings_of(infra.environment("admin", prefix, dsn))) as log, running(service, settings):
        region = Region(settings, log)
        await log.day(DayStarted(day=date(2007, 3, 20)))

        async def begun() -> list[asyncpg.Record]:
            return await region.fetch("SELECT at FROM ticked")

        await eventually(begun)
        yield region


async def test_an_actions_money_from_the_award_to_a_balance_that_is_paid(region: Region) -> None:
    contract = "2007QCA0266"
    await region.opened(contract)
    await region.confirmed(contract, "2007-02")
    first = await region.issued(contract, "2007-02", "2445.00", on="2007-03-05")
    decided = await region.finance(contract.encode(), {"invoice_id": str(first), "decision": "accepted"})
    assert decided.outcome == "recorded"
    assert await region.said(InvoiceAccepted, contract) == [
        InvoiceAccepted.model_validate({"invoice_id": first, "decided_by": "finance", "decided_on": "2007-03-20"})
    ]
    actors = {envelope.actor for envelope, _ in await region.log.messages("events", contract) if envelope.type == InvoiceAccepted.TYPE}
    assert actors == {Actor("finance", "finance")}, "the log says who began it"
    payment = {"invoice_id": str(first), "amount": "2445.00", "date": "2007-04-02", "reference": "2007-18342"}
    for _ in range(2):  # the same again counts once (BIL-13)
        assert (await region.finance(contract.encode(), payment)).outcome == "recorded"
    assert [(event.total_paid, event.remaining) for event in await region.said(PaymentRecorded, contract)] == [(Decimal("2445.00"), 0)]

    await region.confirmed(contract, "2007-03", "100")
    await region.says("actions", contract, ActionClosed(actual_end=date(2007, 12, 31)))
    await region.says("surveys", contract, ReportSubmitted(figures=FIGURES, text=PersonalRef(id="r", version=1)))

    async def offered() -> bool:
        return any(offer.kind is BALANCE for offer in (await region.said(InvoicesOffered, contract))[-1].offers)

    await eventually(offered)
    command = IssueInvoice(kind=BALANCE, months=months("2007-03"), excluding_tax=Decimal("500.00"))
    assert await region.answered(contract, command, HOLDER, "2008-01-28") == ()
    balance = (await region.said(InvoiceIssued, contract))[-1].invoice
    accept = DecideInvoice(invoice_id=balance.invoice_id, decision=Decision.ACCEPTED)
    refused = await region.answered(contract, accept, AGENT, "2008-02-01")
    assert [fault.code for fault in refused] == ["report-not-received"]
    assert (
        await region.finance(contract.encode(), {"invoice_id": str(balance.invoice_id), "decision": "accepted"})
    ).code == "report-not-received"
    await region.says("surveys", contract, ReportAcknowledged())

    async def accepted() -> bool:
        return await region.answered(contract, accept, AGENT, "2008-02-02") == ()

    await eventually(accepted)
    paid = await region.finance(
        contract.encode(), {"invoice_id": str(balance.invoice_id), "amount": 500, "date": "2008-03-01", "reference": "2008-00021"}
    )
    assert paid.outcome == "recorded"
    facts = await region.log.messages("billing.invoices", contract)
    assert [(envelope.type, json.loads(body)["sequence"]) for envelope, body in facts] == [
        (IssuedInvoice.TYPE, 1),
        (AcceptedInvoice.TYPE, 2),
        (IssuedInvoice.TYPE, 3),
        (AcceptedInvoice.TYPE, 4),
    ]
    assert (await region.said(InvoicesOffered, contract))[-1].offers == ()


async def test_a_rejection_frees_the_months_and_its_text_is_nowhere_but_on_personal(region: Region) -> None:
    contract = "2007QCA0300"
    await region.opened(contract)
    await region.confirmed(contract, "2007-02")
    first = await region.issued(contract, "2007-02", "2445.00", on="2007-03-05")
    text = "Reprenez l’absence de DURAND."
    reject = DecideInvoice(invoice_id=first, decision=Decision.REJECTED, code=RejectionCode.ABSENCES_WRONG, text=text)
    answer = await region.log.answer(await region.asks(contract, reject, AGENT, "2007-03-12"))
    assert [ref.id for ref in answer.personal] == [record_id(contract, f"rejection-{first}")]
    (rejected,) = await region.said(InvoiceRejected, contract)
    assert (rejected.correct_by, rejected.months) == (date(2007, 3, 27), months("2007-02"))
    (record,) = await region.said(TextRecord, rejected.text.id, "personal")
    assert record.text == text
    assert len(await region.said(RejectedInvoice, contract, "billing.invoices")) == 1
    for topic in ("events", "billing.invoices"):
        assert all(b"DURAND" not in body for _, body in await region.log.messages(topic, contract))
    contrary = await region.finance(contract.encode(), {"invoice_id": str(first), "decision": "accepted"})
    assert contrary.code == "already-decided-otherwise"
    for again in ({"code": "other", "text": "Un autre motif."}, {}):  # the first reason stands
        assert (await region.finance(contract.encode(), {"invoice_id": str(first), "decision": "rejected", **again})).outcome == "recorded"
    assert len(await region.said(InvoiceRejected, contract)) == 1

    early = IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("2445.00"))
    assert [fault.code for fault in await region.answered(contract, early, HOLDER, "2007-03-13")] == ["month-not-confirmed"]
    await region.confirmed(contract, "2007-02", "480", again=True)
    await region.issued(contract, "2007-02", "2400.00", on="2007-03-28")
    (_, second) = await region.said(InvoiceIssued, contract)
    assert (second.invoice.number, second.invoice.replaces) == (2, first)


async def test_bil_07_a_note_decides_nothing_and_its_text_is_nowhere_but_on_personal(region: Region) -> None:
    contract = "2007QCA0305"
    await region.opened(contract)
    await region.confirmed(contract, "2007-02")
    invoice = await region.issued(contract, "2007-02", "2445.00", on="2007-03-05")
    command = NoteInvoice(invoice_id=invoice, text="Joignez la feuille de DURAND.")
    asked = await region.asks(contract, command, AGENT, "2007-03-06")
    assert (await region.log.answer(asked)).faults == ()
    (noted,) = await region.said(InvoiceNoted, contract)
    assert (noted.invoice_id, noted.note_id) == (invoice, made_id(contract, asked))
    (record,) = await region.said(TextRecord, noted.text.id, "personal")
    assert record.text == "Joignez la feuille de DURAND."
    assert all(b"DURAND" not in body for _, body in await region.log.messages("events", contract))
    accept = DecideInvoice(invoice_id=invoice, decision=Decision.ACCEPTED)
    assert await region.answered(contract, accept, AGENT, "2007-03-07") == ()


async def test_bil_04_what_is_left_is_what_declarations_says(region: Region) -> None:
    """All left in November, and newcomers enter on 2 December: the shorter quarter waits for December."""
    contract = "2007QCA0330"
    await region.opened(contract, Frequency.THREE_INSTALMENTS)
    for month in ("2007-10", "2007-11"):
        await region.confirmed(contract, month, "10")
    for left in ((), ("2007-12",)):
        await region.says("declarations", contract, standing(*left))

    async def taken_back() -> bool:
        said = await region.said(InvoicesOffered, contract)
        return any(offer.kind is QUARTER for event in said for offer in event.offers) and said[-1].offers == ()

    await eventually(taken_back)
    quarter = IssueInvoice(kind=QUARTER, months=months("2007-10", "2007-11"), excluding_tax=Decimal("100.00"))
    refused = await region.answered(contract, quarter, HOLDER, "2008-01-02")
    assert [(fault.code, fault.figures) for fault in refused] == [("quarter-too-short", {"count": 2, "months": "2007-12"})]


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        (b"2007QCA0310", b"\xff\x00 nonsense", "unreadable"),
        (b"2007QCA0310", None, "unreadable"),
        (b"2007QCA0310", {"invoice_id": str(UUID(int=9)), "decision": "accepted"}, "unknown-invoice"),
        (b"2007QCA0310", {"invoice_id": str(UUID(int=9)), "amount": 1, "date": "2007-04-02", "reference": "R1"}, "unknown-invoice"),
        (b"NOBODY", {"invoice_id": str(UUID(int=9)), "decision": "accepted"}, "unknown-contract"),
        (None, {"invoice_id": str(UUID(int=9)), "decision": "accepted"}, "unreadable"),
        (b"\xff\xfe", {"invoice_id": str(UUID(int=9)), "decision": "accepted"}, "unreadable"),
        (b"2007\0QCA", {"invoice_id": str(UUID(int=9)), "decision": "accepted"}, "unreadable"),
        (
            b"2007QCA0310",
            b'{"invoice_id":"%s","amount":"1.00","date":"2007-04-02","reference":"a\\u0000"}' % str(UUID(int=9)).encode(),
            "unreadable",
        ),
    ],
)
async def test_fin_02_a_bad_record_is_refused_with_its_code_and_stops_nobody(
    region: Region, key: bytes | None, body: bytes | dict[str, Any] | None, code: str
) -> None:
    if not await region.said(InvoicesOffered, "2007QCA0310"):
        await region.opened("2007QCA0310")
        await region.until(InvoicesOffered, "2007QCA0310", 1)
    assert (await region.finance(key, body)).code == code
    assert await region.fetch("SELECT FROM parked") == []
    assert await region.fetch("SELECT FROM aggregates WHERE key = 'NOBODY'") == []


async def test_bil_06_bil_10_a_subcontractor_and_the_advance_from_their_invoices_to_a_balance(region: Region) -> None:
    contract, held = "2007QCA0600", terms(subcontractors=(subcontractor("1500"),), advance=("5", "65", "80"))
    await region.opened(contract, of=held)
    await region.confirmed(contract, "2007-02")

    async def asked(amount: str, nature: WithoutMonths, siret: str | None = None) -> Invoice:
        """An invoice without months is confirmed."""
        body = {"kind": "instalment", "months": (), "excluding_tax": amount, "without_months": nature, "subcontractor": siret}
        assert (await region.answered(contract, IssueInvoice.model_validate(body), HOLDER, "2007-03-02")) == ()
        return (await region.said(InvoiceIssued, contract))[-1].invoice

    await region.until(InvoicesOffered, contract, 2)
    theirs = await asked("1500.00", SUBCONTRACT, CEVENNES)
    advance = await asked("2154.50", ADVANCE)  # (44,590.00 − 1,500.00) × 5 %
    assert (theirs.legal_number, theirs.number, advance.number) == ("2007-000001", 1, 2)
    await region.issued(contract, "2007-02", "945.00", on="2007-03-05")
    ours = (await region.said(InvoiceIssued, contract))[-1].invoice
    rows = "SELECT invoice_id, asked, taken, is_advance FROM invoices WHERE contract_number = $1 ORDER BY number"
    assert [tuple(row.values()) for row in await region.fetch(rows, contract)] == [
        (theirs.invoice_id, Decimal("1500.00"), Decimal("1500.00"), False),
        (advance.invoice_id, Decimal("2154.50"), Decimal("0.00"), True),
        (ours.invoice_id, None, Decimal("0.00"), False),
    ]
    facts = await region.said(IssuedInvoice, contract, "billing.invoices")
    assert [(fact.siret, fact.holder, len(fact.adjustments)) for fact in facts] == [
        (CEVENNES, SIRET, 0),
        (SIRET, None, 0),
        (SIRET, None, 1),
    ]
    rejected = DecideInvoice(invoice_id=ours.invoice_id, decision=Decision.REJECTED, code=RejectionCode.OTHER, text="Non.")
    assert (await region.answered(contract, rejected, AGENT, "2007-03-06")) == ()
    assert {row["taken"] for row in await region.fetch(rows, contract)} == {Decimal("0.00")}


async def test_bil_13_a_reference_is_one_payment_in_the_whole_system(region: Region) -> None:
    invoices = {}
    for contract in ("2007QCA0320", "2007QCA0321"):
        await region.opened(contract)
        await region.confirmed(contract, "2007-02")
        invoices[contract] = await region.issued(contract, "2007-02", "2445.00", on="2007-03-05")
        await region.finance(contract.encode(), {"invoice_id": str(invoices[contract]), "decision": "accepted"})
    replies = await asyncio.gather(
        *(
            region.finance(
                contract.encode(), {"invoice_id": str(invoice), "amount": "45.00", "date": "2007-04-02", "reference": "SHARED-1"}
            )
            for contract, invoice in invoices.items()
        )
    )
    assert sorted((reply.outcome, reply.code or "") for reply in replies) == [("recorded", ""), ("refused", "reference-used-otherwise")]
    first = next(contract for contract, reply in zip(invoices, replies, strict=True) if reply.outcome == "recorded")
    more = {"invoice_id": str(invoices[first]), "amount": "46.00", "date": "2007-04-02", "reference": "SHARED-1"}
    assert (await region.finance(first.encode(), more)).code == "reference-used-otherwise"
    too_large = {"invoice_id": str(invoices[first]), "amount": "2400.01", "date": "2007-04-03", "reference": "SHARED-2"}
    assert (await region.finance(first.encode(), too_large)).code == "payment-too-large"
    assert (await region.finance(first.encode(), too_large | {"amount": "2400.00"})).outcome == "recorded"
    other = {"invoice_id": str(invoices[first]), "decision": "accepted"}
    wrong_key = next(contract for contract in invoices if contract != first)
    assert (await region.finance(wrong_key.encode(), other)).code == "unknown-invoice"


async def test_bil_09_legal_numbers_of_one_issuer_have_no_gap_whatever_the_action(region: Region) -> None:
    contracts = [f"2007QCA04{number:02}" for number in range(12)]
    for contract in contracts:
        await region.opened(contract)
        await region.confirmed(contract, "2007-02", "10")
    await asyncio.gather(*(region.until(InvoicesOffered, contract, 2) for contract in contracts))
    asked = []
    for contract in contracts:
        wrong = IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("49.99"))
        right = IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("50.00"))
        asked += [await region.asks(contract, command, HOLDER, "2007-03-05") for command in (wrong, right)]
    answers = await asyncio.gather(*(region.log.answer(command) for command in asked))
    assert [len(answer.faults) for answer in answers] == [1, 0] * len(contracts)
    rows = await region.fetch("SELECT issuer, year, sequence FROM invoices ORDER BY issuer, year, sequence")
    of_2007 = [row["sequence"] for row in rows if (row["issuer"], row["year"]) == (SIRET, 2007)]
    assert of_2007 == list(range(1, len(of_2007) + 1))


async def test_an_invoices_id_follows_from_contract_and_command_and_is_used_once(region: Region) -> None:
    mine, theirs = "2007QCA0500", "2007QCA0501"
    for contract in (mine, theirs):
        await region.opened(contract)
        await region.confirmed(contract, "2007-02", "10")
    taken = await region.issued(theirs, "2007-02", "50.00", on="2007-03-05")
    [command] = [envelope.id for envelope, _ in await region.log.messages("billing.commands", theirs)]

    async def again(month: str) -> tuple[Fault, ...]:
        """A month of one's own, confirmed by a command that has the other's id."""
        answers = len(await region.log.answers(command))
        envelope = replace(region.log.envelope("gateway", mine, IssueInvoice, HOLDER), id=command, time=instant("2007-04-05"))
        asked = IssueInvoice(kind=MONTHLY, months=months(month), excluding_tax=Decimal("50.00"))
        await region.log.publish("billing.commands", envelope, asked)

        async def answered() -> bool:
            return len(await region.log.answers(command)) > answers

        await eventually(answered)
        return (await region.log.answers(command))[-1].faults

    await region.until(InvoicesOffered, mine, 2)
    assert await again("2007-02") == ()
    [invoice] = [event.invoice for event in await region.said(InvoiceIssued, mine)]
    assert (invoice.invoice_id, taken) == (made_id(mine, command), made_id(theirs, command))
    await region.confirmed(mine, "2007-03", "10")
    await region.until(InvoicesOffered, mine, 4)
    before = await region.fetch("SELECT last FROM legal_numbers")
    assert [fault.code for fault in await again("2007-03")] == ["invoice-already-issued"]
    assert await region.fetch("SELECT last FROM legal_numbers") == before
    assert await region.fetch("SELECT FROM invoices WHERE invoice_id = $1 AND contract_number <> $2", taken, theirs) == []


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (OTHER, IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("1.00"))),
        (AGENT, IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("1.00"))),
        (HOLDER, DecideInvoice(invoice_id=UUID(int=1), decision=Decision.ACCEPTED)),
        (HOLDER, NoteInvoice(invoice_id=UUID(int=1), text="Bonjour.")),
    ],
)
async def test_acc_06_what_is_not_ones_own_does_not_exist(region: Region, actor: Actor, command: Message) -> None:
    if not await region.said(InvoicesOffered, "2007QCA0510"):
        await region.opened("2007QCA0510")
        await region.until(InvoicesOffered, "2007QCA0510", 1)
    for contract in ("2007QCA0510", "NEVER-AWARDED"):
        assert [fault.code for fault in await region.answered(contract, command, actor, "2007-03-05")] == ["not-found"]


async def test_the_database_forbids_what_a_bug_might_do(region: Region) -> None:
    """A month in two live invoices, a number or a legal number twice, two balances (BIL-7, BIL-9, BIL-11)."""
    connection = await asyncpg.connect(region.settings.database)
    insert = "INSERT INTO invoices (invoice_id, contract_number, number, issuer, year, sequence) VALUES ($1, 'X', $2, $3, 2007, $4)"
    hold = "INSERT INTO invoiced_months (invoice_id, contract_number, month) VALUES ($1, 'X', '2007-02')"
    first, second, third = (uuid7() for _ in range(3))
    try:
        await connection.execute(insert, first, 1, "11111111111111", 1)
        await connection.execute(hold, first)
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, second, 1, "11111111111111", 2)
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, second, 2, "11111111111111", 1)
        await connection.execute(insert, second, 2, "11111111111111", 2)
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(hold, second)
        await connection.execute("UPDATE invoiced_months SET rejected = true WHERE invoice_id = $1", first)
        await connection.execute(hold, second)
        await connection.execute(insert, third, None, "11111111111111", 3)
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(insert, uuid7(), None, "11111111111111", 4)
    finally:
        await connection.execute("DELETE FROM invoiced_months WHERE contract_number = 'X'")
        await connection.execute("DELETE FROM invoices WHERE contract_number = 'X'")
        await connection.close()


async def test_nothing_was_parked_and_every_command_was_answered_once(region: Region) -> None:
    assert await region.fetch("SELECT FROM parked") == []
    answers = [body for envelope, body in await region.log.messages() if envelope.type == CommandAnswered.TYPE]
    answered = [CommandAnswered.parse(body).command_id for body in answers]
    commands = [envelope.id for envelope, _ in await region.log.messages("billing.commands")]
    assert sorted(map(str, answered)) == sorted(map(str, commands))


async def test_the_auditor_finds_the_forged_fact_that_would_have_been_paid_and_nothing_else(infra: Infra, region: Region) -> None:
    assert await findings(infra, service, region.settings) == []
    contract = "2007QCA0266"
    accepted = (await region.said(AcceptedInvoice, contract, "billing.invoices"))[-1]
    forged = accepted.model_copy(update={"sequence": 99, "invoice_id": uuid7()})
    await region.log.publish("billing.invoices", region.log.envelope("billing", contract, AcceptedInvoice), forged)
    (finding,) = await findings(infra, service, region.settings)
    assert (finding.promise, finding.about) == (Promise.FINANCE, contract) and " 99 " in finding.what
