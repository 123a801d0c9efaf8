"""“Et ensuite ?”: what would come on an action if it goes on like this, and why. An estimate: it commands nothing and is kept nowhere.

The account of the views is played forward by billing's own rules (`contracts.account.outlook`), at the pace of what was confirmed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import structlog

from contracts.account.hours import Line, PaidHours
from contracts.account.ledger import Adjusted, DeclaredMonth, Issued, Ledger, Unbalanced, award
from contracts.account.outlook import NOBODY, First, Outlook, outlook
from contracts.account.pace import Presence, coming, pace_of, planned
from contracts.codes import Decision, Frequency, Place
from contracts.lines import ZERO
from contracts.month import Month
from contracts.presence import own_days

from .action import Action
from .queries.ahead import Basis, Hours, IssuedInvoice, load_basis
from .visit import ActionVisit

log = structlog.get_logger()
DECISIONS: Mapping[str, Decision | None] = {
    "issued": None,
    "accepted": Decision.ACCEPTED,
    "paid": Decision.ACCEPTED,
    "rejected": Decision.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Confirming:
    """A month that is about to be confirmed: its paid hours as they are shown, those that admissible exits add among them, and the hours
    of each trainee, attended or not.
    """

    month: Month
    paid: Hours
    added: Decimal
    held: Mapping[UUID, Hours]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The outlook, and the pace on which it rests: what was `realised` of the `planned` hours of the confirmed months. Without a pace, the
    plan itself is followed. The month that is `confirming`, if one is, counts among these.
    """

    outlook: Outlook
    pace: Decimal | None
    realised: Decimal
    planned: Decimal
    confirming: Month | None


async def load_ahead(visit: ActionVisit, *, confirming: Confirming | None = None, first: Iterable[First] = ()) -> Ahead | None:
    """What would come after the month that is `confirming`, or after the invoices `first`.

    None as long as the action is not open, once its balance stands, and when the plan does not say on which days its hours lie.
    """
    if not visit.life.running or visit.action.frequency is None:
        return None
    basis = await load_basis(visit.db, visit.viewer, visit.contract)
    try:
        return ahead(visit.action, visit.today, basis, confirming, first)
    except Unbalanced as error:  # an estimate holds up no page
        log.warning("no outlook", contract=visit.contract, error=str(error))
        return None


def ahead(action: Action, today: date, basis: Basis, confirming: Confirming | None = None, first: Iterable[First] = ()) -> Ahead | None:
    """The same, of what is known on that day. Raises Unbalanced when that is no account."""
    trainees = presences(action, basis, confirming)
    if not all(trainee.is_planned for trainee in trainees):
        return None
    confirmed = [known.month for known in basis.months if confirming is None or known.month != confirming.month]
    realised = sum((sum(known.paid.values(), ZERO) - known.added for known in basis.months if known.month in confirmed), ZERO)
    if confirming:
        realised += sum(confirming.paid.values(), ZERO) - confirming.added
        confirmed.append(confirming.month)
    plan = planned(trainees, confirmed)
    pace = pace_of(realised, plan)
    left = tuple(view.month for view in action.months if view.to_declare and view.month not in confirmed)
    hours = [(confirming.month, confirming.paid)] if confirming else []
    hours += coming(trainees, left, Decimal(1) if pace is None else pace)
    found = outlook(
        account_of(action, basis, confirming.month if confirming else None),
        hours,
        today,
        closes_on=action.closes_on or action.planned_end,
        first=first,
    )
    return Ahead(found, pace, realised, plan, confirming.month if confirming else None) if found.balance else None


def presences(action: Action, basis: Basis, confirming: Confirming | None) -> list[Presence]:
    """Everybody who has entered, as the plan knows them."""
    said = action.presence_offered
    # What a reopened month held is among the others' hours already.
    of_month = confirming.held if confirming and all(known.month != confirming.month for known in basis.months) else {}
    return [
        Presence(
            days=(trainee.entered_on, trainee.left_on or action.planned_end),
            places=tuple(own_days(place, trainee.pathway, said.working_days) for place in said.places),
            held=_with(trainee.held, of_month.get(trainee.trainee_id)),
            added=trainee.added,
        )
        for trainee in basis.trainees
    ]


def account_of(action: Action, basis: Basis, again: Month | None = None) -> Ledger:
    """The account of billing, as far as the views hold what its rules ask for; `again` is a month that is about to be confirmed."""
    account = award(action.contract_number, action.terms)
    return replace(
        account,
        terms=replace(account.terms, planned_end=action.planned_end),
        frequency=Frequency(action.frequency) if action.frequency else None,
        months=tuple(DeclaredMonth(known.month, (_line(known.paid),), reopened=known.month == again) for known in basis.months),
        to_declare=tuple(view.month for view in action.months if view.to_declare and not view.was_confirmed),
        invoices=tuple(_issued(known) for known in basis.invoices),
    )


def _line(paid: Hours) -> Line:
    return Line(NOBODY, PaidHours(paid[Place.CENTRE]), PaidHours(paid[Place.COMPANY]))


def _issued(known: IssuedInvoice) -> Issued:
    invoice = known.invoice
    return Issued(
        invoice_id=invoice.invoice_id,
        kind=invoice.kind,
        months=invoice.months,
        ordinal=invoice.ordinal,
        number=invoice.number,
        legal_number=invoice.legal_number,
        issued_at=known.issued_at,
        excluding_tax=invoice.excluding_tax,
        including_tax=invoice.including_tax,
        decision=DECISIONS[known.state],
        without_months=invoice.without_months,
        subcontractor=invoice.issuer if invoice.subcontractor else None,
        adjustments=tuple(Adjusted(line.kind, line.invoice_id, line.amount) for line in invoice.adjustments),
    )


def _with(hours: Hours, more: Hours | None) -> dict[Place, Decimal]:
    return {place: hours[place] + (more or {}).get(place, ZERO) for place in Place}
