"""The columns of the guide for one action on the home page: what can be done now, and when the next thing can be (HOME-1)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from gateway.areas.action.action import Action, Tone
from gateway.areas.action.offers import OfferView, alternatives, to_confirm, view_offers
from gateway.areas.action.tasks import can_close, can_open
from gateway.words.french import date_short, month, month_short, plural


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a cell: text, a state badge when it has a tone, a link when it can be done now; `then` follows it, in grey."""

    text: str
    tone: Tone | None = None
    href: str | None = None
    then: str = ""
    muted: bool = False
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the guide."""

    name: str
    items: tuple[Item, ...]


def columns(action: Action, today: date) -> tuple[Cell, ...]:
    """From the dates to the outcomes."""
    made: tuple[tuple[str, Callable[[Action, date], Iterator[Item]]], ...] = (
        ("Dates", _dates),
        ("Stagiaires", _trainees),
        ("Exécution", _execution),
        ("Déclaration", _declaration),
        ("Facturation", _billing),
        ("Clôture", _closing),
        ("Bilan", _report),
    )
    return tuple(Cell(name, tuple(items(action, today))) for name, items in made)


def _dates(action: Action, _today: date) -> Iterator[Item]:
    yield Item(f"{date_short(action.planned_start)} – {date_short(action.planned_end)}")
    if action.state in {"awarded", "opened"} and not action.dates_validated:
        yield Item("Gestion des dates de formation", href=f"{action.path}/dates")
    elif action.dates_validated:
        yield Item("Validées", "ok")


def _trainees(action: Action, _today: date) -> Iterator[Item]:
    yield Item(plural(action.registered, "bénéficiaire inscrit", "bénéficiaires inscrits"))
    if action.incomplete:
        yield Item(plural(action.incomplete, "fiche incomplète", "fiches incomplètes"), "warn")
    if action.can_register:
        yield Item("Inscrire les stagiaires", href=f"{action.path}/stagiaires")
    elif action.state == "awarded":
        yield Item("Effectif du contrat atteint", muted=True)


def _execution(action: Action, today: date) -> Iterator[Item]:
    if action.state == "not_opened":
        yield Item("Non ouverte", "bad")
    elif action.state == "withdrawn":
        yield Item("Contrat retiré", "bad")
    elif action.actual_start:
        yield Item(f"Ouverte le {date_short(action.actual_start)}")
    else:
        yield Item(f"Ouverture prévue le {date_short(action.planned_start)}")
    if action.state == "awarded" and action.trainers_confirmed_at is None:
        yield Item("Gestion des formateurs", href=f"{action.path}/formateurs")
    if action.state in {"awarded", "opened"} and action.without_entry:
        yield Item("Saisir les dates d’entrée en formation", href=f"{action.path}/entrees")
    if can_open(action, today):
        yield Item("Ouvrir l’action", href=f"{action.path}/ouverture")


def _declaration(action: Action, today: date) -> Iterator[Item]:
    if action.actual_start is None:
        if action.state == "awarded":
            yield Item("Après l’ouverture", muted=True)
        return
    for found in action.months:
        if found.state == "reopened":
            until = found.correct_by if found.correct_by and found.correct_by >= today else found.window(today).last
            path = f"{action.path}/declarations/{found.month}"
            yield Item(f"Corriger {month_short(found.month)}", href=path, then=f"jusqu’au {until:%d/%m}")
    waiting = action.next_month()
    if waiting is None:
        confirmed = sum(found.state == "confirmed" for found in action.months)
        yield Item(f"{confirmed} mois {'confirmé' if confirmed < 2 else 'confirmés'}", "ok")
    elif waiting.month.first > today:
        yield Item(f"Saisie de {month(waiting.month)} dès le {date_short(waiting.month.first)}", muted=True)
    else:
        window = waiting.window(today)
        when = f"jusqu’au {window.last:%d/%m}" if window.is_open else f"à confirmer dès le {window.first:%d/%m}"
        yield Item(f"Saisir {month(waiting.month)}", href=f"{action.path}/declarations/{waiting.month}", then=when)


def _billing(action: Action, today: date) -> Iterator[Item]:
    if action.actual_start is None:
        yield Item("Aucune facture à valider", muted=True)
        return
    yield _to_invoice(action, view_offers(action, today))
    if action.rejected_open:
        yield Item(plural(action.rejected_open, "rejetée"), "bad")
    if action.issued:
        yield Item(f"{action.issued} en attente de la Région", "wait")
    balance: dict[str, tuple[str, Tone, str]] = {"accepted": ("Solde accepté", "ok", "ok"), "paid": ("Solde payé", "ok", "euro")}
    if found := balance.get(action.balance_state or ""):
        yield Item(found[0], found[1], icon=found[2])


def _to_invoice(action: Action, views: list[OfferView]) -> Item:
    if not views:
        return Item("Aucune facture à valider", muted=True)
    choices, windows = alternatives(views), [view.window for view in views if view.window]
    then = [f"{len(views)} possibles, au choix"] if len(views) > len(choices) else []
    if len(windows) == len(views):
        window = min(windows, key=lambda one: one.first)
        then.append(f"jusqu’au {window.last:%d/%m}" if window.is_open else f"dès le {window.first:%d/%m}")
    return Item(to_confirm(choices), href=f"{action.path}/facturation", then=", ".join(then))


def _closing(action: Action, today: date) -> Iterator[Item]:
    if action.actual_end:
        yield Item(f"Clôturée le {date_short(action.actual_end)}")
    elif can_close(action, today):
        yield Item("Clôturer l’action", href=f"{action.path}/cloture")
    elif action.state in {"awarded", "opened"}:
        yield Item(f"Fin prévue le {date_short(action.planned_end)}", muted=True)


def _report(action: Action, _today: date) -> Iterator[Item]:
    if action.actual_start is None:
        if action.state == "awarded":
            yield Item("Après l’ouverture", muted=True)
        return
    report = action.report or {}
    if action.exited:
        then = f"{action.to_survey} à remplir" if action.to_survey else ""
        yield Item("Fiches de suivi à la sortie", href=f"{action.path}/enquetes/sortie", then=then)
    else:
        yield Item("À la première sortie", muted=True)
    if report.get("acknowledged_at"):
        yield Item("Bilan reçu", "ok")
    elif report.get("submitted_at"):
        yield Item("Bilan envoyé", "wait")
    elif report.get("can_be_submitted"):
        yield Item("Envoyer le bilan", href=f"{action.path}/bilan")
    if any(offer["kind"] == "balance" for offer in (action.offers or {}).get("offers", [])):
        yield Item("Confirmer le solde", href=f"{action.path}/solde")
