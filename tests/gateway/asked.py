"""What an organisation asks of the Region, and what the services say of it: pieces of a story for page tests."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from contracts import declarations, requests
from contracts.actions import DatesUnlocked, Period, TraineeUnlocked
from contracts.answers import Fault, PersonalRef
from contracts.codes import OpeningDocument, RequestObject
from contracts.message import Message
from contracts.month import Month
from contracts.personal import TextRecord, TraineeRecord, TraineeSheet, TrainerRecord, TrainerSheet, record_id
from tests.gateway.pieces import noon
from tests.gateway.region_in_march import Told

REASON, REFUSAL = "La salle n’est libre qu’à partir du 21 avril.", "La demande arrive trop tard."


def text(number: str, id_: str, words: str) -> TextRecord:
    """What somebody wrote about a contract."""
    return TextRecord(id=record_id(number, id_), version=1, contract_number=number, text=words)


def requested(number: str, request: UUID, change: requests.RequestedChange, why: str = REASON) -> tuple[Message, ...]:
    """The request, and why it is made."""
    reason = text(number, f"{request}-reason", why)
    return reason, requests.ChangeRequested(request_id=request, change=change, reason=PersonalRef(id=reason.id, version=1))


def sheet_asked(number: str, request: UUID, trainee: UUID, sheet: TraineeSheet) -> tuple[Message, requests.RequestedSheet]:
    """Another sheet, as a record of its own, and the change that names it."""
    record = TraineeRecord(id=record_id(number, f"{request}-sheet"), version=1, contract_number=number, sheet=sheet)
    ref = PersonalRef(id=record.id, version=1)
    return record, requests.RequestedSheet(trainee_id=trainee, sheet=ref, paid_by=sheet.paid_by, base_version=1)


def trainers_asked(
    number: str, request: UUID, trainers: Sequence[tuple[str | None, TrainerSheet]]
) -> tuple[list[Message], requests.RequestedTrainers]:
    """Another list of trainers, each as a record of its own, and the change that names them."""
    records = [
        TrainerRecord(id=record_id(number, f"{request}-trainer-{place}"), version=1, contract_number=number, sheet=sheet)
        for place, (_, sheet) in enumerate(trainers)
    ]
    listed = [
        requests.RequestedTrainer(id=id_, sheet=PersonalRef(id=record.id, version=1))
        for (id_, _), record in zip(trainers, records, strict=True)
    ]
    return [*records], requests.RequestedTrainers(trainers=tuple(listed), base_version=1)


def foreseen(request: UUID, *against: Fault, documents: Sequence[OpeningDocument] = ()) -> requests.ChangeForeseen:
    """What `actions` foresees."""
    return requests.ChangeForeseen(request_id=request, against=against, documents=tuple(documents))


def longer(told: Told, end: date) -> requests.PlannedDatesChange:
    """The same action until another day: its last period in centre ends then."""
    first, last, company = told.terms.periods
    periods = (first, Period(place=last.place, start=last.start, end=end), company)
    return requests.PlannedDatesChange(planned_start=told.terms.planned_start, planned_end=end, periods=periods, base_version=1)


def months_foreseen(request: UUID, end: date, *appear: str) -> declarations.AmendmentForeseen:
    """What `declarations` foresees of an amendment: months that appear."""
    months = tuple(map(Month, appear))
    effect = declarations.AmendmentEffect(appear=months, vanish=(), exits=(), fallen=(), to_declare=months)
    return declarations.AmendmentForeseen(request_id=request, planned_end=end, effect=effect)


async def asks(told: Told, change: requests.RequestedChange, *records: Message, on: date | None = None) -> UUID:
    """The organisation has asked, and nothing stands against it."""
    request = uuid4()
    await told.say(*records, *requested(told.number, request, change), foreseen(request), on=on)
    return request


async def asks_for_periods(told: Told, on: date | None = None) -> tuple[UUID, requests.DatesChange]:
    """The first period in centre is to begin two weeks later."""
    first, *others = told.terms.periods
    later = Period(place=first.place, start=date(first.start.year, first.start.month, 21), end=first.end)
    change = requests.DatesChange(periods=(later, *others), base_version=1)
    return await asks(told, change, on=on), change


async def agent_says(told: Told, *messages: Message, on: date | None = None) -> None:
    """These messages, by the agent."""
    await told.portal.happen(told.number, *messages, at=noon(on) if on else None, actor=told.portal.agent.actor)


def granted(request: UUID, object_: RequestObject, trainee: UUID | None = None, *, applied: bool = False) -> requests.RequestGranted:
    """The Region grants."""
    return requests.RequestGranted(request_id=request, object=object_, trainee_id=trainee, applied=applied)


def refused(number: str, request: UUID, object_: RequestObject) -> tuple[Message, ...]:
    """The Region refuses, and says why."""
    why = text(number, f"{request}-refusal", REFUSAL)
    return why, requests.RequestRefused(request_id=request, object=object_, reason=PersonalRef(id=why.id, version=1))


def dates_unlocked(number: str, request: UUID, version: int = 2) -> tuple[Message, ...]:
    """A grant of other periods: it unlocks, for the request's own reason."""
    ref = PersonalRef(id=record_id(number, f"{request}-reason"), version=1)
    return granted(request, RequestObject.DATES), DatesUnlocked(reason=ref, version=version, request_id=request)


def sheet_unlocked(number: str, request: UUID, trainee: UUID) -> tuple[Message, ...]:
    """The same of a sheet."""
    ref = PersonalRef(id=record_id(number, f"{request}-reason"), version=1)
    unlocked = TraineeUnlocked(trainee_id=trainee, reason=ref, request_id=request)
    return granted(request, RequestObject.TRAINEE, trainee), unlocked


def trainers_unlocked(number: str, request: UUID) -> tuple[Message, ...]:
    """The same of the list of trainers."""
    ref = PersonalRef(id=record_id(number, f"{request}-reason"), version=1)
    return granted(request, RequestObject.TRAINERS), requests.TrainersUnlocked(reason=ref, request_id=request)


def amended(
    told: Told, request: UUID, change: requests.PlannedDatesChange, *, number: int = 1, on: date = date(2008, 3, 6)
) -> tuple[Message, ...]:
    """The grant of other planned dates: an amendment."""
    amendment = requests.ContractAmended(
        number=number,
        request_id=request,
        granted_on=on,
        planned_start=change.planned_start,
        planned_end=change.planned_end,
        start_before=told.terms.planned_start,
        end_before=told.terms.planned_end,
        periods=change.periods,
        dates_version=number + 1,
    )
    return granted(request, RequestObject.PLANNED_DATES, applied=True), amendment
