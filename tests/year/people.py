"""The people of a Region's year: as the demonstration's, but that what the portal can send as one command is one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from chassis.ids import uuid7
from contracts import actions
from contracts.declarations import FilledExit, FilledLine, FilledRow, FillMonth
from contracts.envelope import made_id
from contracts.message import Command
from contracts.month import Month
from gateway.web.session import Viewer
from sesame_local.demo import hours
from sesame_local.demo.people import People, exit_of, leaving, present
from sesame_local.demo.plan import Plan

IN_A_WORKBOOK = 50


def somebody(role: str, siret: str | None = None) -> Viewer:
    """Somebody who is logged in; many of them, since nobody may send more than a few hundred commands a minute."""
    return Viewer(uuid7(), role, siret, "annee", "Année", must_choose_password=False)


@dataclass
class Crowd(People):
    """An agent, and a secretary for each action."""

    _secretaries: dict[str, Viewer] = field(default_factory=dict)

    async def _ask(self, plan: Plan, command: Command) -> UUID:
        siret = plan.partner.organisation.siret
        return await self.portal.ask(self._secretaries.setdefault(plan.number, somebody("organisation", siret)), plan.number, command)

    async def _import(self, plans: Iterable[Plan]) -> None:
        contracts = [plan.contract for plan in plans]
        for first in range(0, len(contracts), IN_A_WORKBOOK):
            command = actions.ImportContracts(contracts=tuple(contracts[first : first + IN_A_WORKBOOK]))
            await self.portal.ask(self.agent, str(uuid7()), command)
        numbers = [contract.number for contract in contracts]
        shown = "SELECT count(*) = $2 FROM actions WHERE contract_number = ANY($1::text[])"
        await self.portal.until("les contrats importés", set(numbers), shown, numbers, len(numbers))

    async def _prepare(self, plan: Plan) -> None:
        await self._ask(plan, actions.ValidateDates(periods=plan.periods, base_version=0))
        sheets = tuple(actions.NewTrainee(sheet=plan.sheet(index)) for index in range(plan.trainees))
        registered = await self._ask(plan, actions.RegisterTrainees(trainees=sheets))
        self.trainees[plan.number] = {index: made_id(plan.number, registered, index) for index in range(plan.trainees)}
        await self._ask(plan, actions.ConfirmTrainers())
        entries = tuple(actions.EntryDate(trainee_id=each, entered_on=plan.start) for each in self.trainees[plan.number].values())
        await self._ask(plan, actions.ConfirmEntryDates(entries=entries))

    async def _fill_in(self, plan: Plan, month: Month) -> None:
        leave = leaving(plan, month)
        rows = tuple(
            FilledRow(
                trainee_id=self.trainees[plan.number][index],
                line=FilledLine(line=hours.line(plan, index, month), base_version=0),
                exit=FilledExit(exit=exit_of(plan, index), base_version=0) if index in leave else None,
            )
            for index in present(plan, month)
        )
        await self._ask(plan, FillMonth(month=month, rows=rows))
