"""The guide's action 2007QCA0266, or another, driven through the rules as the service would drive them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import Any
from uuid import UUID

from actions.rules import asks, closing, contract, dates, entries, opening, trainee
from actions.rules.action import Action, Stage
from contracts.actions import (
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    Contract,
    DeclareNonOpening,
    EntryDate,
    EntryRequested,
    ImportContracts,
    OpenAction,
    Period,
    PlaceTerms,
    RegisterTrainee,
    RemovalRequested,
    RemoveTrainee,
    Terms,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
    WithdrawContract,
)
from contracts.answers import Fault
from contracts.codes import (
    EntryLevel,
    Frequency,
    NonOpeningReason,
    PaidBy,
    Place,
    Referrer,
    Sex,
    TaxRegime,
    Title,
    Unemployment,
)
from contracts.envelope import Actor, CommandRef
from contracts.message import Event
from contracts.personal import AgentContact, MailAddress, PersonalRecord, TraineeRecord, TraineeSheet, TrainerSheet
from contracts.refusals import Refusal, catalogue
from tests import guide

NUMBER = "2007QCA0266"
SIRET = "73282932000074"
DURAND, DUPONT, CHOMBIER, MARTIN = (UUID(int=number) for number in (1, 2, 3, 4))
HOLDER = Actor("secretary", "organisation", SIRET)
AGENT = Actor("agent", "agent")
ASKED_AT = datetime(2008, 3, 6, 9, 30, tzinfo=UTC)
ASKER = CommandRef(UUID(int=77), NUMBER, UUID(int=78), HOLDER, ASKED_AT)
START, END = "2007-09-03", "2008-06-27"


def day(text: str) -> date:
    return date.fromisoformat(text)


def period(start: str, end: str, place: Place = Place.CENTRE) -> Period:
    return Period(place=place, start=day(start), end=day(end))


PERIODS = (period(START, "2008-02-15"), period("2008-04-21", END), period("2008-02-18", "2008-04-18", Place.COMPANY))
TRAINER = TrainerSheet(
    last_name="MEUNIER",
    first_name="Jacques",
    field="informatique",
    hours=Decimal(12),
    status="VACATAIRE",
    experience="2 ans de formation à l’étranger",
)


def place(hours: str, price: str, rate: str) -> PlaceTerms:
    return PlaceTerms(hours=Decimal(hours), price=Decimal(price), rate=Decimal(rate))


def terms(**changed: Any) -> Terms:
    holder = guide.organisation(tax_regime=TaxRegime.STANDARD)
    return guide.terms(day(START), day(END), organisation=holder, periods=PERIODS).model_copy(update=changed)


def priced(headcount: int, paid: int | None = None, **changed: Any) -> Terms:
    """Terms of another headcount, with the prices that follow."""
    return terms(
        headcount=headcount,
        paid_headcount=headcount if paid is None else paid,
        centre=place("812", f"{812 * 5 * headcount}", "5.00"),
        company=place("420", f"{399 * headcount}", "0.95"),
        **changed,
    )


def awarded_contract(number: str = NUMBER, **changed: Any) -> Contract:
    agent = AgentContact(name="Mme VIDAL", telephone="04 67 22 80 00")
    return Contract(number=number, terms=terms(), agent=agent, trainers=(TRAINER,)).model_copy(update=changed)


def imported(*contracts: Contract, replace: bool = False, check_only: bool = False) -> ImportContracts:
    return ImportContracts(contracts=contracts, replace=replace, check_only=check_only)


def sheet(**changed: Any) -> TraineeSheet:
    """A whole sheet, of somebody who is 25 at the entry; `mail_postcode="34"` changes the postcode."""
    whole = TraineeSheet(
        last_name="DUPONT",
        first_name="Michel",
        title=Title.MR,
        birth_date=day("1982-06-09"),
        sex=Sex.MALE,
        mail=MailAddress(address="3 place Saint-Paul", postcode="34800", town="CLERMONT-L’HÉRAULT", insee_code="34079"),
        entry_date=day(START),
        paid_by=PaidBy.NOBODY,
        entry_level=EntryLevel.IV,
        unemployment=Unemployment.UNDER_6_MONTHS,
        referrer=Referrer.LOCAL_MISSION,
        rmi=False,
    )
    mail = {name.removeprefix("mail_"): changed.pop(name) for name in list(changed) if name.startswith("mail_")}
    return whole.model_copy(update={**changed, "mail": whole.mail.model_copy(update=mail)})


def faults(call: Callable[[], object]) -> list[Fault]:
    """What `call` is refused for; every sentence can be filled from the figures that travel. Fails when it is not refused."""
    try:
        call()
    except Refusal as refusal:
        found = list(refusal.faults())
    else:
        raise AssertionError("not refused")
    for fault in found:
        named = {name for _, name, _, _ in Formatter().parse(catalogue()[fault.code].__doc__ or "") if name}
        assert named <= set(fault.figures), fault
        assert catalogue()[fault.code].rule
    return found


def codes(call: Callable[[], object]) -> list[str]:
    return [fault.code for fault in faults(call)]


def cells(call: Callable[[], object]) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in faults(call)]


class Life:
    """`said` are the events of the last step, `kept` its personal records; `sheets` is what the table of people holds."""

    def __init__(self, **changed: Any) -> None:
        self.sheets: dict[UUID, TraineeSheet] = {}
        self.kept: list[PersonalRecord] = []
        ((decided, *_), _) = contract.import_contracts(imported(awarded_contract(terms=terms(**changed))), {}, {})
        self._apply(*decided)

    def _apply(self, action: Action, said: list[Event], kept: list[PersonalRecord] | tuple[()] = ()) -> "Life":
        self.action, self.said, self.kept = action, said, list(kept)
        self.sheets |= {UUID(record.id): record.sheet for record in kept if isinstance(record, TraineeRecord)}
        return self

    def validates(self, *periods: Period, base: int | None = None) -> "Life":
        version = self.action.dates_version if base is None else base
        return self._apply(*dates.validate_dates(self.action, ValidateDates(periods=periods or PERIODS, base_version=version)))

    def unlocks_dates(self, reason: str = "Report demandé par téléphone") -> "Life":
        return self._apply(*dates.unlock_dates(self.action, UnlockDates(reason=reason), "text"))

    def registers(self, one: UUID, on: str = START, *, partial: bool = False, **changed: Any) -> "Life":
        command = RegisterTrainee(trainee_id=one, sheet=sheet(**changed), partial=partial)
        return self._apply(*trainee.register(self.action, command, day(on)))

    def changes(self, one: UUID, on: str = START, *, partial: bool = False, base: int | None = None, **changed: Any) -> "Life":
        known = self.action.trainees.get(one)
        version = base if base is not None else known.sheet if known else 1
        command = ChangeTrainee(trainee_id=one, sheet=sheet(**changed), base_version=version, partial=partial)
        return self._apply(*trainee.change(self.action, command, day(on)))

    def removes(self, one: UUID) -> "Life":
        return self._apply(*trainee.remove(self.action, RemoveTrainee(trainee_id=one), ASKER))

    def unlocks(self, one: UUID, reason: str = "Adresse à corriger") -> "Life":
        return self._apply(*trainee.unlock_trainee(self.action, UnlockTrainee(trainee_id=one, reason=reason), "text"))

    def confirms_entries(self, *listed: tuple[UUID, str | None]) -> "Life":
        command = ConfirmEntryDates(entries=entry_dates(*listed))
        return self._apply(*entries.confirm_entries(self.action, command, self.sheets, ASKER))

    def confirms_trainers(self) -> "Life":
        return self._apply(*opening.confirm_trainers(self.action, ConfirmTrainers()))

    def opens(self, on: str = START, *, sent: str | None = None) -> "Life":
        command = OpenAction(actual_start=day(on), frequency=Frequency.MONTHLY)
        return self._apply(*opening.open_action(self.action, command, day(sent or on)))

    def declines(self) -> "Life":
        return self._apply(*opening.decline(self.action, DeclareNonOpening(reason=NonOpeningReason.TOO_FEW_TRAINEES)))

    def withdraws(self) -> "Life":
        return self._apply(*contract.withdraw(self.action, WithdrawContract()))

    def asks_closing(self, on: str = END, *, sent: str = END) -> "Life":
        return self._apply(*closing.request_closing(self.action, CloseAction(actual_end=day(on)), ASKER, day(sent)))

    def prepared(self, *trainees: UUID, on: str = START) -> "Life":
        """All that the opening needs (OPN-1)."""
        for one in trainees or (DURAND,):
            self.registers(one, entry_date=day(on))
        return self.validates().confirms_trainers().confirms_entries(*((one, on) for one in trainees or (DURAND,)))

    def running(self, *trainees: UUID) -> "Life":
        """Open, with these trainees in training."""
        return self.prepared(*trainees).opens()

    def granted(self) -> "Life":
        """What was asked of `declarations` is granted."""
        assert self.action.pending
        (asked,) = self.said
        action, command = asks.settle(self.action, self.action.pending.asked)
        assert command == ASKER
        if isinstance(asked, EntryRequested):
            return self._apply(*entries.entered(action, asked.entries, self.sheets))
        if isinstance(asked, RemovalRequested):
            return self._apply(*trainee.take_off(action, asked.trainee_id))
        return self._apply(*closing.close(action, action.terms.planned_end))

    def refused(self) -> "Life":
        """What was asked of `declarations` is refused."""
        assert self.action.pending
        action, _ = asks.settle(self.action, self.action.pending.asked)
        return self._apply(action, [])

    def closed(self) -> "Life":
        self.action = replace(self.action, stage=Stage.CLOSED)
        return self

    def said_types(self) -> list[str]:
        return [type(event).__name__ for event in self.said]


def entry_dates(*listed: tuple[UUID, str | None]) -> tuple[EntryDate, ...]:
    return tuple(EntryDate(trainee_id=one, entered_on=day(on) if on else None) for one, on in listed)
