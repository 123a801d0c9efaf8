"""Pay after an admissible exit on the real Kafka and PostgreSQL, with the real `actions`, `declarations` and `billing`: what a month adds
is confirmed and billed (DEC-5).
"""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest_asyncio

from billing.app import service as billing
from contracts.billing import InvoiceIssued, InvoicesOffered, IssueInvoice
from contracts.codes import ExitKind, ExitReason, InvoiceKind
from contracts.declarations import AddedHoursForeseen, ConfirmMonth, Exit, MonthConfirmed, SetExit
from contracts.month import Month
from declarations.app import service as declarations
from tests.guide import START, day, period
from tests.infra import Infra
from tests.log import eventually
from tests.messages.auditing import findings
from tests.messages.region import Region, running_region

NUMBER, END = "2007QCA3001", "2007-10-19"
SEPTEMBER, OCTOBER = Month("2007-09"), Month("2007-10")


@pytest_asyncio.fixture(scope="module")
async def region(infra: Infra) -> AsyncIterator[Region]:
    """An installation of the three, running."""
    async with running_region(infra, declarations, billing) as region:
        yield region


async def offered(region: Region) -> dict[Month, Decimal]:
    """What the months that can be invoiced are worth."""
    return {month.month: month.amount for month in (await region.said(InvoicesOffered, NUMBER))[-1].months}


async def test_dec_05_what_a_month_adds_is_foreseen_confirmed_and_billed_to_the_cent(infra: Infra, region: Region) -> None:
    """812 h in centre over the 15 and 19 days that are left, 420 h in company over the same, for want of periods: 358.00 and 185.25
    in September, 454.00 and 234.75 in October, at 5.00 € and 0.95 €.
    """
    [trainee] = await region.opened(NUMBER, 1, planned_end=day(END), periods=(period(START, END),))
    exit_ = Exit(on=day("2007-09-15"), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)
    left = SetExit(trainee_id=trainee, exit=exit_, base_version=0)
    assert await region.codes(NUMBER, left, "2007-09-20", to="declarations") == []
    assert await region.declares(NUMBER, trainee, SEPTEMBER, "2007-09-20") == []
    [owed] = (await region.said(AddedHoursForeseen, NUMBER))[-1].trainees
    assert [(month.month, month.centre, month.company) for month in owed.months] == [
        (SEPTEMBER, Decimal("358.00"), Decimal("185.25")),
        (OCTOBER, Decimal("454.00"), Decimal("234.75")),
    ]

    assert await region.codes(NUMBER, ConfirmMonth(month=SEPTEMBER), "2007-10-05", to="declarations") == []
    await eventually(lambda: offered(region))
    assert await offered(region) == {SEPTEMBER: Decimal("1965.99")}
    invoice = IssueInvoice(kind=InvoiceKind.MONTHLY, months=(SEPTEMBER,), excluding_tax=Decimal("1965.99"))
    assert await region.codes(NUMBER, invoice, "2007-10-05", to="billing") == []

    assert await region.codes(NUMBER, ConfirmMonth(month=OCTOBER), "2007-11-05", to="declarations") == []

    async def can_be_invoiced() -> bool:
        return OCTOBER in await offered(region)

    await eventually(can_be_invoiced)
    assert await offered(region) == {OCTOBER: Decimal("2493.01")}  # 2 270.00 + 223.01
    [issued] = await region.said(InvoiceIssued, NUMBER)
    assert (issued.invoice.trainees, issued.invoice.excluding_tax) == (1, Decimal("1965.99"))
    assert [line.maintained for line in issued.invoice.lines] == [Decimal("358.00"), Decimal("185.25")]
    confirmed = await region.said(MonthConfirmed, NUMBER)
    assert [[line.trainee_id for line in month.lines] for month in confirmed] == [[trainee], [trainee]]
    assert await findings(infra, declarations, region.others["declarations"]) == []
    assert await findings(infra, billing, region.others["billing"]) == []
