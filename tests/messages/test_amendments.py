"""Requests and amendments on the real Kafka and PostgreSQL, with the real `actions`, `declarations` and `billing`: a postponement from its
request to the closing, and what happens to it at the same moment as something else.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from uuid import UUID

import pytest
import pytest_asyncio

from actions.app import service
from billing.app import service as billing
from contracts.actions import CloseAction, ConfirmEntryDates, EntryDate, UnlockDates, ValidateDates
from contracts.answers import CommandAnswered
from contracts.billing import InvoicesOffered, OffersForeseen
from contracts.codes import ExitKind, Frequency, InvoiceKind
from contracts.declarations import (
    AmendmentForeseen,
    AmendmentGranted,
    ConfirmMonth,
    DeclarationsChanged,
    Exit,
    SetExit,
)
from contracts.envelope import made_id
from contracts.month import Month
from contracts.personal import TextRecord, TrainerRecord
from contracts.requests import (
    AmendmentRequested,
    ChangeForeseen,
    ChangeRequested,
    ContractAmended,
    DatesChange,
    GrantRequest,
    ListedTrainer,
    PlannedDatesChange,
    RequestChange,
    RequestGranted,
    TrainersChange,
    TrainersChanged,
    WithdrawRequest,
)
from declarations.app import service as declarations
from tests import guide
from tests.guide import AGENT, HOLDER, START, STRANGER, day, period
from tests.infra import Infra
from tests.log import eventually
from tests.messages.auditing import findings
from tests.messages.region import Region, running_region

SHORT, LATER = "2007-10-19", "2007-11-30"
NUMBERS = count(1)


@pytest_asyncio.fixture(scope="module")
async def region(infra: Infra) -> AsyncIterator[Region]:
    """An installation of the three, running."""
    async with running_region(infra, declarations, billing) as region:
        yield region


async def opened(region: Region, trainees: int = 1) -> tuple[str, list[UUID]]:
    """An action of two months, paid in three instalments."""
    number = f"2007QCA2{next(NUMBERS):03}"
    terms = {"planned_end": day(SHORT), "periods": (period(START, SHORT),)}
    return number, await region.opened(number, trainees, Frequency.THREE_INSTALMENTS, **terms)


async def asks_for(region: Region, number: str, end: str) -> UUID:
    """Another planned end is asked for; the request's id."""
    change = PlannedDatesChange(planned_start=day(START), planned_end=day(end), periods=(period(START, end),), base_version=1)
    command = await region.asks(number, RequestChange(change=change, reason="Le centre ferme en octobre"), "2007-09-20")
    assert (await region.log.answer(command)).faults == ()
    return made_id(number, command)


async def grants(region: Region, number: str, request_id: UUID, on: str = "2007-10-05") -> list[str]:
    return await region.codes(number, GrantRequest(request_id=request_id), on, AGENT)


async def leaves(region: Region, number: str, trainee: UUID, on: str, at: str) -> list[str]:
    exit_ = SetExit(trainee_id=trainee, exit=Exit(on=day(on), kind=ExitKind.END_OF_TRAINING), base_version=0)
    return await region.codes(number, exit_, at, to="declarations")


async def confirms(region: Region, number: str, month: str, on: str) -> list[str]:
    return await region.codes(number, ConfirmMonth(month=Month(month)), on, to="declarations")


async def test_dat_04_a_postponement_from_its_request_to_the_closing(region: Region) -> None:
    number, (trainee,) = await opened(region)
    request_id = await asks_for(region, number, LATER)
    await eventually(lambda: region.said(OffersForeseen, number))
    [foreseen] = await region.said(AmendmentForeseen, number)
    assert foreseen.effect and foreseen.effect.appear == (Month("2007-11"),)
    [reason] = await region.said(TextRecord, f"{number}/{request_id}", "personal")
    assert reason.text == "Le centre ferme en octobre"

    assert await grants(region, number, request_id) == []
    [granted], [amended] = await region.said(AmendmentGranted, number), await region.said(ContractAmended, number)
    assert granted.effect == foreseen.effect
    assert (amended.number, amended.granted_on, amended.end_before) == (1, day("2007-10-05"), day(SHORT))
    types = [envelope.type for envelope, _ in await region.log.messages("events", number)]
    decided = [AmendmentRequested, AmendmentGranted, RequestGranted, ContractAmended]
    assert [type_ for type_ in types if type_ in {kind.TYPE for kind in decided}] == [kind.TYPE for kind in decided]
    assert types[types.index(ContractAmended.TYPE) + 1] == CommandAnswered.TYPE
    assert (await region.said(DeclarationsChanged, number))[-1].closes_on == day(LATER)

    for month, on in (("2007-09", "2007-10-08"), ("2007-10", "2007-11-05")):
        assert await region.declares(number, trainee, month, on) == []
        assert await confirms(region, number, month, on) == []
    assert await region.codes(number, CloseAction(actual_end=day(SHORT)), "2007-11-05") == ["end-differs", "closing-too-early"]
    assert await region.declares(number, trainee, "2007-11", LATER) == []
    assert await leaves(region, number, trainee, LATER, LATER) == []
    assert await confirms(region, number, "2007-11", "2007-12-03") == []

    def quarter(offered: InvoicesOffered) -> list[tuple[InvoiceKind, int]]:
        return [(offer.kind, len(offer.months)) for offer in offered.offers]

    async def is_offered() -> bool:
        return quarter((await region.said(InvoicesOffered, number))[-1]) == [(InvoiceKind.QUARTER, 3)]

    await eventually(is_offered)
    assert await region.codes(number, CloseAction(actual_end=day(LATER)), "2007-12-03") == []


