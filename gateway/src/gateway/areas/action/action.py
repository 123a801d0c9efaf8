"""One action as its pages show it: contract, state, counts and months, as the services said them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from contracts.actions import Period
from contracts.awards import Terms
from contracts.codes import ActionKind, OpeningCondition, Place, RequestObject, Standing, SurveyKind
from contracts.declarations import PlaceDays, PresenceOffered
from contracts.month import Month, Window
from contracts.personal import AgentContact
from contracts.sheets import EntryDays

from .requests import Amendment, RequestHead


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of an action, as declarations said it (DEC-1, DEC-7), with its lines and its invoice.

    `present` trainees are in training at least one day; `complete` lines are whole. A month `to_declare` waits for `waits_for`, when that
    is not None. `invoice_state` is that of the invoice that holds it, `amount` what it is worth there, or would be; `correct_by`,
    `rejected_invoice`, its number and its rejection's code and text are set while it is reopened.
    """

    month: Month
    standing: Standing
    present: int
    owed: int
    """Who left before by an admissible exit: declared, with nothing to type (DEC-5)."""
    waits_for: Month | None
    to_declare: bool
    with_zeros: tuple[UUID, ...]
    complete: int
    correct_by: date | None
    confirmed_at: datetime | None
    """When it was confirmed last, be it reopened since."""
    rejected_invoice: UUID | None
    rejected_number: int | None
    rejection: tuple[str, str | None] | None
    invoice_id: UUID | None
    invoice_state: str | None
    amount: Decimal | None

    @property
    def is_whole(self) -> bool:
        """Whether everybody who is present has a whole line."""
        return self.complete >= self.present

    @property
    def is_reopened(self) -> bool:
        """Whether it can be corrected (BIL-7)."""
        return self.standing is Standing.REOPENED

    @property
    def is_confirmed(self) -> bool:
        """Whether it is confirmed, and locked (DEC-7)."""
        return self.standing is Standing.CONFIRMED

    @property
    def is_void(self) -> bool:
        """Whether nobody is present in it: there is nothing to declare (DEC-1)."""
        return self.standing in {Standing.PASSED_OVER, Standing.EMPTY}

    @property
    def was_confirmed(self) -> bool:
        """Whether it was confirmed once, be it reopened since."""
        return self.is_confirmed or self.is_reopened

    def window(self, today: date) -> Window:
        """Days 1 to 15 on which it can be confirmed: those that contain `today`, or the next (DEC-6)."""
        return Window.after(self.month, today)

    def open_until(self, today: date) -> date | None:
        """The last of the days on which it can be confirmed, when `today` is one of them: those after a rejection, and the window that
        these reach or run into (DEC-6, BIL-7). 20 November, to be corrected by 8 December: 15 December.
        """
        days = Window.after(self.month, today, correct_by=self.correct_by)
        following = days.last + timedelta(days=1)
        window = self.window(following)
        return None if today not in days else window.last if following in window else days.last

    def opens_again(self, today: date) -> Window:
        """The next days 1 to 15 on which it can be confirmed, after those that contain `today`, if any do (DEC-6)."""
        until = self.open_until(today)
        return self.window(until + timedelta(days=1) if until else today)

    def can_be_filled(self, today: date) -> bool:
        """Whether hours can be entered now: its turn has come, and it has begun; a reopened one waits for none (DEC-1, DEC-6)."""
        return self.is_reopened or (self.to_declare and self.waits_for is None and self.month.first <= today)

    def can_be_confirmed(self, today: date) -> bool:
        """Whether now is a time at which it can be confirmed (DEC-6, BIL-7)."""
        return self.to_declare and self.waits_for is None and today in Window.after(self.month, today, correct_by=self.correct_by)


