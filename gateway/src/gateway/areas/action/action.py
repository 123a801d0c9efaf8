"""One action as its pages show it: contract, state, counts and months."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from contracts.actions import Period, Terms
from contracts.month import Month, Window
from contracts.personal import AgentContact

MonthState = Literal["after", "open", "confirmed", "reopened", "passed_over"]
Tone = Literal["ok", "todo", "wait", "warn", "bad", "later"]


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of an action. `state`: after (waits for the month before), open, confirmed, reopened, passed_over.

    `expected` trainees are present at least one day; `complete` of them have a whole line. `invoice_state` is that of the invoice that
    holds it, `amount` what it is worth there, or would be; `correct_by`, `rejected_invoice` and its number are set while it is reopened.
    """

    month: Month
    state: MonthState
    expected: int
    complete: int
    correct_by: date | None
    rejected_invoice: UUID | None
    rejected_number: int | None
    invoice_id: UUID | None
    invoice_state: str | None
    amount: Decimal | None

    @property
    def is_whole(self) -> bool:
        """Whether everybody who is present has a whole line."""
        return self.complete >= self.expected

    def window(self, today: date) -> Window:
        """Days 1 to 15 on which it can be confirmed: those that contain `today`, or the next (DEC-6)."""
        return Window.after(self.month, today)

    def correction(self, today: date) -> date | None:
        """Until when it can be confirmed again whatever the days are, as long as that has not passed (BIL-7)."""
        return self.correct_by if self.state == "reopened" and self.correct_by and today <= self.correct_by else None

    def can_be_filled(self, today: date) -> bool:
        """Whether hours can be entered now (DEC-1)."""
        return self.state == "reopened" or (self.state == "open" and self.month.first <= today)

    def can_be_confirmed(self, today: date) -> bool:
        """Whether now is a time at which it can be confirmed (DEC-6, BIL-7)."""
        return self.correction(today) is not None or (self.state in {"open", "reopened"} and today in self.window(today))


@dataclass(frozen=True, slots=True)
class Action:
    """An action, with what its pages need."""

    contract_number: str
    siret: str
    organisation: str
    title: str
    state: Literal["awarded", "opened", "closed", "not_opened", "withdrawn"]
    terms: Terms
    contact: AgentContact | None
    """The agent in charge; None until their record has come."""
    trainers: tuple[str, ...]
    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]
    dates_version: int
    dates_validated: bool
    dates_reason: str | None
    trainers_confirmed_at: datetime | None
    frequency: str | None
    actual_start: date | None
    opened_at: datetime | None
    actual_end: date | None
    closed_at: datetime | None
    non_opening_reason: str | None
    pending: str | None
    pending_since: datetime | None
    registered: int
    """Trainees on the list: neither removed nor marked as never come (TRN-1)."""
    paid: int
    incomplete: int
    entered: int
    without_entry: int
    """On the list, without a confirmed entry date (TRN-9)."""
    exited: int
    to_survey: int
    """Out, without an exit survey (SUR-1)."""
    months: tuple[MonthView, ...]
    offers: dict[str, Any] | None
    """The latest InvoicesOffered, as JSON."""
    issued: int
    rejected_open: int
    """Rejected invoices, a balance too, whose months are not all confirmed again and invoiced."""
    accepted: int
    balance_state: str | None
    """Of the latest balance; none once the months of a rejected one are in other invoices."""
    report: dict[str, Any] | None

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/actions/{self.contract_number}"

    @property
    def is_collective(self) -> bool:
        """One common course for all."""
        return self.terms.kind == "collective"

    @property
    def planned_hours(self) -> Decimal:
        """Per trainee, both places (ACT-3): 812 + 420 = 1232."""
        return self.terms.centre.hours + self.terms.company.hours

    @property
    def realised_rate(self) -> Decimal | None:
        """The realised rate of the confirmed months, as billing said it (ACT-3); None before anything is confirmed."""
        found = (self.offers or {}).get("realised")
        return Decimal(found) if found is not None else None

    def blockers(self) -> list[str]:
        """What the opening still lacks (OPN-1): dates, trainees, sheets, entries, trainers."""
        lacking = {
            "dates": not self.dates_validated,
            "trainees": self.registered == 0,
            "sheets": self.incomplete > 0,
            "entries": self.registered > 0 and self.without_entry > 0,
            "trainers": self.trainers_confirmed_at is None,
        }
        return [name for name, lacks in lacking.items() if lacks]

    @property
    def can_register(self) -> bool:
        """Whether one more trainee can be registered: within the headcount (TRN-1), until the closing as long as a month is not confirmed,
        after the planned end too (TRN-6).
        """
        # Months are confirmed in order: while the last is not, somebody can still enter, in it if in no other.
        unconfirmed = self.months and (self.months[-1].state != "confirmed" or any(found.state == "reopened" for found in self.months))
        open_still = self.state == "awarded" or (self.state == "opened" and bool(unconfirmed))
        return open_still and self.registered < self.terms.headcount

    def next_month(self) -> MonthView | None:
        """The oldest month that waits for its first confirmation."""
        return next((found for found in self.months if found.state == "open"), None)
