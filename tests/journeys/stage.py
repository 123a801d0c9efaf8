"""Actions that stand where a journey begins, on 4 June 2008: what came before was sent as commands, on that same day.

All are the organisation's own, paid by the month, at 7.00 € an hour in centre; it charges 19.6 % of tax.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts import actions, awards, surveys
from contracts.codes import ExitKind, TaxRegime
from contracts.declarations import ConfirmMonth, Exit, FilledExit, FilledLine, FilledRow, FillMonth, Line, PlaceFigures
from contracts.month import Month
from sesame_local import timeshift
from sesame_local.demo import finance, portal
from sesame_local.demo.people import all_of
from sesame_local.demo.plan import Partner, Plan
from sesame_local.demo.region import SALAGOU, SHOWS
from sesame_local.demo.timeline import Accept, Advance, Close, Import, Invoice, Open, Pay, Prepare, Report
from tests import guide
from tests.journeys.people import World
from tests.year.people import Crowd, somebody

TODAY, LATER = "2008-06-04T09:00", "2008-07-10T09:00"
MAY, JUNE = Month("2008-05"), Month("2008-06")
ZERO = Decimal(0)


def _plan(code: str, title: str, end: date, *, company: int = 0, trainees: int = 2, headcount: int = 2, **more: object) -> Plan:
    """200 h in centre for each trainee, 2,800.00 € for two; from 5 May unless it has hours in company: these begin in June."""
    start = date(2008, 6, 2) if company else date(2008, 5, 5)
    partner = Partner("scenes", guide.organisation(tax_regime=TaxRegime.STANDARD), "34079")
    return Plan(
        code, title, partner, SHOWS, start, end, date(2008, 4, 7), (200, "7.00"), (company, "1.00"), headcount, trainees, "", **more
    )  # type: ignore[arg-type]  # fmt: skip


PATHWAYS = _plan("QCA1001", "MACHINISTES", date(2008, 8, 29), company=70, individualised=True)
EXIT = _plan("QCA1002", "ÉCLAIRAGISTES", date(2008, 7, 25), trainees=1, headcount=1)
SUBCONTRACT = _plan("QCA1003", "DÉCORATEURS", date(2008, 7, 25), subcontractor=SALAGOU)
ADVANCE = _plan(
    "QCA1004",
    "RÉGISSEURS",
    date(2008, 7, 25),
    advance=awards.Advance(rate=Decimal(10), recovered_from=Decimal(20), recovered_to=Decimal(60)),
)
BALANCE = _plan(
    "QCA1005",
    "COIFFEURS",
    date(2008, 5, 30),
    headcount=3,
    advance=awards.Advance(rate=Decimal(10), recovered_from=Decimal(65), recovered_to=Decimal(80)),
)
CLOCK = _plan("QCA1006", "MAQUILLEURS", date(2008, 7, 25))
PLANS = (PATHWAYS, EXIT, SUBCONTRACT, ADVANCE, BALANCE, CLOCK)


@dataclass
class Stage(Crowd):
    """Everybody who acts behind the journeys, without a browser."""

    async def set(self) -> None:
        """All the actions, each where its journey begins."""
        today = date.fromisoformat(TODAY[:10])
        await self.act(Import(PLANS), today)
        await all_of(self._begin_one(plan, today) for plan in PLANS)

    async def _begin_one(self, plan: Plan, today: date) -> None:
        if plan is PATHWAYS:
            await self._lacks_a_pathway(plan)
            return
        acts = [Prepare(plan), Open(plan), *([Advance(plan)] if plan is BALANCE else [])]
        for act in acts:
            await self.act(act, today)
        if plan is EXIT:
            await self.fill(plan, MAY, "60")
        if plan in (SUBCONTRACT, CLOCK):
            await self.declare(plan, MAY, "100")
        if plan is CLOCK:
            await self.act(Invoice(plan, MAY), today)
        if plan is BALANCE:
            await self.declare(plan, MAY, "50")
            for act in (Invoice(plan, MAY), Accept(plan), Pay(plan), Close(plan, plan.trainees), Report(plan)):
                await self.act(act, today)
            await self.portal.ask(self.agent, plan.number, surveys.AcknowledgeReport())

    async def _lacks_a_pathway(self, plan: Plan) -> None:
        """All that an opening needs, but the pathway of the second trainee."""
        first, second = (plan.sheet(index) for index in range(plan.trainees))
        await self._ask(plan, actions.ValidateDates(periods=plan.periods, base_version=0))
        await self._register(plan, [first, second.model_copy(update={"pathway": None})], partial=True)
        await self._ask(plan, actions.ConfirmTrainers())
        entries = tuple(actions.EntryDate(trainee_id=id_, entered_on=plan.start) for id_ in self.trainees[plan.number].values())
        await self._ask(plan, actions.ConfirmEntryDates(entries=entries))

    async def fill(self, plan: Plan, month: Month, hours: str) -> None:
        """Everybody attended so many hours in centre; in the last month they leave at the end of the training."""
        nothing = PlaceFigures(attended=ZERO, excused=ZERO, unexcused=ZERO)
        line = Line(centre=nothing.model_copy(update={"attended": Decimal(hours)}), company=nothing)
        left = FilledExit(exit=Exit(on=plan.end, kind=ExitKind.END_OF_TRAINING), base_version=0) if month == plan.months[-1] else None
        rows = tuple(
            FilledRow(trainee_id=trainee_id, line=FilledLine(line=line, base_version=0), exit=left)
            for trainee_id in self.trainees[plan.number].values()
        )
        await self._ask(plan, FillMonth(month=month, rows=rows))

    async def declare(self, plan: Plan, month: Month, hours: str) -> None:
        """The same, and the month is confirmed and can be invoiced."""
        await self.fill(plan, month, hours)
        await self._ask(plan, ConfirmMonth(month=month))
        await self.portal.offered(plan.number, month=month)

    async def invoice(self, plan: Plan, month: Month) -> None:
        """The month's invoice is confirmed."""
        await self.act(Invoice(plan, month), month.last)


@asynccontextmanager
async def stage(world: World) -> AsyncIterator[Stage]:
    """The stage, set; it goes on acting in the installation's time."""
    await world.is_at_least(TODAY)
    with timeshift.followed(world.place.time_shift):
        async with portal.opened(world.place) as opened, finance.opened(world.place) as paymaster:
            made = Stage(opened, paymaster, somebody("agent"))
            await made.set()
            yield made