@dataclass(frozen=True, slots=True)
class Totals:
    """What an action came to: confirmed hours that are paid (ACT-3), what is invoiced and accepted without tax, what is paid with it."""

    hours: Decimal
    invoiced: Decimal
    accepted: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Action:
    """An action, with what its pages need."""

    contract_number: str
    siret: str
    organisation: str
    title: str
    state: Literal["awarded", "opened", "closed", "not_opened", "withdrawn"]
    terms: Terms
    awarded_at: datetime
    contact: AgentContact | None
    """The agent in charge; None until their record has come."""
    trainers: tuple[str, ...]
    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]
    dates_version: int
    dates_validated: bool
    amendments: tuple[Amendment, ...]
    """In order: `planned_start` and `planned_end` are those of the last one, the contract's own are in `terms` (REQ-4)."""
    dates_unlocked_because: str | None
    """Why an agent unlocked the dates, until they are validated again (DAT-3)."""
    dates_request: UUID | None
    """The request whose grant unlocked them."""
    trainers_version: int
    trainers_unlocked: bool
    trainers_unlocked_because: str | None
    """As of the dates, of the list of trainers (TRA-1)."""
    trainers_request: UUID | None
    trainers_confirmed_at: datetime | None
    frequency: str | None
    actual_start: date | None
    opened_at: datetime | None
    actual_end: date | None
    closed_at: datetime | None
    non_opening_reason: str | None
    requests: tuple[RequestHead, ...]
    """The latest about each thing that can be asked about (REQ-1), the oldest first."""
    pending: str | None
    pending_since: datetime | None
    registered: int
    """Trainees on the list: neither removed nor marked as never come (TRN-1)."""
    paid: int
    incomplete: int
    without_entry: int
    """On the list, without a confirmed entry date (TRN-9)."""
    lacking: tuple[OpeningCondition, ...]
    """What the opening still lacks (OPN-1)."""
    opens_on: date | None
    """The first day on which the opening can be sent; None: any day (OPN-2)."""
    can_register: bool
    """Whether one more trainee can be registered: within the headcount (TRN-1), as long as there is a month to enter (TRN-6)."""
    entered: int
    exited: int
    to_survey: int
    """Out, without an exit survey (SUR-1)."""
    first_exit: date | None
    unanswered: Mapping[SurveyKind, tuple[date, ...]]
    """The days on which those left of whom a later survey is not filled in (SUR-3), the earliest first."""
    months: tuple[MonthView, ...]
    """From that of the actual start to that of the planned end (DEC-1)."""
    inside: int
    """Who holds up the closing: without an exit date, or an entry date (CLO-1)."""
    closes_on: date | None
    """The first day on which the closing can be sent; None before the opening (CLO-1)."""
    totals: Totals
    presence: str | None
    """The latest PresenceOffered, as JSON (DEC-11)."""
    offers: dict[str, Any] | None
    """The latest InvoicesOffered, as JSON."""
    issued: int
    rejected_open: int
    """Rejected invoices, a balance too, whose months are not all confirmed again and invoiced."""
    accepted: int
    balance_state: str | None
    """Of the latest balance; none once the months of a rejected one are in other invoices."""
    report: dict[str, Any] | None
    erased_on: date | None = None
    """The day on which its people were erased: nobody is recorded on it any more (PRV-1)."""

    @property
    def can_ask(self) -> bool:
        """Whether the Region can be asked to change something of it: from the award to the closing (REQ-1)."""
        return self.state in {"awarded", "opened"} and not self.erased_on

    def request_about(self, object_: RequestObject, trainee_id: UUID | None = None) -> RequestHead | None:
        """The latest request about this, whatever became of it."""
        return next((head for head in self.requests if (head.object, head.trainee_id) == (object_, trainee_id)), None)

    @property
    def open_requests(self) -> tuple[RequestHead, ...]:
        """Those that the Region has yet to answer."""
        return tuple(head for head in self.requests if head.is_open)

    @property
    def dates_unlocked(self) -> bool:
        """Whether dates that were validated may be validated once more (DAT-3): amendments alone unlock nothing."""
        return not self.dates_validated and self.dates_version > len(self.amendments)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was entered, asked or changed since the award (ACT-1)."""
        entered = self.registered or self.dates_validated or self.dates_version or self.trainers_confirmed_at
        return self.state == "awarded" and not (entered or self.requests or self.trainers_unlocked or self.trainers_version > 1)

    @property
    def amendment(self) -> Amendment | None:
        """The last one."""
        return self.amendments[-1] if self.amendments else None

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/actions/{self.contract_number}"

    @property
    def is_collective(self) -> bool:
        """One common course for all."""
        return self.terms.kind is ActionKind.COLLECTIVE

    @property
    def entry_days(self) -> EntryDays:
        """When a trainee may enter (TRN-6, TRN-9)."""
        return EntryDays.of(self.terms.kind, self.planned_start, self.planned_end, self.actual_start)

    @property
    def planned_hours(self) -> Decimal:
        """Per trainee, both places (ACT-3): 812 + 420 = 1232."""
        return self.terms.centre.hours + self.terms.company.hours

    @property
    def presence_offered(self) -> PresenceOffered:
        """Over which working days the hours of who is present are spread, as declarations said it last (DEC-11); hours of both places
        without days as long as it has not.
        """
        said = PresenceOffered.model_validate_json(self.presence) if self.presence else PresenceOffered(places=())
        hours = {Place.CENTRE: self.terms.centre.hours, Place.COMPANY: self.terms.company.hours}
        nothing = {place: PlaceDays(place=place, hours=planned, days=()) for place, planned in hours.items()}
        places = nothing | {place.place: place for place in said.places}
        return said.model_copy(update={"places": tuple(places.values())})

    @property
    def realised_rate(self) -> Decimal | None:
        """The realised rate of the confirmed months, as billing said it (ACT-3); None before anything can be."""
        rate = (self.offers or {}).get("realised")
        return Decimal(rate) if rate is not None else None
