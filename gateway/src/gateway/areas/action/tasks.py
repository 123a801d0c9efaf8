"""What an organisation has to do now, and by when: late first, then by deadline. The services decide; this only reminds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from contracts.actions import ChangeTrainee, CloseAction, ConfirmEntryDates, OpenAction, ValidateDates
from contracts.billing import IssueInvoice
from contracts.codes import InvoiceKind, RequestObject
from contracts.declarations import ConfirmMonth
from contracts.message import Command
from contracts.requests import SaveTrainers
from contracts.surveys import SubmitReport
from gateway.web.waiting import Waiting
from gateway.words.french import before_tax, date_day, date_long, de, month, months, plural
from gateway.words.labels import inside

from .action import Action
from .conditions import conditions
from .life import Life
from .offers import OfferView, alternatives


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


def tasks(lives: Iterable[Life], waiting: Waiting) -> list[Task]:
    """What can be done now, late first, then by deadline; what has none comes last."""
    return waiting_for(in_order(task for life in lives for task in tasks_of(life)), waiting)


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Late first, then by deadline; what has none comes last."""
    return sorted(tasks, key=lambda task: (task.deadline or date.max, task.action.contract_number))


def waiting_for(tasks: Iterable[Task], waiting: Waiting) -> list[Task]:
    """The same, each with since when a command waits that would settle it."""
    return [replace(task, waits=waiting.since(task.action.contract_number, *task.settled_by)) for task in tasks]


def coming(lives: Iterable[Life]) -> Coming | None:
    """The next thing that will have to be done, once nothing has to be now."""
    following = [thing for life in lives for thing in _coming(life) if thing.on > life.today]
    return min(following, key=lambda thing: thing.on, default=None)


def tasks_of(life: Life) -> Iterator[Task]:
    """What can be done now on one action, as it stands: in no order, and whatever was asked already. Nothing of one that nobody keeps any
    more (PRV-1).
    """
    if life.action.erased_on:
        return
    yield from _granted(life)
    if life.action.state == "awarded":
        yield from _preparing(life)
    if life.action.state == "opened":
        yield from _running(life)
    if life.running:
        yield from _declaration(life)
        yield from _corrections(life)
        yield from _invoices(life)
        yield from _advance(life)
        yield from _ending(life)


def _preparing(life: Life) -> Iterator[Task]:
    action, lacking = life.action, [condition for condition in conditions(life) if condition.state == "lacks"]
    start, label = action.planned_start, "début prévu le"
    if len(lacking) == 1:
        only = lacking[0]
        why = f"Il ne manque que cela pour ouvrir l’action. {only.detail}."
        yield Task(action, only.text, only.button, only.href, why, start, label, settled_by=only.settled_by)
    elif lacking:
        first, links = lacking[0], tuple((condition.href, condition.text) for condition in lacking)
        title = f"Préparer l’ouverture : il manque {len(lacking)} éléments"
        yield Task(action, title, first.button, first.href, "", start, label, links, first.settled_by)
    elif life.opening == "ready":
        why = "Plus rien ne manque. Choisissez la fréquence de paiement et confirmez la date."
        yield Task(action, "Ouvrir l’action", "Ouvrir l’action", f"{action.path}/ouverture", why, start, label, settled_by=(OpenAction,))


def _granted(life: Life) -> Iterator[Task]:
    """What the Region granted, until it is saved (REQ-2)."""
    for head in life.action.requests:
        if head.unlocks and life.action.can_ask:
            why = "La Région a accordé votre demande : vérifiez ce que vous aviez demandé, puis enregistrez."
            href, settled_by = f"{life.action.path}/{head.page}", SAVED_BY[head.object]
            yield Task(life.action, f"Enregistrer la modification : {head.name}", "Enregistrer", href, why, settled_by=settled_by)


SAVED_BY: Mapping[RequestObject, tuple[type[Command], ...]] = {
    RequestObject.DATES: (ValidateDates,),
    RequestObject.TRAINEE: (ChangeTrainee,),
    RequestObject.TRAINERS: (SaveTrainers,),
}
"""What uses up a grant."""


def _running(life: Life) -> Iterator[Task]:
    action = life.action
    if not (action.dates_validated or action.dates_request):
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


def _declaration(life: Life) -> Iterator[Task]:
    """The oldest month that is over and not confirmed: a task as long as a line lacks, or the window is open (DEC-1, DEC-6).

    A closed action's too, when a correction brings somebody back into a month (BIL-7).
    """
    waiting = life.next_month
    if waiting is None or waiting.month.last >= life.today:
        return
    window, path = waiting.window(life.today), f"{life.action.path}/declarations/{waiting.month}"
    lines = f"{plural(waiting.complete, 'ligne complète', 'lignes complètes')} sur {waiting.present}."
    if not waiting.present:
        lines = "Rien à saisir : ce mois déclare des heures après une sortie recevable."
    if life.today not in window:
        if not waiting.is_whole:
            why = f"{lines} La confirmation se fait du 1er au {date_day(window.last)}."
            yield Task(life.action, f"Saisir les heures {de(month(waiting.month))}", "Saisir les heures", path, why, window.last)
        return
    button = "Vérifier et confirmer" if waiting.is_whole else "Continuer la saisie" if waiting.complete else "Saisir les heures"
    href = f"{path}/confirmation" if waiting.is_whole else path
    title = f"Confirmer les heures {de(month(waiting.month))}"
    yield Task(life.action, title, button, href, lines, window.last, settled_by=(ConfirmMonth,))


