"""The months of an action as a strip: what each is, and where it leads when there is something to do or to read (DEC-1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.month import Month
from gateway.words.french import month_short, plural

from .action import Action, MonthView, Tone


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A cell of the strip: a state's word, shape and tone; an amount or a progress; a link when there is something to do or to read."""

    month: Month
    tone: Tone
    icon: str
    word: str
    detail: str = ""
    amount: Decimal | None = None
    href: str | None = None

    @property
    def name(self) -> str:
        """`févr. 2008`."""
        return month_short(self.month)


def strip(action: Action, today: date) -> tuple[MonthCell, ...]:
    """One cell a month, from the actual start to the planned end; none before the opening."""
    offered = {month for offer in (action.offers or {}).get("offers", []) for month in offer["months"]}
    return tuple(_cell(action, found, today, found.month in offered) for found in action.months)


def _cell(action: Action, found: MonthView, today: date, offered: bool) -> MonthCell:
    path = f"{action.path}/declarations/{found.month}"
    if found.state == "reopened":
        return MonthCell(found.month, "bad", "bad", "À corriger", "facture rejetée", href=path)
    if found.state == "passed_over":
        return MonthCell(found.month, "later", "info", "Sans objet", "aucun stagiaire présent")
    if found.state == "confirmed":
        return _confirmed(action, found, offered)
    if found.month.first > today:
        return MonthCell(found.month, "later", "later", "À venir")
    if found.state == "after":
        before = month_short(found.month.previous()).rsplit(" ", 1)[0]
        return MonthCell(found.month, "later", "lock", f"Après {before}")
    ready = found.complete >= found.expected and found.can_be_confirmed(today)
    progress = f"{plural(found.complete, 'ligne')} sur {found.expected}"
    return MonthCell(found.month, "todo", "todo", "À confirmer" if ready else "À saisir", progress, href=path)


def _confirmed(action: Action, found: MonthView, offered: bool) -> MonthCell:
    path = f"{action.path}/declarations/{found.month}"
    match found.invoice_state:
        case "paid":
            return MonthCell(found.month, "ok", "euro", "Payé", amount=found.amount, href=path)
        case "accepted":
            return MonthCell(found.month, "ok", "ok", "Accepté", amount=found.amount, href=path)
        case "issued":
            return MonthCell(found.month, "wait", "wait", "Facture en attente", amount=found.amount, href=path)
    if offered:
        return MonthCell(found.month, "todo", "euro", "À facturer", amount=found.amount, href=f"{action.path}/facturation")
    return MonthCell(found.month, "ok", "ok", "Confirmé", amount=found.amount, href=path)
