"""The whole life of many actions, from their contracts to accounts at zero, in five acts; between two of them months pass."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from random import Random

from contracts.awards import Organisation as Holder
from contracts.codes import TaxRegime
from contracts.month import PARIS, Month
from sesame_local.demo.plan import Partner, Plan
from tests.faults.browser import GivenUp
from tests.faults.ground import Ground
from tests.faults.paymaster import Paymaster
from tests.faults.people import Agent, Organisation
from tests.faults.programme import Programme
from tests.faults.waits import Waits

logger = logging.getLogger(__name__)
START, END = date(2027, 2, 1), date(2027, 3, 31)
FEBRUARY, MARCH = Month("2027-02"), Month("2027-03")
BEGINNING = datetime(2027, 1, 11, 9, tzinfo=PARIS)
AGENT_EMAIL = "agent{}@region.example"


def partner(number: int) -> Partner:
    """An invented organisation."""
    siret = _checked(_checked(f"998{number:05}") + "0001")
    holder = Holder(
        siret=siret,
        name=f"ORGANISME {number}",
        email=f"contact@organisme-{number}.example",
        address="8 rue des Joutes",
        postcode="34200",
        town="SÈTE",
        tax_regime=TaxRegime.STANDARD if number % 2 else TaxRegime.EXEMPT,
    )
    return Partner(f"organisme-{number}", holder, "34301")


def _checked(digits: str) -> str:
    """With the digit after them that makes a SIREN or a SIRET right (Luhn)."""
    doubled = (int(digit) * (1 + (len(digits) - place) % 2) for place, digit in enumerate(digits))
    return f"{digits}{-sum(value - 9 if value > 9 else value for value in doubled) % 10}"


def plan(number: int, of: Partner, trainees: int) -> Plan:
    """Two months of training in centre and company."""
    return Plan(
        f"QFA{number:04}", f"ACTION {number}", of, ("HOT", "Hôtellerie, restauration"), START, END, date(2027, 1, 11),
        centre=(210, "7.00"), company=(70, "1.15"), headcount=trainees + 1, trainees=trainees, look="",
    )  # fmt: skip


@dataclass
class Lives:
    """Everybody, and the acts that they play."""

    ground: Ground
    waits: Waits
    chance: Random
    organisations: list[Organisation]
    agents: list[Agent]
    paymaster: Paymaster
    programme: Programme
    today: date = START

    @classmethod
    def of(cls, ground: Ground, waits: Waits, chance: Random, organisations: int, actions: int, trainees: int, agents: int) -> "Lives":
        """So many organisations, with so many actions each, of so many trainees; and so many agents."""
        people = []
        for number in range(1, organisations + 1):
            of = partner(number)
            one = Organisation.of(ground, of.organisation.email, waits, Random(chance.random()))
            assert isinstance(one, Organisation)
            one.plans = [plan(number * 100 + each * 7, of, trainees) for each in range(actions)]
            people.append(one)
        region = [Agent.of(ground, AGENT_EMAIL.format(number), waits, Random(chance.random())) for number in range(agents)]
        return cls(
            ground,
            waits,
            chance,
            people,
            [one for one in region if isinstance(one, Agent)],
            Paymaster(ground, waits),
            Programme(ground, waits),
        )

    @property
    def plans(self) -> list[Plan]:
        """Every action."""
        return [plan for organisation in self.organisations for plan in organisation.plans]

    # Whose decision is whose: it follows from the contract's number.

    def programme_awards(self, contract: str) -> bool:
        """Whether the programme system sends this contract; it is in an agent's workbook otherwise (ACT-1)."""
        return int(contract[-4:]) // 100 % 2 == 0

    def finance_decides(self, contract: str) -> bool:
        """Whether the finance system decides this contract's invoices; an agent does otherwise."""
        return int(contract[-4:]) % 3 == 0

    def is_rejected(self, contract: str) -> bool:
        """Whether the first invoice of this contract is rejected."""
        return int(contract[-4:]) % 2 == 0 and self.today.month == 3

    async def play(self, during: Callable[[int], Awaitable[None]], last: int = 4) -> None:
        """Every act, or up to the `last`; `during(act)` is what happens to the system meanwhile. Raises what somebody could not do."""
        acts = (self._award_and_prepare, self._open, self._declare, self._decide_and_correct, self._end)
        days = (BEGINNING, _morning(START), _morning(date(2027, 3, 2)), _morning(date(2027, 3, 9)), _morning(date(2027, 4, 2)))
        for number, (act, instant) in enumerate(zip(acts[: last + 1], days, strict=False)):
            if number:
                await self.ground.it_becomes(instant)
                self.today = instant.date()
            logger.info("%s begins", act.__name__)
            happening = asyncio.create_task(during(number))
            try:
                await act(happening)
                await happening
                await self.ground.note_commands()
            finally:
                happening.cancel()
                await asyncio.gather(happening, return_exceptions=True)

    async def _award_and_prepare(self, happening: "asyncio.Task[None]") -> None:
        await asyncio.gather(*(self._agent_logs_in(number) for number in range(len(self.agents))))
        sent = [plan for plan in self.plans if self.programme_awards(plan.number)]
        await asyncio.gather(self.agents[0].award(plan for plan in self.plans if plan not in sent), self.programme.award(sent))

        async def begin(organisation: Organisation) -> None:
            await organisation.first_log_in()
            await asyncio.gather(*(organisation.prepare(plan) for plan in organisation.plans))
            await self._move_about(organisation, happening)

        await self._everybody(begin)

    async def _agent_logs_in(self, number: int) -> None:
        email = AGENT_EMAIL.format(number)
        await self.ground.operate("identity", "agent", "create", "--login", f"agent{number}", "--email", email, "--name", f"Agent {number}")
        await self.agents[number].first_log_in()

    async def _open(self, happening: "asyncio.Task[None]") -> None:
        async def open_all(organisation: Organisation) -> None:
            await _all(organisation.open(plan) for plan in organisation.plans)
            await self._move_about(organisation, happening)

        await self._everybody(open_all)

    async def _declare(self, happening: "asyncio.Task[None]") -> None:
        """February is filled in; lines are saved anew as long as the faults go on; then it is confirmed and invoiced."""

        async def declare(organisation: Organisation) -> None:
            await _all(organisation.fill_in(plan, FEBRUARY) for plan in organisation.plans)
            await _all(self._again(partial(organisation.save_again, plan, FEBRUARY), happening) for plan in organisation.plans)
            for plan in organisation.plans:
                await organisation.confirm(plan, FEBRUARY)
                await organisation.invoice(plan, FEBRUARY)

        await self._everybody(declare)

    async def _decide_and_correct(self, happening: "asyncio.Task[None]") -> None:
        async def correct(organisation: Organisation) -> None:
            await _all(organisation.correct_until_accepted(plan, FEBRUARY) for plan in organisation.plans)
            await self._move_about(organisation, happening)

        async with self._region():
            await self._everybody(correct)

    async def _end(self, happening: "asyncio.Task[None]") -> None:
        async def end(organisation: Organisation, plan: Plan) -> None:
            await organisation.fill_in(plan, MARCH)
            await organisation.confirm(plan, MARCH)
            await organisation.close(plan)
            await organisation.balance(plan)
            await organisation.until_settled(plan)

        async def end_all(organisation: Organisation) -> None:
            await _all(end(organisation, plan) for plan in organisation.plans)
            await self._move_about(organisation, happening)

        async with self._region():
            await self._everybody(end_all)

    async def _move_about(self, organisation: Organisation, happening: "asyncio.Task[None]") -> None:
        await self._again(lambda: organisation.move(self.chance.randrange(1, 100)), happening)

    async def _again(self, does: Callable[[], Awaitable[None]], happening: "asyncio.Task[None]") -> None:
        """Somebody who is done goes on with something, as long as the faults do."""
        while not happening.done():
            await does()
            await asyncio.sleep(self.chance.uniform(0, 0.4))

    async def _everybody(self, does: Callable[[Organisation], Awaitable[None]]) -> None:
        """Every organisation at once. Raises GivenUp with what each of them could not do."""
        results = await asyncio.gather(*(does(one) for one in self.organisations), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, GivenUp):
                raise result
        if given_up := [str(result) for result in results if isinstance(result, GivenUp)]:
            raise GivenUp("\n".join(given_up))

    def _region(self) -> "_Region":
        return _Region(self)


@dataclass
class _Region:
    """Agents and the finance system at work, as long as the block lasts."""

    lives: Lives
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def __aenter__(self) -> None:
        lives = self.lives
        pays = lives.paymaster.run(lambda: lives.today, lives.finance_decides, lives.is_rejected)
        self._tasks = [asyncio.create_task(pays), *(asyncio.create_task(self._works(agent)) for agent in lives.agents)]

    async def _works(self, agent: Agent) -> None:
        while True:
            await agent.decide(lambda contract: not self.lives.finance_decides(contract), self.lives.is_rejected)
            await agent.acknowledge()
            await asyncio.sleep(0.5)

    async def __aexit__(self, *_: object) -> None:
        ended = [task for task in self._tasks if task.done()]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for task in ended:
            task.result()


async def _all(doings: Iterable[Awaitable[object]]) -> None:
    await asyncio.gather(*doings)


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
