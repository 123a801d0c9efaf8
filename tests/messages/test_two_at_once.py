"""Two people at once on one action: what comes of it is what comes of one after the other, in one of the two orders; both are answered.

Each pair is played four times on a real database: one after the other in both orders, and both in flight, in either order: in one batch
when they come on one topic, in two batches at the same moment when they do not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

import actions.app
import billing.app
import declarations.app
from contracts.actions import (
    ActionOpened,
    CloseAction,
    ClosingRequested,
    ConfirmEntryDates,
    ConfirmTrainers,
    EntryDate,
    EntryRequested,
    OpenAction,
    RegisterTrainee,
    RemovalRequested,
    RemoveTrainee,
    UnlockDates,
    ValidateDates,
)
from contracts.answers import CommandAnswered
from contracts.billing import DecideInvoice, IssueInvoice
from contracts.codes import Decision, Frequency, Referrer, RejectionCode, RequestObject
from contracts.declarations import ClosingGranted, MonthConfirmed, RemovalGranted, SetExit
from contracts.envelope import Actor, made_id
from contracts.finance import InvoiceDecision
from contracts.message import Message
from contracts.month import Month
from contracts.registry import MESSAGES
from contracts.requests import (
    AmendmentRequested,
    DatesChange,
    GrantRequest,
    PlannedDatesChange,
    RefuseRequest,
    RequestChange,
    SheetChange,
    TakeBackUnlocking,
    WithdrawRequest,
)
from tests import guide
from tests.guide import AGENT, SIRET, awarded
from tests.infra import Infra
from tests.messages.batches import Applied, applied
from tests.messages.samples import Said, hours_of_an_action, sent_as
from tests.rules.actions import action_in_preparation
from tests.rules.actions.action_in_preparation import imported
from tests.rules.billing.billed_action import (
    CEVENNES,
    INSTALMENT,
    MONTHLY,
    SUBCONTRACT,
    TRAINEES,
    line,
    months,
    place_hours,
    subcontractor,
    terms,
)
from tests.rules.declarations import declared_action
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, NADAL

HOLDER, COLLEAGUE = Actor("u1", "organisation", SIRET), Actor("u2", "organisation", SIRET)
Pair = Callable[[str], tuple[Said, Said]]
Outcome = tuple[list[Any], str]


@pytest_asyncio.fixture(scope="module")
async def acting(infra: Infra) -> AsyncIterator[Applied]:
    async with applied(infra, actions.app.service, "actions.app:service") as place:
        yield place


@pytest_asyncio.fixture(scope="module")
async def declaring(infra: Infra) -> AsyncIterator[Applied]:
    async with applied(infra, declarations.app.service, "declarations.app:service") as place:
        yield place


@pytest_asyncio.fixture(scope="module")
async def invoicing(infra: Infra) -> AsyncIterator[Applied]:
    async with applied(infra, billing.app.service, "billing.app:service") as place:
        yield place


async def outcome(place: Applied, key: str, since: int) -> Outcome:
    """What the service has said of `key` since that row of its outbox, in order, and how the action stands; ids that differ left out."""
    rows = await place.database.fetch(
        "SELECT headers::jsonb ->> 'ce_type' AS type, body FROM outbox WHERE key = $1 AND seq > $2 ORDER BY seq", key, since
    )
    said: list[Any] = []
    for row in rows:
        message = MESSAGES[row["type"]].parse(row["body"])
        said.append(
            sorted(fault.code for fault in message.faults) if isinstance(message, CommandAnswered) else _same(key, message.body().decode())
        )
    state = await place.database.fetchval("SELECT state::text FROM aggregates WHERE key = $1", key)
    return said, _same(key, state)


def _same(key: str, text: str) -> str:
    """The text as it would be of any contract: what is made has ids that follow from the contract, and numbers are of whose turn it was."""
    for number in range(1, 13):
        sent = sent_as("gateway", key, number)
        text = text.replace(str(made_id(key, sent)), "<made>").replace(str(sent), "<sent>")
    return _without_numbers(text.replace(key, "<contract>"))


def _without_numbers(text: str) -> str:
    parts = text.split("2007-0000")
    return "<legal>".join([parts[0], *(part[2:] for part in parts[1:])])


async def is_serial(place: Applied, setup: Callable[[str], Sequence[Said]], pair: Pair, name: str) -> None:
    """Plays the pair four times, and compares."""
    outcomes: list[Outcome] = []
    for turn in range(4):
        key = f"2007Q{name}{turn}"
        await place.say(*setup(key))
        since = await place.database.fetchval("SELECT coalesce(max(seq), 0) FROM outbox")
        first, second = pair(key) if turn % 2 == 0 else tuple(reversed(pair(key)))
        if turn < 2:
            await place.say(first, second)
        else:
            # What one key is sent on one topic is in one partition, and so in one batch; on two topics, in two that may run at once.
            together = first.topic == second.topic
            batches = [place.read(first, second)] if together else [place.read(first), place.read(second)]
            await asyncio.gather(*(place.apply(batch) for batch in batches))
        outcomes.append(await outcome(place, key, since))
    one_way, the_other, *at_once = outcomes
    assert at_once[0] in (one_way, the_other) and at_once[1] in (one_way, the_other)
    assert await place.database.fetchval("SELECT count(*) FROM parked") == 0


def declared(until: int) -> Callable[[str], Sequence[Said]]:
    """The story of `samples`, told of a contract of its own, up to its message of that number."""

    def story(key: str) -> list[Said]:
        return [Said(said.topic, said.message, key, said.source, said.actor, said.at) for said in hours_of_an_action(0)[:until]]

    return story


def asks(key: str, message: Message, on: str, actor: Actor = HOLDER) -> Said:
    """A command of that day."""
    return Said("declarations.commands", message, key, actor=actor, at=datetime.fromisoformat(f"{on}T09:00:00+00:00"))


def says(key: str, message: Message, on: str, source: str = "actions") -> Said:
    """An event of that day."""
    return Said("events", message, key, source, at=datetime.fromisoformat(f"{on}T09:00:00+00:00"))


IN_MAY = 7
"""Two registrations more than the award, the opening, an entry, the line of May: its confirmation is next."""
DECLARED: dict[str, tuple[int, Pair]] = {
    "the same month, confirmed": (
        IN_MAY,
        lambda key: (
            asks(key, declared_action.month("2008-05"), "2008-06-03"),
            asks(key, declared_action.month("2008-05"), "2008-06-03", COLLEAGUE),
        ),
    ),
    "the same line": (
        IN_MAY,
        lambda key: (
            asks(key, declared_action.line("2008-05", BORG, "10 0 0 0 0 0", base=1), "2008-06-03"),
            asks(key, declared_action.line("2008-05", BORG, "20 0 0 0 0 0", base=1), "2008-06-03", COLLEAGUE),
        ),
    ),
    "a removal and hours": (
        6,
        lambda key: (
            says(key, RemovalRequested(trainee_id=BORG), "2008-05-28"),
            asks(key, declared_action.line("2008-05", BORG, "90 0 0 40 0 0"), "2008-05-28"),
        ),
    ),
    "an entry and the month's confirmation": (
        IN_MAY,
        lambda key: (
            says(key, EntryRequested(entries=(EntryDate(trainee_id=KOURNIKOVA, entered_on=date(2008, 5, 20)),)), "2008-06-03"),
            asks(key, declared_action.month("2008-05"), "2008-06-03"),
        ),
    ),
    "the closing and a rejection": (
        -1,
        lambda key: (
            says(key, ClosingRequested(actual_end=date(2008, 6, 27)), "2008-07-02"),
            says(key, declared_action.rejection("2008-06", invoice_id=UUID(int=98)), "2008-07-02", "billing"),
        ),
    ),
    "the last month's confirmation and somebody who is still on the list": (
        -2,
        lambda key: (
            asks(key, declared_action.month("2008-06"), "2008-07-02"),
            says(key, declared_action.registration(NADAL), "2008-07-02"),
        ),
    ),
}


@pytest.mark.parametrize("name", DECLARED)
async def test_two_at_once_on_an_actions_hours_are_one_after_the_other(declaring: Applied, name: str) -> None:
    until, pair = DECLARED[name]
    await is_serial(declaring, declared(until), pair, f"H{list(DECLARED).index(name)}")


NEW_END = {"planned_start": date(2008, 5, 5), "periods": ()}


def amendment(key: str, end: str) -> Said:
    """The Region grants another planned end."""
    return says(key, AmendmentRequested(planned_end=date.fromisoformat(end), **NEW_END), "2008-06-03")


AMENDED: dict[str, tuple[int, Pair]] = {
    "an earlier end and the confirmation of its month": (
        IN_MAY,
        lambda key: (amendment(key, "2008-05-28"), asks(key, declared_action.month("2008-05"), "2008-06-03")),
    ),
    "an earlier end and hours beyond it": (
        IN_MAY + 2,
        lambda key: (amendment(key, "2008-05-31"), asks(key, declared_action.line("2008-06", BORG, "5 0 0 0 0 0"), "2008-06-03")),
    ),
    "a later end and the last month's confirmation": (
        -2,
        lambda key: (amendment(key, "2008-07-11"), asks(key, declared_action.month("2008-06"), "2008-07-02")),
    ),
    "an earlier end and an exit after it": (
        IN_MAY,
        lambda key: (
            amendment(key, "2008-05-28"),
            asks(key, SetExit(trainee_id=BORG, exit=declared_action.ended("2008-06-20"), base_version=0), "2008-06-03"),
        ),
    ),
    "an earlier end and an entry after it": (
        IN_MAY,
        lambda key: (
            amendment(key, "2008-05-28"),
            says(key, EntryRequested(entries=(EntryDate(trainee_id=KOURNIKOVA, entered_on=date(2008, 6, 2)),)), "2008-06-03"),
        ),
    ),
    "a later end and the closing": (
        -1,
        lambda key: (amendment(key, "2008-07-11"), says(key, ClosingRequested(actual_end=date(2008, 6, 27)), "2008-07-02")),
    ),
    "an end and the rejection of its month": (
        -1,
        lambda key: (
            amendment(key, "2008-06-30"),
            says(key, declared_action.rejection("2008-06", invoice_id=UUID(int=98)), "2008-07-02", "billing"),
        ),
    ),
}


@pytest.mark.parametrize("name", AMENDED)
async def test_req_03_an_amendment_and_something_else_at_once_are_one_after_the_other(declaring: Applied, name: str) -> None:
    until, pair = AMENDED[name]
    await is_serial(declaring, declared(until), pair, f"M{list(AMENDED).index(name)}")


def in_order(key: str, message: Message, actor: Actor = HOLDER) -> Said:
    """A command about a contract."""
    return Said("actions.commands", message, key, actor=actor, at=datetime(2007, 9, 3, 9, tzinfo=UTC))


def trainee_of(key: str) -> UUID:
    """Whom its second command registers."""
    return made_id(key, sent_as("gateway", key, 2))


def opened(*then: Callable[[str], Said]) -> Callable[[str], Sequence[Said]]:
    """An open action with one trainee, and what is asked about it then; its sixth command is the first of those."""

    def story(key: str) -> list[Said]:
        awarded_first = Said("actions.commands", imported(guide.contract(key)), f"import-{key}", actor=AGENT)
        entry = EntryDate(trainee_id=trainee_of(key), entered_on=date(2007, 9, 3))
        return [
            awarded_first,
            in_order(key, ValidateDates(periods=guide.PERIODS, base_version=0)),
            in_order(key, RegisterTrainee(sheet=guide.sheet())),
            in_order(key, ConfirmEntryDates(entries=(entry,))),
            in_order(key, ConfirmTrainers()),
            in_order(key, OpenAction(actual_start=date(2007, 9, 3), frequency=Frequency.MONTHLY)),
            *(each(key) for each in then),
        ]

    return story


def request_of(key: str, place: int = 6) -> UUID:
    """The request that the command of that number makes."""
    return made_id(key, sent_as("gateway", key, place))


def asks_for_periods(key: str, actor: Actor = HOLDER) -> Said:
    """Other periods are asked for."""
    return in_order(key, RequestChange(change=DatesChange(periods=guide.PERIODS[:2], base_version=1), reason="La fermeture de mai"), actor)


def asks_for_sheet(key: str) -> Said:
    """Another sheet of the trainee is asked for."""
    change = SheetChange(trainee_id=trainee_of(key), sheet=guide.sheet(referrer=Referrer.SELF), base_version=1)
    return in_order(key, RequestChange(change=change, reason="Une erreur"))


LATER_END = PlannedDatesChange(planned_start=date(2007, 9, 3), planned_end=date(2008, 7, 25), periods=guide.PERIODS, base_version=1)


def asks_for_end(key: str) -> Said:
    """A later planned end is asked for."""
    return in_order(key, RequestChange(change=LATER_END, reason="Un report"))


def grants(key: str) -> Said:
    """An agent grants what was asked first."""
    return in_order(key, GrantRequest(request_id=request_of(key)), AGENT)


def agreed(key: str) -> Said:
    """`declarations` agrees to the later end."""
    asked = AmendmentRequested(planned_start=LATER_END.planned_start, planned_end=LATER_END.planned_end, periods=LATER_END.periods)
    return says(key, action_in_preparation.agreed(asked), "2007-09-03", "declarations")


def closing(key: str) -> Said:
    """The organisation closes."""
    command = CloseAction(actual_end=date(2008, 6, 27))
    return Said("actions.commands", command, key, actor=HOLDER, at=datetime(2008, 6, 28, 9, tzinfo=UTC))


ASKED: dict[str, tuple[Callable[[str], Sequence[Said]], Pair]] = {
    "a request and an unlocking without it": (
        opened(),
        lambda key: (asks_for_periods(key), in_order(key, UnlockDates(reason="Un appel"), AGENT)),
    ),
    "the same request twice": (opened(), lambda key: (asks_for_periods(key), asks_for_periods(key, COLLEAGUE))),
    "a grant and a withdrawal": (
        opened(asks_for_periods),
        lambda key: (grants(key), in_order(key, WithdrawRequest(request_id=request_of(key)))),
    ),
    "a grant and a refusal": (
        opened(asks_for_periods),
        lambda key: (grants(key), in_order(key, RefuseRequest(request_id=request_of(key), reason="Non."), AGENT)),
    ),
    "a grant used and taken back": (
        opened(asks_for_periods, grants),
        lambda key: (
            in_order(key, ValidateDates(periods=guide.PERIODS, base_version=2)),
            in_order(key, TakeBackUnlocking(object=RequestObject.DATES), AGENT),
        ),
    ),
    "an amendment that is agreed to and refused": (
        opened(asks_for_end, grants),
        lambda key: (agreed(key), in_order(key, RefuseRequest(request_id=request_of(key), reason="Non."), AGENT)),
    ),
    "an amendment that is agreed to and the closing": (opened(asks_for_end, grants), lambda key: (agreed(key), closing(key))),
    "a request about somebody and their removal": (
        opened(lambda key: in_order(key, RemoveTrainee(trainee_id=trainee_of(key)))),
        lambda key: (says(key, RemovalGranted(trainee_id=trainee_of(key)), "2007-09-03", "declarations"), asks_for_sheet(key)),
    ),
    "an amendment and the closing": (opened(asks_for_end), lambda key: (grants(key), closing(key))),
    "the closing that is granted and a request": (
        opened(closing),
        lambda key: (says(key, ClosingGranted(actual_end=date(2008, 6, 27)), "2008-06-28", "declarations"), asks_for_periods(key)),
    ),
}


@pytest.mark.parametrize("name", ASKED)
async def test_req_01_a_request_and_something_else_at_once_are_one_after_the_other(acting: Applied, name: str) -> None:
    story, pair = ASKED[name]
    await is_serial(acting, story, pair, f"R{list(ASKED).index(name)}")


def billed(issued: bool) -> Callable[[str], Sequence[Said]]:
    """An action with a month to invoice, or invoiced."""

    def story(key: str) -> list[Said]:
        confirmed = MonthConfirmed(month=Month("2007-02"), lines=(line(TRAINEES[0], place_hours("10")),))
        opened = ActionOpened(actual_start=date(2007, 2, 1), frequency=Frequency.MONTHLY)
        told = [
            Said("events", awarded(terms(subcontractors=(subcontractor("40"),), advance=("10", "0", "100"))), key, "actions"),
            Said("events", opened, key, "actions"),
            Said("events", confirmed, key, "declarations"),
        ]
        return [*told, invoice(key)] if issued else told

    return story


MARCH = datetime(2007, 3, 5, 9, tzinfo=UTC)


def invoice(key: str, actor: Actor = HOLDER) -> Said:
    """February is invoiced."""
    return Said(
        "billing.commands", IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("50.00")), key, actor=actor, at=MARCH
    )


def subcontracted(key: str, amount: str) -> Said:
    """A colleague confirms an invoice of the subcontractor."""
    asked = {"without_months": SUBCONTRACT, "subcontractor": CEVENNES, "excluding_tax": amount}
    command = IssueInvoice.model_validate({"kind": INSTALMENT, "months": ()} | asked)
    return Said("billing.commands", command, key, actor=COLLEAGUE, at=MARCH)


def agent(key: str, decision: Decision) -> Said:
    """An agent decides of it."""
    command = DecideInvoice(invoice_id=made_id(key, sent_as("gateway", key, 1)), decision=decision, code=RejectionCode.OTHER, text="Non.")
    return Said("billing.commands", command, key, actor=AGENT, at=MARCH)


def finance(key: str, decision: Decision) -> Said:
    """The finance system decides of it."""
    record = InvoiceDecision(invoice_id=made_id(key, sent_as("gateway", key, 1)), decision=decision, code=RejectionCode.OTHER, text="Non.")
    return Said("region.decisions", record.body(), key, "finance", at=MARCH)


BILLED: dict[str, tuple[bool, Pair]] = {
    "the same month, invoiced": (False, lambda key: (invoice(key), invoice(key, COLLEAGUE))),
    "a month, and a subcontractor's invoice that it would bear": (False, lambda key: (invoice(key), subcontracted(key, "30.00"))),
    "two of a subcontractor, for which its ceiling is too low": (
        False,
        lambda key: (subcontracted(key, "30.00"), subcontracted(key, "20.00")),
    ),
    "the same invoice, accepted and rejected": (True, lambda key: (agent(key, Decision.ACCEPTED), finance(key, Decision.REJECTED))),
    "the same invoice, rejected twice": (True, lambda key: (agent(key, Decision.REJECTED), finance(key, Decision.REJECTED))),
    "an invoice rejected, and its month invoiced": (True, lambda key: (finance(key, Decision.REJECTED), invoice(key))),
}


@pytest.mark.parametrize("name", BILLED)
async def test_two_at_once_on_an_actions_money_are_one_after_the_other(invoicing: Applied, name: str) -> None:
    issued, pair = BILLED[name]
    await is_serial(invoicing, billed(issued), pair, f"B{list(BILLED).index(name)}")
