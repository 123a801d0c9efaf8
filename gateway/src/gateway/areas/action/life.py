"""Where an action stands on a day: what the services said, with the day's date laid over it, computed once.

Facts alone. How they read is in `steps` (on top of its pages), `rail` (its own page), `tasks`, `months`, and on the home page in `columns`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.codes import SurveyKind
from contracts.month import Month
from contracts.surveys import LATER, LaterSurvey, due_on

from .action import Action, MonthView
from .offers import OfferView, alternatives, view_advance, view_balance, view_offers

OpeningState = Literal["withdrawn", "not_opened", "opened", "blocked", "early", "ready"]
ClosingState = Literal["closed", "ready", "held_up", "later"]
ReportState = Literal["acknowledged", "submitted", "ready", "incomplete", "later"]
BalanceState = Literal["offered", "issued", "accepted", "paid", "rejected", "later"]


@dataclass(frozen=True, slots=True)
class Life:
    """The nine steps of an action, on `today`; counts of trainees, dates and trainers are the action's own."""

    action: Action
    today: date
    running: bool
    """Opened or closed: hours, invoices, closing, report and balance have begun to matter."""
    opening: OpeningState
    """`early`: nothing lacks, and the day has not come."""
    reopened: tuple[MonthView, ...]
    """Months to correct (BIL-7)."""
    next_month: MonthView | None
    """The oldest month that waits for its first confirmation (DEC-1)."""
    undeclared: tuple[MonthView, ...]
    """Months that need a declaration, still or again (CLO-1)."""
    offers: tuple[OfferView, ...]
    """What can be invoiced but for the balance, now or in the next window (BIL-3 to BIL-5)."""
    choices: tuple[tuple[OfferView, ...], ...]
    """The offers, those together between which one has to choose."""
    closing: ClosingState
    """`held_up`: its time has come, and somebody has not left."""
    report: ReportState
    surveys_missing: int
    """Exit surveys for which the report waits (SUR-2)."""
    surveys_due: Mapping[SurveyKind, tuple[date, ...]]
    """Since when each later survey is due that nobody has filled in (SUR-3)."""
    next_survey: date | None
    """The day on which the next one falls due."""
    balance: BalanceState
    balance_offer: OfferView | None
    advance_offer: OfferView | None
    """The advance, as long as it can be confirmed (BIL-10)."""

    @property
    def either_way(self) -> tuple[Month, ...]:
        """The months that can be invoiced by themselves or in the balance, as one chooses: no month is ever in two invoices (BIL-11)."""
        in_balance = self.balance_offer.offer.months if self.balance_offer else ()
        return tuple(month for month in in_balance if any(month in view.offer.months for view in self.offers))

    def invoice_of(self, month: Month) -> OfferView | None:
        """The one invoice that the month can go into today; None when there is none, or one has to choose between several."""
        possible = [view for view in self.offers if view.can_be_confirmed and month in view.offer.months]
        alone = len(possible) == 1 and month not in self.either_way and possible in [list(group) for group in self.choices]
        return possible[0] if alone else None


def life_of(action: Action, today: date) -> Life:
    """The action's life as it stands on `today`."""
    offers, balance = view_offers(action, today), view_balance(action, today)
    undeclared = tuple(month for month in action.months if month.to_declare)
    return Life(
        action=action,
        today=today,
        running=action.state in {"opened", "closed"},
        opening=_opening(action, today),
        reopened=tuple(month for month in undeclared if month.is_reopened),
        next_month=next((month for month in undeclared if not month.is_reopened), None),
        undeclared=undeclared,
        offers=tuple(offers),
        choices=tuple(tuple(group) for group in alternatives(offers)),
        closing=_closing(action, undeclared, today),
        report=_report(action),
        surveys_missing=len((action.report or {}).get("missing") or ()),
        surveys_due=_surveys_due(action, today),
        next_survey=min((day for survey in LATER for day in _days_due(action, survey) if day > today), default=None),
        balance=_balance(action, balance),
        balance_offer=balance,
        advance_offer=view_advance(action, today),
    )


def _opening(action: Action, today: date) -> OpeningState:
    """OPN-1, OPN-2."""
    if action.state == "not_opened":
        return "not_opened"
    if action.actual_start:
        return "opened"
    if action.state == "withdrawn":
        return "withdrawn"
    if action.lacking:
        return "blocked"
    return "early" if action.opens_on and today < action.opens_on else "ready"


def _closing(action: Action, undeclared: tuple[MonthView, ...], today: date) -> ClosingState:
    """CLO-1."""
    if action.actual_end:
        return "closed"
    if action.state != "opened" or action.closes_on is None or today < action.closes_on or undeclared:
        return "later"
    return "held_up" if action.inside else "ready"


def _report(action: Action) -> ReportState:
    """SUR-2."""
    report = action.report or {}
    if report.get("acknowledged_at"):
        return "acknowledged"
    if report.get("submitted_at"):
        return "submitted"
    if report.get("can_be_submitted"):
        return "ready"
    return "incomplete" if report.get("missing") else "later"


def _surveys_due(action: Action, today: date) -> dict[SurveyKind, tuple[date, ...]]:
    """SUR-3."""
    return {survey: tuple(day for day in _days_due(action, survey) if day <= today) for survey in LATER}


def _days_due(action: Action, survey: LaterSurvey) -> list[date]:
    return [due_on(survey, exit_on) for exit_on in action.unanswered[survey]]


def _balance(action: Action, offer: OfferView | None) -> BalanceState:
    """BIL-11: what can be confirmed comes before what became of the last one."""
    states: dict[str | None, BalanceState] = {"issued": "issued", "accepted": "accepted", "paid": "paid", "rejected": "rejected"}
    return "offered" if offer else states.get(action.balance_state, "later")
