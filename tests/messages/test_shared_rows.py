"""Rows that belong to no one action, two batches at once on them: the sequence of an issuer's legal numbers, a payment's reference."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from billing import store
from billing.app import service
from contracts.actions import ActionOpened
from contracts.billing import DecideInvoice, IssueInvoice
from contracts.codes import Decision, Frequency
from contracts.declarations import MonthConfirmed
from contracts.envelope import Actor, made_id
from contracts.finance import Payment
from contracts.month import Month
from tests.guide import AGENT, OTHER_SIRET, SIRET, awarded, organisation
from tests.infra import Infra
from tests.log import eventually
from tests.messages.batches import Applied, applied
from tests.messages.samples import Said, sent_as
from tests.rules.billing.billed_action import MONTHLY, TRAINEES, line, months, place_hours, terms

MARCH = datetime(2007, 3, 5, 9, tzinfo=UTC)
SIRETS = {"A": SIRET, "B": OTHER_SIRET}
ACTIONS = ("A1", "A2", "B1", "B2")
"""Two actions of each of two organisations."""


@pytest_asyncio.fixture
async def billing(infra: Infra) -> AsyncIterator[Applied]:
    """Each action with a month of ten hours to invoice."""
    async with applied(infra, service, "billing.app:service") as place:
        for action in ACTIONS:
            held = terms().model_copy(update={"organisation": organisation(siret=SIRETS[action[0]])})
            await place.say(
                Said("events", awarded(held), action, "actions"),
                Said("events", ActionOpened(actual_start=date(2007, 2, 1), frequency=Frequency.MONTHLY), action, "actions"),
                Said(
                    "events", MonthConfirmed(month=Month("2007-02"), lines=(line(TRAINEES[0], place_hours("10")),)), action, "declarations"
                ),
            )
        yield place


def issue(action: str) -> Said:
    """Its month is invoiced."""
    command = IssueInvoice(kind=MONTHLY, months=months("2007-02"), excluding_tax=Decimal("50.00"))
    return Said("billing.commands", command, action, actor=Actor("u", "organisation", SIRETS[action[0]]), at=MARCH)


def pay(action: str, reference: str) -> Said:
    """Its invoice is paid a euro, under that reference."""
    payment = Payment(invoice_id=invoice_of(action), amount=Decimal(1), date=date(2007, 4, 2), reference=reference)
    return Said("region.decisions", payment.body(), action, "finance")


def invoice_of(action: str) -> UUID:
    """The invoice that the action's first command made."""
    return made_id(action, sent_as("gateway", action, 1))


def slowed(billing: Applied, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """After its first use of a shared row each batch waits for the other to use one too, or to wait for it."""
    original: Callable[..., Awaitable[Any]] = getattr(store, name)
    used = 0

    async def met() -> bool:
        return used >= 2 or await billing.database.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )

    async def use(*arguments: Any) -> Any:
        nonlocal used
        result = await original(*arguments)
        used += 1
        await eventually(met)
        return result

    monkeypatch.setattr(store, name, use)


async def test_bil_09_two_batches_that_number_for_the_same_issuers_in_opposite_order_do_not_wait_in_a_circle(
    billing: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    slowed(billing, monkeypatch, "issue")
    await billing.at_once([issue("A1"), issue("B1")], [issue("B2"), issue("A2")])
    assert await billing.answers() == {action: [()] for action in ACTIONS}
    rows = await billing.database.fetch("SELECT issuer, array_agg(sequence ORDER BY sequence) AS numbers FROM invoices GROUP BY issuer")
    assert {row["issuer"]: row["numbers"] for row in rows} == {SIRET: [1, 2], OTHER_SIRET: [1, 2]}


async def test_bil_13_two_batches_with_the_same_references_in_opposite_order_do_not_wait_in_a_circle(
    billing: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    for action in ACTIONS:
        accepted = DecideInvoice(invoice_id=invoice_of(action), decision=Decision.ACCEPTED)
        await billing.say(issue(action), Said("billing.commands", accepted, action, actor=AGENT, at=MARCH))
    slowed(billing, monkeypatch, "record_payment")
    await billing.at_once([pay("A1", "R1"), pay("B1", "R2")], [pay("B2", "R2"), pay("A2", "R1")])
    assert [row["reference"] for row in await billing.database.fetch("SELECT reference FROM payments ORDER BY 1")] == ["R1", "R2"]