async def test_req_03_shortened_to_a_confirmed_month_everybody_is_out_and_the_action_can_be_closed(region: Region) -> None:
    number, trainees = await opened(region, 2)
    for trainee in trainees:
        assert await region.declares(number, trainee, "2007-09", "2007-09-28") == []
    request_id = await asks_for(region, number, "2007-09-30")
    assert await confirms(region, number, "2007-09", "2007-10-02") == []

    async def is_foreseen() -> bool:
        last = (await region.said(AmendmentForeseen, number))[-1]
        return bool(last.effect and set(last.effect.exits) == set(trainees))

    await eventually(is_foreseen)
    assert await grants(region, number, request_id) == []
    assert await region.codes(number, CloseAction(actual_end=day("2007-09-30")), "2007-10-06") == []


async def test_tra_01_the_list_of_trainers_is_asked_for_and_changed_by_its_grant(region: Region) -> None:
    number, _ = await opened(region)
    first = ListedTrainer(id=f"{number}/trainer-0", sheet=guide.TRAINER)
    change = TrainersChange(trainers=(first, ListedTrainer(sheet=guide.TRAINERS[0])), base_version=1)
    command = await region.asks(number, RequestChange(change=change, reason="Une formatrice de plus"), "2007-09-20")
    assert {ref.version for ref in (await region.log.answer(command)).personal} == {1}
    request_id = made_id(number, command)
    assert await region.codes(number, GrantRequest(request_id=request_id, apply=True), "2007-09-21", HOLDER) == ["not-found"]
    assert await region.codes(number, WithdrawRequest(request_id=request_id), "2007-09-21", STRANGER) == ["not-found"]
    assert await region.codes(number, GrantRequest(request_id=request_id, apply=True), "2007-09-21", AGENT) == []
    [changed] = await region.said(TrainersChanged, number)
    assert changed.version == 2 and changed.trainers[0].id == first.id
    [added] = await region.said(TrainerRecord, changed.trainers[1].id, "personal")
    assert added.sheet == guide.TRAINERS[0]


# At the same moment


async def confirmed_at_once(region: Region, number: str, trainee: UUID) -> list[str]:
    return await confirms(region, number, "2007-09", "2007-10-02")


async def left_at_once(region: Region, number: str, trainee: UUID) -> list[str]:
    return await leaves(region, number, trainee, SHORT, "2007-10-02")


async def entered_at_once(region: Region, number: str, trainee: UUID) -> list[str]:
    entry = ConfirmEntryDates(entries=(EntryDate(trainee_id=trainee, entered_on=day("2007-10-01")),))
    return await region.codes(number, entry, "2007-10-01")


async def withdrawn_at_once(region: Region, number: str, trainee: UUID) -> list[str]:
    (request,) = await region.said(ChangeRequested, number)
    return await region.codes(number, WithdrawRequest(request_id=request.request_id), "2007-10-02")


AT_ONCE: dict[str, tuple[str, Callable[[Region, str, UUID], Awaitable[list[str]]]]] = {
    "the confirmation of the new end's month": ("2007-09-21", confirmed_at_once),
    "an exit after the new end": ("2007-09-28", left_at_once),
    "an entry after the new end": ("2007-09-28", entered_at_once),
    "a withdrawal": (LATER, withdrawn_at_once),
}


@pytest.mark.parametrize("name", AT_ONCE)
async def test_req_03_an_amendment_and_something_else_at_the_same_moment_agree(region: Region, name: str) -> None:
    """Both are answered, and one of them is refused: what is granted stays true."""
    end, other = AT_ONCE[name]
    for _ in range(3):
        number, (trainee,) = await opened(region)
        assert await region.declares(number, trainee, "2007-09", "2007-09-27") == []
        late = await region.registers(number, "2007-09-20", entry_date=day("2007-10-01"))
        request_id = await asks_for(region, number, end)
        whom = late if other is entered_at_once else trainee
        granted, done = await asyncio.gather(grants(region, number, request_id), other(region, number, whom))
        assert (granted == []) != (done == []), (granted, done)
        amended = await region.said(ContractAmended, number)
        assert [str(each.planned_end) for each in amended] == ([end] if granted == [] else [])
        closes_on = (await region.said(DeclarationsChanged, number))[-1].closes_on
        assert str(closes_on) == (end if amended else SHORT)


async def test_req_01_a_request_and_an_unlocking_at_the_same_moment_unlock_once(region: Region) -> None:
    for _ in range(3):
        number, _ = await opened(region)
        change = DatesChange(periods=(period(START, "2007-10-05"),), base_version=1)
        asked, unlocked = await asyncio.gather(
            region.codes(number, RequestChange(change=change, reason="La fermeture"), "2007-09-20"),
            region.codes(number, UnlockDates(reason="Appel"), "2007-09-20", AGENT),
        )
        assert unlocked == [] and asked in ([], ["dates-not-locked"])
        granted = await region.said(RequestGranted, number)
        assert len(granted) == (asked == [])
        assert await region.codes(number, ValidateDates(periods=change.periods, base_version=2), "2007-09-21") == []
        foreseen = await region.said(ChangeForeseen, number)
        assert len(foreseen) == (asked == [])


async def test_the_auditor_finds_nothing_wrong_in_all_this(infra: Infra, region: Region) -> None:
    assert await region.fetch("SELECT id FROM parked") == []
    assert await findings(infra, service, region.settings) == []
    assert await findings(infra, declarations, region.others["declarations"]) == []
    assert await findings(infra, billing, region.others["billing"]) == []