def _corrections(life: Life) -> Iterator[Task]:
    """Reopened months, by the invoice whose rejection reopened them, until it can no longer be confirmed, or the next window (BIL-7)."""
    reopened = sorted(life.reopened, key=lambda view: (str(view.rejected_invoice), view.month))
    for _, group in groupby(reopened, key=lambda view: view.rejected_invoice):
        views = list(group)
        first, until = views[0], views[0].open_until(life.today)
        number = f"la facture n°\u00a0{first.rejected_number}" if first.rejected_number else "la facture de solde"
        title = f"Corriger {months([view.month for view in views])} : {number} est rejetée"
        window = first.opens_again(life.today)
        why = "" if until else f"La correction se confirme du 1er au {date_day(window.last)}."
        href = f"{life.action.path}/declarations/{first.month}"
        yield Task(life.action, title, "Corriger les heures", href, why, until or window.last, settled_by=(ConfirmMonth,))


def _invoices(life: Life) -> Iterator[Task]:
    """What can be invoiced now (BIL-3 to BIL-5, BIL-11): a task for all that a window holds, one for each choice."""
    balance = [life.balance_offer] if life.balance_offer else []
    groups = alternatives([*(view for view in life.offers if view.can_be_confirmed), *balance])
    if alone := [group[0] for group in groups if len(group) == 1 and group[0] not in balance]:
        amount = sum((view.offer.excluding_tax for view in alone), Decimal(0))
        yield _invoice(life, alone, f"Facturer {_months(alone)}, {before_tax(amount)}", f"{plural(len(alone), 'facture')}.")
    for group in groups:
        if len(group) > 1:
            listed = " ; ".join(_named(view) for view in group)
            why = f"Un mois ne va que dans une facture : {listed}."
            yield _invoice(life, group, f"Facturer {_months(group)} : {len(group)} factures possibles, au choix", why)
    if life.balance_offer and [life.balance_offer] in groups:
        title = f"Confirmer le solde, {before_tax(life.balance_offer.offer.excluding_tax)}"
        yield Task(life.action, title, "Préparer le solde", f"{life.action.path}/solde", settled_by=(IssueInvoice,))


def _advance(life: Life) -> Iterator[Task]:
    """As long as it can be confirmed (BIL-10)."""
    if life.advance_offer:
        title, why = f"Avance à facturer, {before_tax(life.advance_offer.offer.excluding_tax)}", "Le contrat la prévoit, une fois."
        href = f"{life.action.path}/facturation/avance"
        yield Task(life.action, title, "Facturer l’avance", href, why, settled_by=(IssueInvoice,))


def _invoice(life: Life, views: Sequence[OfferView], title: str, why: str) -> Task:
    deadline, path = next((view.window.last for view in views if view.window), None), f"{life.action.path}/facturation"
    return Task(life.action, title, "Préparer la facture", path, why, deadline, settled_by=(IssueInvoice,))


def _named(view: OfferView) -> str:
    name = "le solde" if view.offer.kind is InvoiceKind.BALANCE else months(view.offer.months)
    return f"{name}, {before_tax(view.offer.excluding_tax)}"


def _months(views: Sequence[OfferView]) -> str:
    return months(sorted({month for view in views for month in view.offer.months}))


def _ending(life: Life) -> Iterator[Task]:
    action = life.action
    if life.closing == "ready":
        why = "Tous les mois sont confirmés et tous les stagiaires sont sortis."
        yield Task(action, "Clôturer l’action", "Clôturer l’action", f"{action.path}/cloture", why, settled_by=(CloseAction,))
    if action.to_survey and life.report not in {"submitted", "acknowledged"}:
        title = f"Remplir {plural(action.to_survey, 'fiche')} de suivi à la sortie"
        yield Task(action, title, "Remplir les fiches", f"{action.path}/enquetes", "Le bilan pédagogique les attend toutes.")
    for survey, since in life.surveys_due.items():
        if since:
            title = f"Remplir {plural(len(since), 'enquête')} {inside(survey)}"
            yield Task(action, title, "Remplir les enquêtes", f"{action.path}/enquetes", f"À remplir depuis le {date_long(since[0])}.")
    if life.report == "ready":
        why = "Le solde se facture une fois le bilan envoyé."
        yield Task(action, "Envoyer le bilan pédagogique", "Remplir le bilan", f"{action.path}/bilan", why, settled_by=(SubmitReport,))


def _coming(life: Life) -> Iterator[Coming]:
    action = life.action
    if life.opening in {"early", "ready"}:
        yield Coming(action.opens_on or action.planned_start, f"ouvrir l’action {action.title}")
    if life.running and life.next_month:
        yield Coming(life.next_month.window(life.today).first, f"confirmer les heures {de(month(life.next_month.month))}")
    if action.state == "opened" and action.closes_on:
        yield Coming(action.closes_on, f"clôturer l’action {action.title}")
    if life.next_survey:
        yield Coming(life.next_survey, f"remplir les enquêtes de l’action {action.title}")
    for view in life.offers:
        if view.window and not view.can_be_confirmed:
            yield Coming(view.window.first, f"facturer {months(view.offer.months)}")
