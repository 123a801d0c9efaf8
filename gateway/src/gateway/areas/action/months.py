"""The months of an action as a strip: what each is, and where it leads when there is something to do or to read (DEC-1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.codes import Standing
from contracts.month import Month
from gateway.words.french import month_short, plural

from .action import Action, MonthView
from .life import Life
from .tone import Tone


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


def strip(life: Life) -> tuple[MonthCell, ...]:
    """One cell a month, from the actual start to the planned end; none before the opening."""
    offers = [*life.offers, *([life.balance_offer] if life.balance_offer else [])]
    offered = {month for view in offers for month in view.offer.months}
    return tuple(_cell(life.action, view, life.today, view.month in offered) for view in life.action.months)


def _cell(action: Action, view: MonthView, today: date, offered: bool) -> MonthCell:
    path = f"{action.path}/declarations/{view.month}"
    if view.is_reopened:
        return MonthCell(view.month, "bad", "bad", "À corriger", "facture rejetée", href=path)
    if view.standing is Standing.PASSED_OVER or (view.is_void and view.month.first <= today):
        return MonthCell(view.month, "later", "info", "Sans objet", "aucun stagiaire présent")
    if view.is_confirmed:
        return _confirmed(action, view, offered)
    if view.month.first > today:
        return MonthCell(view.month, "later", "later", "À venir")
    if view.waits_for:
        before = month_short(view.waits_for).rsplit(" ", 1)[0]
        return MonthCell(view.month, "later", "lock", f"Après {before}")
    ready = view.is_whole and view.can_be_confirmed(today)
    progress = f"{plural(view.complete, 'ligne')} sur {view.present}" if view.present else "rien à saisir"
    return MonthCell(view.month, "todo", "todo", "À confirmer" if ready else "À saisir", progress, href=path)


def _confirmed(action: Action, view: MonthView, offered: bool) -> MonthCell:
    path = f"{action.path}/declarations/{view.month}"
    match view.invoice_state:
        case "paid":
            return MonthCell(view.month, "ok", "euro", "Payé", amount=view.amount, href=path)
        case "accepted":
            return MonthCell(view.month, "ok", "ok", "Accepté", amount=view.amount, href=path)
        case "issued":
            return MonthCell(view.month, "wait", "wait", "Facture en attente", amount=view.amount, href=path)
    if offered:
        return MonthCell(view.month, "todo", "euro", "À facturer", amount=view.amount, href=f"{action.path}/facturation")
    return MonthCell(view.month, "ok", "ok", "Confirmé", amount=view.amount, href=path)
