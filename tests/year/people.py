"""The people of a Region's year: as the demonstration's, but that nobody needs to log in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chassis.ids import uuid7
from contracts import awards
from gateway.web.session import Viewer
from sesame_local.demo.people import People
from sesame_local.demo.plan import Plan

IN_A_WORKBOOK = 50


def somebody(role: str, siret: str | None = None) -> Viewer:
    """Somebody who is logged in; many of them, since nobody may send more than a few hundred commands a minute."""
    return Viewer(uuid7(), role, siret, "annee", "Année", must_choose_password=False)


@dataclass
class Crowd(People):
    """An agent who imports; an agent and a secretary for each action."""

    _agents: dict[str, Viewer] = field(default_factory=dict)
    _secretaries: dict[str, Viewer] = field(default_factory=dict)

    def _agent(self, plan: Plan) -> Viewer:
        return self._agents.setdefault(plan.number, somebody("agent"))

    def _organisation(self, plan: Plan) -> Viewer:
        return self._secretaries.setdefault(plan.number, somebody("organisation", plan.partner.organisation.siret))

    async def _import(self, plans: Iterable[Plan]) -> None:
        contracts = [plan.contract for plan in plans]
        for first in range(0, len(contracts), IN_A_WORKBOOK):
            command = awards.ImportContracts(contracts=tuple(contracts[first : first + IN_A_WORKBOOK]))
            await self.portal.ask(self.agent, str(uuid7()), command)
        numbers = [contract.number for contract in contracts]
        shown = "SELECT count(*) = $2 FROM actions WHERE contract_number = ANY($1::text[])"
        await self.portal.until("les contrats importés", set(numbers), shown, numbers, len(numbers))
