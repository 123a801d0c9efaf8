"""The columns of the guide for one action on the home page: what can be done now, and when the next thing can be (HOME-1)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from contracts.codes import RequestObject
from contracts.surveys import LATER, due_on
from gateway.areas.action.action import Action
from gateway.areas.action.life import Life
from gateway.areas.action.offers import to_confirm
from gateway.areas.action.tone import Tone
from gateway.words.french import NBSP, date_short, de, month, month_short, plural
from gateway.words.labels import inside


@dataclass(frozen=True, slots=True)
class Line:
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
    lines: tuple[Line, ...]


def columns(life: Life) -> tuple[Cell, ...]:
    """From the dates to the outcomes."""
    return tuple(Cell(name, tuple(lines(life))) for name, lines in COLUMNS.values())


def _dates(life: Life) -> Iterator[Line]:
    action = life.action
    then = f"avenant n°{NBSP}{action.amendment.number}" if action.amendment else ""
    yield Line(f"{date_short(action.planned_start)} – {date_short(action.planned_end)}", then=then)
    yield from _asked(action, RequestObject.DATES, RequestObject.PLANNED_DATES)
    if action.can_ask and not action.dates_validated:
        yield Line("Gestion des dates de formation", href=f"{action.path}/dates")
    elif action.dates_validated:
        yield Line("Validées", "ok")


def _asked(action: Action, *objects: RequestObject) -> Iterator[Line]:
    """What was asked of the Region, and waits (REQ-1)."""
    for head in action.open_requests:
        if head.object in objects:
            path = f"{action.path}/demandes/{head.request_id}"
            yield Line("Demande en attente de la Région", href=path, then=f"{head.name}, depuis le {date_short(head.asked_at)}")


def _trainees(life: Life) -> Iterator[Line]:
    action = life.action
    yield Line(plural(action.registered, "bénéficiaire inscrit", "bénéficiaires inscrits"))
    yield from _asked(action, RequestObject.TRAINEE)
    if action.incomplete:
        yield Line(plural(action.incomplete, "fiche incomplète", "fiches incomplètes"), "warn")
    if action.can_register:
        yield Line("Inscrire les stagiaires", href=f"{action.path}/stagiaires")
    elif action.state == "awarded":
        yield Line("Effectif du contrat atteint", muted=True)


def _execution(life: Life) -> Iterator[Line]:
    action = life.action
    if action.state == "not_opened":
        yield Line("Non ouverte", "bad")
    elif action.state == "withdrawn":
        yield Line("Contrat retiré", "bad")
    elif action.actual_start:
        yield Line(f"Ouverte le {date_short(action.actual_start)}")
    else:
        yield Line(f"Ouverture prévue le {date_short(action.planned_start)}")
    if action.trainers_unlocked or (action.state == "awarded" and action.trainers_confirmed_at is None):
        yield Line("Gestion des formateurs", href=f"{action.path}/formateurs")
    yield from _asked(action, RequestObject.TRAINERS)
    if action.state in {"awarded", "opened"} and action.without_entry:
        yield Line("Saisir les dates d’entrée en formation", href=f"{action.path}/entrees")
    if life.opening == "ready":
        yield Line("Ouvrir l’action", href=f"{action.path}/ouverture")


def _declaration(life: Life) -> Iterator[Line]:
    action = life.action
    if action.actual_start is None:
        if action.state == "awarded":
            yield Line("Après l’ouverture", muted=True)
        return
    for view in life.reopened:
        until = view.open_until(life.today) or view.opens_again(life.today).last
        path = f"{action.path}/declarations/{view.month}"
        yield Line(f"Corriger {month_short(view.month)}", href=path, then=f"jusqu’au {until:%d/%m}")
    waiting = life.next_month
    if waiting is None:
        confirmed = sum(view.is_confirmed for view in action.months)
        yield Line(f"{confirmed} mois {'confirmé' if confirmed < 2 else 'confirmés'}", "ok")
    elif waiting.month.first > life.today:
        yield Line(f"Saisie {de(month(waiting.month))} dès le {date_short(waiting.month.first)}", muted=True)
    else:
        window = waiting.window(life.today)
        when = f"jusqu’au {window.last:%d/%m}" if life.today in window else f"à confirmer dès le {window.first:%d/%m}"
        yield Line(f"Saisir {month(waiting.month)}", href=f"{action.path}/declarations/{waiting.month}", then=when)


def _billing(life: Life) -> Iterator[Line]:
    action = life.action
    if action.actual_start is None:
        yield Line("Aucune facture à valider", muted=True)
        return
    yield _to_invoice(life)
    if life.advance_offer:
        yield Line("Avance à facturer", href=f"{action.path}/facturation/avance")
    if action.rejected_open:
        yield Line(plural(action.rejected_open, "rejetée"), "bad")
    if action.issued:
        yield Line(f"{action.issued} en attente de la Région", "wait")
    if action.balance_state == "accepted":
        yield Line("Solde accepté", "ok")
    elif action.balance_state == "paid":
        yield Line("Solde payé", "ok", icon="euro")


def _to_invoice(life: Life) -> Line:
    if not life.offers:
        return Line("Aucune facture à valider", muted=True)
    windows = [view.window for view in life.offers if view.window]
    then = [f"{len(life.offers)} possibles, au choix"] if len(life.offers) > len(life.choices) else []
    if len(windows) == len(life.offers):
        window = min(windows, key=lambda window: window.first)
        then.append(f"jusqu’au {window.last:%d/%m}" if life.today in window else f"dès le {window.first:%d/%m}")
    return Line(to_confirm(life.choices), href=f"{life.action.path}/facturation", then=", ".join(then))


def _closing(life: Life) -> Iterator[Line]:
    action = life.action
    if action.actual_end:
        yield Line(f"Clôturée le {date_short(action.actual_end)}")
    elif life.closing == "ready":
        yield Line("Clôturer l’action", href=f"{action.path}/cloture")
    elif action.state in {"awarded", "opened"}:
        yield Line(f"Fin prévue le {date_short(action.planned_end)}", muted=True)


def _report(life: Life) -> Iterator[Line]:
    action = life.action
    if action.actual_start is None:
        if action.state == "awarded":
            yield Line("Après l’ouverture", muted=True)
        return
    if action.exited:
        then = f"{action.to_survey} à remplir" if action.to_survey else ""
        yield Line("Fiches de suivi à la sortie", href=f"{action.path}/enquetes", then=then)
        for survey in LATER:
            since = life.surveys_due[survey]
            if action.first_exit and due_on(survey, action.first_exit) <= life.today:
                then = f"{len(since)} à remplir" if since else ""
                yield Line(f"Fiches de suivi {inside(survey)}", href=f"{action.path}/enquetes", then=then)
    else:
        yield Line("À la première sortie", muted=True)
    if life.report == "acknowledged":
        yield Line("Bilan reçu", "ok")
    elif life.report == "submitted":
        yield Line("Bilan envoyé", "wait")
    elif life.report == "ready":
        yield Line("Envoyer le bilan", href=f"{action.path}/bilan")
    if life.balance == "offered":
        yield Line("Confirmer le solde", href=f"{action.path}/solde")


COLUMNS: Mapping[str, tuple[str, Callable[[Life], Iterator[Line]]]] = {
    "Gestion des dates": ("Dates", _dates),
    "Inscription des stagiaires": ("Stagiaires", _trainees),
    "Exécution de l’action": ("Exécution", _execution),
    "Déclaration périodique": ("Déclaration", _declaration),
    "Facturation": ("Facturation", _billing),
    "Clôture": ("Clôture", _closing),
    "Bilan et évaluations": ("Bilan", _report),
}
"""The guide's, in its order, each with its short name on a narrow page."""
