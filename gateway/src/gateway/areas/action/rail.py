"""The life of an action in full, on its own page: the nine steps, each with its states, a sentence and links (ACT-2)."""

from dataclasses import dataclass

from contracts import codes
from contracts.codes import RequestObject
from gateway.words.french import NBSP, before_tax, date_long, hours, plural, with_tax
from gateway.words.labels import inside

from .action import Action
from .life import Life
from .offers import to_confirm
from .steps import Step, steps
from .tone import Tone

Badge = tuple[Tone, str]
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the rail: its state first, then what more there is to say."""

    step: Step
    name: str
    badges: tuple[Badge, ...]
    text: str = ""
    links: tuple[Link, ...] = ()


def rail(life: Life) -> tuple[Stage, ...]:
    """The nine steps, as they stand."""
    by_key = {step.key: step for step in steps(life)}
    return (
        _dates(life, by_key["dates"]),
        _trainees(life, by_key["trainees"]),
        _trainers(life, by_key["trainers"]),
        _opening(life, by_key["opening"]),
        _declarations(life, by_key["declarations"]),
        _billing(life, by_key["billing"]),
        _closing(life, by_key["closing"]),
        _report(life, by_key["report"]),
        _balance(by_key["balance"]),
    )


def _badge(step: Step) -> Badge:
    return step.tone, step.word


def _dates(life: Life, step: Step) -> Stage:
    action, terms = life.action, life.action.terms
    text = (
        f"{hours(terms.centre.hours)} en centre et {hours(terms.company.hours)} en entreprise par stagiaire, "
        f"total prévu {hours(action.planned_hours)}."
    )
    locked: tuple[Badge, ...] = (("later", "Verrouillées"),) if action.dates_validated else ()
    consulted = action.dates_validated or not action.can_ask
    link = "Consulter les dates" if consulted else "Gestion des dates de formation"
    if action.amendment:
        text += f" Avenant n°{NBSP}{action.amendment.number} du {date_long(action.amendment.granted_on)}."
    badges = (_badge(step), *locked, *_asked(action, RequestObject.DATES, RequestObject.PLANNED_DATES))
    return Stage(step, "Dates et périodes", badges, text, ((step.href, link),))


def _asked(action: Action, *objects: RequestObject) -> tuple[Badge, ...]:
    """What of these the Region has yet to answer (REQ-1)."""
    open_ = sum(head.object in objects for head in action.open_requests)
    return (("wait", plural(open_, "demande en attente", "demandes en attente")),) if open_ else ()


def _trainees(life: Life, step: Step) -> Stage:
    action, terms, whole = life.action, life.action.terms, life.action.registered - life.action.incomplete
    badges: list[Badge] = [("ok", plural(whole, "fiche complète", "fiches complètes"))] if whole else []
    if action.incomplete:
        badges.append(("warn", plural(action.incomplete, "fiche incomplète", "fiches incomplètes")))
    text = (
        f"{plural(action.registered, 'bénéficiaire inscrit', 'bénéficiaires inscrits')} sur {terms.headcount}, "
        f"{plural(action.paid, 'rémunéré')} par la Région sur {terms.paid_headcount}."
    )
    links: list[Link] = [(step.href, "Voir la liste")] if action.registered else []
    if action.can_register:
        free = plural(terms.headcount - action.registered, "place")
        links.append((f"{step.href}/nouveau", f"Inscrire un stagiaire ({free})"))
    if action.state in {"awarded", "opened"} and action.registered:
        links.append((f"{action.path}/entrees", "Dates d’entrée en formation"))
    asked = _asked(action, RequestObject.TRAINEE)
    return Stage(step, "Stagiaires", (*(badges or [_badge(step)]), *asked), text, tuple(links))


def _trainers(life: Life, step: Step) -> Stage:
    action, confirmed = life.action, life.action.trainers_confirmed_at is not None
    consulted = (confirmed or action.state != "awarded") and not action.trainers_unlocked
    link = "Consulter les formateurs" if consulted else "Gestion des formateurs"
    return Stage(step, "Formateurs", (_badge(step), *_asked(action, RequestObject.TRAINERS)), links=((step.href, link),))


def _opening(life: Life, step: Step) -> Stage:
    action = life.action
    match life.opening:
        case "not_opened":
            reason = inside(action.non_opening_reason, codes.NonOpeningReason)
            return Stage(step, "Ouverture", (_badge(step),), f"Motif : {reason}.")
        case "opened" if action.actual_start:
            text = f"Fréquence de paiement : {inside(action.frequency, codes.Frequency)}."
            return Stage(step, "Ouverture", (("ok", f"Ouverte le {date_long(action.actual_start)}"),), text)
        case "withdrawn":
            return Stage(step, "Ouverture", (("bad", "Contrat retiré"),), "La Région a repris ce contrat.")
        case "blocked":
            badge: Badge = ("warn", f"Bloquée, {plural(len(action.lacking), 'élément manque', 'éléments manquent')}")
        case "early":
            badge = ("later", f"Dès le {date_long(action.opens_on or action.planned_start)}")
        case _:
            badge = ("todo", "Prête")
    link = "Ouvrir l’action" if life.opening == "ready" else "Voir les conditions"
    return Stage(step, "Ouverture", (badge,), "", ((step.href, link), (f"{action.path}/non-ouverture", "Déclarer la non-ouverture")))


def _declarations(life: Life, step: Step) -> Stage:
    if life.opening != "opened":
        return Stage(step, "Déclarations de réalisation périodique", (("later", "Après l’ouverture"),))
    text = "Chaque mois se confirme du 1er au 15 d’un mois suivant, dans l’ordre."
    return Stage(step, "Déclarations de réalisation périodique", (_badge(step),), text, ((step.href, "Voir les mois"),))


def _billing(life: Life, step: Step) -> Stage:
    action, totals = life.action, life.action.totals
    if life.opening != "opened":
        return Stage(step, "Facturation", (("later", "Après l’ouverture"),))
    badges: list[Badge] = []
    if action.rejected_open:
        badges.append(("bad", plural(action.rejected_open, "facture rejetée", "factures rejetées")))
    if life.choices:
        badges.append(("todo", to_confirm(life.choices)))
    if action.issued:
        badges.append(("wait", f"{plural(action.issued, 'facture')} en attente de la Région"))
    text = f"Facturé : {before_tax(totals.invoiced)}. Accepté : {before_tax(totals.accepted)}. Payé : {with_tax(totals.paid)}."
    links = ((step.href, "Ouvrir la facturation"), (f"{action.path}/compte", "Compte de l’action"))
    return Stage(step, "Facturation", tuple(badges) or (_badge(step),), text, links)


def _closing(life: Life, step: Step) -> Stage:
    action = life.action
    if action.actual_end:
        return Stage(step, "Clôture", (("ok", f"Clôturée au {date_long(action.actual_end)}"),))
    if action.state != "opened":
        return Stage(step, "Clôture", (("later", "Pas encore"),))
    if life.closing == "ready":
        return Stage(step, "Clôture", (_badge(step),), links=((step.href, "Clôturer l’action"),))
    lacks = [f"{len(life.undeclared)} mois à confirmer"] if life.undeclared else []
    if action.inside:
        lacks.append(f"{plural(action.inside, 'stagiaire')} sans date de sortie")
    text = f"Fin prévue le {date_long(action.planned_end)}." + (f" Il reste {' et '.join(lacks)}." if lacks else "")
    return Stage(step, "Clôture", (("later", "Pas encore"),), text, ((step.href, "Voir ce qui manque"),))


def _report(life: Life, step: Step) -> Stage:
    action = life.action
    if life.opening != "opened":
        return Stage(step, "Bilan et enquêtes", (("later", "Après l’ouverture"),))
    if not action.exited:
        text = "Une fiche de suivi par stagiaire, à sa sortie ; le bilan pédagogique après la clôture."
        return Stage(step, "Bilan et enquêtes", (("later", "À la première sortie"),), text)
    done = action.exited - action.to_survey
    text = f"{plural(done, 'fiche de suivi remplie', 'fiches de suivi remplies')} sur {action.exited}."
    for survey, since in life.surveys_due.items():
        text += f" {plural(len(since), 'enquête')} {inside(survey)} à remplir." if since else ""
    links = ((f"{action.path}/enquetes", "Enquêtes"), (step.href, "Bilan pédagogique"))
    return Stage(step, "Bilan et enquêtes", (_badge(step),), text, links)


def _balance(step: Step) -> Stage:
    if step.tone == "later":
        return Stage(step, "Solde", (("later", "Pas encore"),), "Après la clôture et l’envoi du bilan pédagogique.")
    return Stage(step, "Solde", (_badge(step),), links=((step.href, "Voir le solde"),))
