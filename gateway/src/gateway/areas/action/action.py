"""One action as its pages show it: contract, state, months, and the nine steps of its life."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from contracts.actions import Period, Terms
from contracts.month import Month
from gateway.words.french import date_short, month, plural

from .windows import Window, window_after

MonthState = Literal["after", "open", "confirmed", "reopened", "passed_over"]
Tone = Literal["ok", "todo", "wait", "warn", "bad", "later"]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the nine steps on top of every page of an action."""

    key: str
    name: str
    word: str
    tone: Tone
    href: str


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

    def window(self, today: date) -> Window:
        """When it can be confirmed, or its invoice be."""
        return window_after(self.month, today)

    def can_be_confirmed(self, today: date) -> bool:
        """Whether now is a time at which it can be confirmed (DEC-6, BIL-7)."""
        if self.state == "reopened" and self.correct_by and today <= self.correct_by:
            return True
        return self.state in {"open", "reopened"} and self.window(today).is_open


@dataclass(frozen=True, slots=True)
class Action:
    """An action, with what its pages need."""

    contract_number: str
    siret: str
    organisation: str
    title: str
    state: Literal["awarded", "opened", "closed", "not_opened", "withdrawn"]
    terms: Terms
    agent_id: str
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
    def realised(self) -> Decimal | None:
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

    def steps(self, today: date) -> tuple[Step, ...]:
        """The nine steps with their states."""
        return _steps(self, today)


def _steps(action: Action, today: date) -> tuple[Step, ...]:
    later: tuple[str, Tone] = ("Pas encore", "later")
    found: dict[str, tuple[str, str, Tone, str]] = {}

    def add(key: str, name: str, state: tuple[str, Tone], href: str) -> None:
        found[key] = (name, state[0], state[1], f"{action.path}/{href}")

    running = action.state in {"opened", "closed"}
    add("dates", "Dates", ("Validées", "ok") if action.dates_validated else ("À valider", "todo"), "dates")
    add("trainees", "Stagiaires", _trainees_step(action), "stagiaires")
    add("trainers", "Formateurs", ("Confirmés", "ok") if action.trainers_confirmed_at else ("À confirmer", "todo"), "formateurs")
    add("opening", "Ouverture", _opening_step(action), "ouverture")
    add("declarations", "Déclarations", _declarations_step(action, today) if running else later, "declarations")
    add("billing", "Facturation", _billing_step(action) if running else later, "facturation")
    add("closing", "Clôture", _closing_step(action, today) if running else later, "cloture")
    add("report", "Bilan", _report_step(action) if running else later, "bilan")
    add("balance", "Solde", _balance_step(action) if running else later, "solde")
    return tuple(Step(key, *rest) for key, rest in found.items())


def _trainees_step(action: Action) -> tuple[str, Tone]:
    if action.incomplete:
        return plural(action.incomplete, "incomplète"), "warn"
    count = f"{action.registered} sur {action.terms.headcount}"
    return (count, "ok") if action.registered else ("À inscrire", "todo")


def _opening_step(action: Action) -> tuple[str, Tone]:
    if action.state == "not_opened":
        return "Non ouverte", "bad"
    if action.actual_start:
        return "Ouverte", "ok"
    return ("Bloquée", "warn") if action.blockers() else ("À ouvrir", "todo")


def _declarations_step(action: Action, today: date) -> tuple[str, Tone]:
    if any(found.state == "reopened" for found in action.months):
        return "À corriger", "bad"
    waiting = action.next_month()
    if waiting is None:
        return ("Toutes confirmées", "ok") if all(m.state in {"confirmed", "passed_over"} for m in action.months) else ("À venir", "later")
    name = month(waiting.month).rsplit(" ", 1)[0].capitalize()
    return f"{name} à {'confirmer' if waiting.can_be_confirmed(today) else 'saisir'}", "todo"


def _billing_step(action: Action) -> tuple[str, Tone]:
    if action.rejected_open:
        return plural(action.rejected_open, "rejetée"), "bad"
    offered = [offer for offer in (action.offers or {}).get("offers", []) if offer["kind"] != "balance"]
    if offered:
        return "À facturer", "todo"
    if action.issued:
        return plural(action.issued, "en attente", "en attente"), "wait"
    return (plural(action.accepted, "acceptée"), "ok") if action.accepted else ("Pas encore", "later")


def _closing_step(action: Action, today: date) -> tuple[str, Tone]:
    if action.closed_at:
        return "Clôturée", "ok"
    ready = today >= action.planned_end and all(found.state in {"confirmed", "passed_over"} for found in action.months)
    return ("À clôturer", "todo") if ready else (f"Dès le {date_short(action.planned_end)}", "later")


def _report_step(action: Action) -> tuple[str, Tone]:
    report = action.report or {}
    if report.get("acknowledged_at"):
        return "Reçu", "ok"
    if report.get("submitted_at"):
        return "Envoyé", "wait"
    if report.get("can_be_submitted"):
        return "À envoyer", "todo"
    missing = len(report.get("missing") or ())
    return (plural(missing, "fiche"), "todo") if missing else ("Pas encore", "later")


def _balance_step(action: Action) -> tuple[str, Tone]:
    words: dict[str, tuple[str, Tone]] = {
        "issued": ("En attente", "wait"),
        "accepted": ("Accepté", "ok"),
        "paid": ("Payé", "ok"),
        "rejected": ("Rejeté", "bad"),
    }
    if any(offer["kind"] == "balance" for offer in (action.offers or {}).get("offers", [])):
        return "À confirmer", "todo"
    return words.get(action.balance_state or "", ("Pas encore", "later"))
