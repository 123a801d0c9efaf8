"""What an organisation has to do now, and by when: late first, then by deadline. The services decide; this only reminds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Literal

from contracts.actions import (
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    OpenAction,
    RegisterTrainee,
    ValidateDates,
)
from contracts.billing import IssueInvoice
from contracts.codes import Place
from contracts.declarations import ConfirmMonth
from contracts.message import Command
from contracts.surveys import SubmitReport
from gateway.web.waiting import Waiting
from gateway.words.french import date_day, money, month, months, plural

from .action import Action, MonthView
from .offers import OfferView, alternatives, view_balance, view_offers
from .sheets import Unfinished


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, why, by when (`None`: whenever one likes), one button; `links` lead to its parts.

    `waits` is since when a command that would settle it is on its way.
    """

    action: Action
    title: str
    button: str
    href: str
    why: str = ""
    deadline: date | None = None
    label: str = "jusqu’au"
    links: tuple[tuple[str, str], ...] = ()
    settled_by: tuple[type[Command], ...] = ()
    waits: datetime | None = None

    def is_late(self, today: date) -> bool:
        """Whether its deadline has passed."""
        return self.deadline is not None and self.deadline < today


@dataclass(frozen=True, slots=True)
class Coming:
    """The next thing that can be done, from that day on."""

    on: date
    what: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the opening (OPN-1): `met`, `lacks`, or `later` when it waits for another; and where it is seen to."""

    key: str
    state: Literal["met", "lacks", "later"]
    text: str
    detail: str
    button: str
    href: str
    settled_by: type[Command]


def conditions(action: Action, unfinished: Sequence[Unfinished] = ()) -> tuple[Condition, ...]:
    """The five conditions of the opening (OPN-1); `unfinished` says which sheets are incomplete, for a page that shows it."""
    lacking, path = set(action.blockers()), action.path
    centre = sum(period.place == Place.CENTRE for period in action.periods)

    def condition(key: str, todo: str, done: str, detail: str, button: str, href: str, settled_by: type[Command]) -> Condition:
        if key in {"sheets", "entries"} and action.registered == 0:
            return Condition(key, "later", done, "Après l’inscription du premier stagiaire", "", "", settled_by)
        lacks = key in lacking
        href = href if href.startswith("/") else f"{path}/{href}"
        return Condition(key, "lacks" if lacks else "met", todo if lacks else done, detail, button, href, settled_by)

    periods = f"{plural(centre, 'période')} en centre, {len(action.periods) - centre} en entreprise"
    registered = f"{plural(action.registered, 'inscrit')} sur {action.terms.headcount}"
    sheets = f"{plural(action.incomplete, 'fiche')} de stagiaire à compléter"
    which = " ; ".join(f"{one.name} : {', '.join(one.lacks)}" for one in unfinished[:3]) + (" ; …" if len(unfinished) > 3 else "")
    to_sheets = unfinished[0].href if len(unfinished) == 1 else "stagiaires?tri=fiche"
    trainers = f"{plural(len(action.trainers), 'formateur')} au contrat"
    undated = plural(action.without_entry or action.registered, "stagiaire")
    return (
        condition(
            "dates", "Dates et périodes à valider", "Dates et périodes validées", periods, "Valider les dates", "dates", ValidateDates
        ),
        condition(
            *("trainees", "Aucun stagiaire inscrit", "Au moins un stagiaire inscrit", registered),
            *("Inscrire un stagiaire", "stagiaires/nouveau", RegisterTrainee),
        ),
        condition(
            *("sheets", sheets, "Fiches de stagiaires complètes", which or plural(action.incomplete or action.registered, "fiche")),
            *("Compléter la fiche" if action.incomplete < 2 else "Compléter les fiches", to_sheets, ChangeTrainee),
        ),
        condition(
            *("entries", "Dates d’entrée à confirmer", "Dates d’entrée confirmées", undated),
            *("Saisir les dates d’entrée", "entrees", ConfirmEntryDates),
        ),
        condition(
            *("trainers", "Formateurs à confirmer", "Formateurs confirmés", trainers),
            *("Confirmer les formateurs", "formateurs", ConfirmTrainers),
        ),
    )


def tasks(actions: Iterable[Action], today: date, waiting: Waiting) -> list[Task]:
    """What can be done now, late first, then by deadline; what has none comes last."""
    found = [task for action in actions for task in _of(action, today)]
    found = [replace(task, waits=waiting.since(task.action.contract_number, *task.settled_by)) for task in found]
    return sorted(found, key=lambda task: (task.deadline or date.max, task.action.contract_number))


def coming(actions: Iterable[Action], today: date) -> Coming | None:
    """The next thing that will have to be done, once nothing has to be now."""
    found = [one for action in actions for one in _coming(action, today) if one.on > today]
    return min(found, key=lambda one: one.on, default=None)


def can_open(action: Action, today: date) -> bool:
    """Whether nothing lacks and the day has come: the planned start on collective actions, any day on others (OPN-1, OPN-2)."""
    return action.state == "awarded" and not action.blockers() and (not action.is_collective or today >= action.planned_start)


def can_close(action: Action, today: date) -> bool:
    """Whether every month is confirmed, everybody out, and the planned end has come (CLO-1)."""
    return action.state == "opened" and today >= action.planned_end and not unconfirmed(action) and action.exited == action.registered


def unconfirmed(action: Action) -> list[MonthView]:
    """The months that still need a declaration (CLO-1)."""
    return [found for found in action.months if found.state not in {"confirmed", "passed_over"}]


def _of(action: Action, today: date) -> Iterator[Task]:
    if action.state == "awarded":
        yield from _preparing(action, today)
    if action.state == "opened":
        yield from _running(action, today)
    if action.state in {"opened", "closed"}:
        yield from _corrections(action, today)
        yield from _invoices(action, today)
        yield from _ending(action, today)


def _preparing(action: Action, today: date) -> Iterator[Task]:
    lacking = [one for one in conditions(action) if one.state == "lacks"]
    start, label = action.planned_start, "début prévu le"
    if len(lacking) == 1:
        only = lacking[0]
        why = f"Il ne manque que cela pour ouvrir l’action. {only.detail}."
        yield Task(action, only.text, only.button, only.href, why, start, label, settled_by=(only.settled_by,))
    elif lacking:
        title, links = f"Préparer l’ouverture : il manque {len(lacking)} éléments", tuple((one.href, one.text) for one in lacking)
        yield Task(action, title, lacking[0].button, lacking[0].href, "", start, label, links, (lacking[0].settled_by,))
    elif can_open(action, today):
        why = "Plus rien ne manque. Choisissez la fréquence de paiement et confirmez la date."
        yield Task(action, "Ouvrir l’action", "Ouvrir l’action", f"{action.path}/ouverture", why, start, label, settled_by=(OpenAction,))


def _running(action: Action, today: date) -> Iterator[Task]:
    if not action.dates_validated:
        why = "La Région a déverrouillé les dates : vous pouvez les modifier une fois."
        yield Task(
            action, "Valider les dates et les périodes", "Valider les dates", f"{action.path}/dates", why, settled_by=(ValidateDates,)
        )
    if action.incomplete:
        title = f"Compléter {plural(action.incomplete, 'fiche')} de stagiaire"
        yield Task(
            action,
            title,
            "Compléter la fiche",
            f"{action.path}/stagiaires?tri=fiche",
            "Un stagiaire n’entre en formation qu’avec une fiche complète.",
        )
    if action.without_entry:
        title = f"Saisir la date d’entrée de {plural(action.without_entry, 'stagiaire')}"
        yield Task(action, title, "Saisir les dates d’entrée", f"{action.path}/entrees", settled_by=(ConfirmEntryDates,))
    waiting = action.next_month()
    if waiting and waiting.month.last < today:
        yield from _declaration(action, waiting, today)


def _declaration(action: Action, waiting: MonthView, today: date) -> Iterator[Task]:
    """The oldest month that is over and not confirmed: a task as long as a line lacks, or the window is open (DEC-1, DEC-6)."""
    window, path = waiting.window(today), f"{action.path}/declarations/{waiting.month}"
    lines = f"{plural(waiting.complete, 'ligne complète', 'lignes complètes')} sur {waiting.expected}."
    whole = waiting.complete >= waiting.expected
    if not window.is_open:
        if not whole:
            why = f"{lines} La confirmation se fait du 1er au {date_day(window.last)}."
            yield Task(action, f"Saisir les heures de {month(waiting.month)}", "Saisir les heures", path, why, window.last)
        return
    button = "Vérifier et confirmer" if whole else "Continuer la saisie" if waiting.complete else "Saisir les heures"
    href = f"{path}/confirmation" if whole else path
    title = f"Confirmer les heures de {month(waiting.month)}"
    yield Task(action, title, button, href, lines, window.last, settled_by=(ConfirmMonth,))


def _corrections(action: Action, today: date) -> Iterator[Task]:
    """Reopened months, by the invoice whose rejection reopened them, until it can no longer be confirmed, or the next window (BIL-7)."""
    reopened = sorted((found for found in action.months if found.state == "reopened"), key=lambda found: str(found.rejected_invoice))
    for _, group in groupby(reopened, key=lambda found: found.rejected_invoice):
        found = sorted(group, key=lambda one: one.month)
        first = found[0]
        in_time = first.correct_by is not None and today <= first.correct_by
        number = f"la facture n°\u00a0{first.rejected_number}" if first.rejected_number else "la facture de solde"
        title = f"Corriger {months([one.month for one in found])} : {number} est rejetée"
        deadline = first.correct_by if in_time else first.window(today).last
        why = "" if in_time else f"La correction se confirme du 1er au {date_day(first.window(today).last)}."
        href = f"{action.path}/declarations/{first.month}"
        yield Task(action, title, "Corriger les heures", href, why, deadline, settled_by=(ConfirmMonth,))


def _invoices(action: Action, today: date) -> Iterator[Task]:
    """What can be invoiced now (BIL-3 to BIL-5, BIL-11): a task for all that a window holds, one for each choice."""
    groups = alternatives(view for view in view_offers(action, today) if view.can_be_confirmed)
    if alone := [group[0] for group in groups if len(group) == 1]:
        amount = sum((view.offer.excluding_tax for view in alone), Decimal(0))
        why = f"{plural(len(alone), 'facture')}, montant hors taxe."
        yield _invoice(action, alone, f"Facturer {_months(alone)}, {money(amount)}", why)
    for group in groups:
        if len(group) > 1:
            listed = " ; ".join(f"{months(view.offer.months)}, {money(view.offer.excluding_tax)}" for view in group)
            why = f"Un mois ne va que dans une facture. Montants hors taxe : {listed}."
            yield _invoice(action, group, f"Facturer {_months(group)} : {len(group)} factures possibles, au choix", why)
    if balance := view_balance(action, today):
        title = f"Confirmer le solde, {money(balance.offer.excluding_tax)}"
        yield Task(action, title, "Préparer le solde", f"{action.path}/solde", settled_by=(IssueInvoice,))


def _invoice(action: Action, views: Sequence[OfferView], title: str, why: str) -> Task:
    deadline = next((view.window.last for view in views if view.window), None)
    return Task(action, title, "Préparer la facture", f"{action.path}/facturation", why, deadline, settled_by=(IssueInvoice,))


def _months(views: Sequence[OfferView]) -> str:
    return months(sorted({month for view in views for month in view.offer.months}))


def _ending(action: Action, today: date) -> Iterator[Task]:
    if can_close(action, today):
        why = "Tous les mois sont confirmés et tous les stagiaires sont sortis."
        yield Task(action, "Clôturer l’action", "Clôturer l’action", f"{action.path}/cloture", why, settled_by=(CloseAction,))
    report = action.report or {}
    if action.to_survey and not report.get("submitted_at"):
        title = f"Remplir {plural(action.to_survey, 'fiche')} de suivi à la sortie"
        yield Task(action, title, "Remplir les fiches", f"{action.path}/enquetes/sortie", "Le bilan pédagogique les attend toutes.")
    if report.get("can_be_submitted") and not report.get("submitted_at"):
        why = "Le solde se facture une fois le bilan envoyé."
        yield Task(action, "Envoyer le bilan pédagogique", "Remplir le bilan", f"{action.path}/bilan", why, settled_by=(SubmitReport,))


def _coming(action: Action, today: date) -> Iterator[Coming]:
    if action.state == "awarded" and not action.blockers():
        yield Coming(action.planned_start, f"ouvrir l’action {action.title}")
    if action.state == "opened":
        if waiting := action.next_month():
            yield Coming(waiting.window(today).first, f"confirmer les heures de {month(waiting.month)}")
        yield Coming(action.planned_end, f"clôturer l’action {action.title}")
    for view in view_offers(action, today):
        if view.window and not view.can_be_confirmed:
            yield Coming(view.window.first, f"facturer {months(view.offer.months)}")
