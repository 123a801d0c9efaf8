"""The life of an action in full: the nine steps, each with its states, a sentence and what can be opened from there (ACT-2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts import codes
from gateway.words.french import date_long, hours, money, percent, plural
from gateway.words.labels import inside

from .action import Action, Step, Tone
from .offers import alternatives, to_confirm, view_offers
from .queries.actions import Totals
from .tasks import can_close, can_open, unconfirmed

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


def rail(action: Action, totals: Totals, today: date) -> tuple[Stage, ...]:
    """The nine steps, as they stand."""
    steps = {step.key: step for step in action.steps(today)}
    return (
        _dates(action, steps["dates"]),
        _trainees(action, steps["trainees"]),
        _trainers(action, steps["trainers"]),
        _opening(action, steps["opening"], today),
        _declarations(action, steps["declarations"]),
        _billing(action, totals, steps["billing"], today),
        _closing(action, steps["closing"], today),
        _report(action, steps["report"]),
        _balance(steps["balance"]),
    )


def _badge(step: Step) -> Badge:
    return step.tone, step.word


def _dates(action: Action, step: Step) -> Stage:
    terms = action.terms
    text = (
        f"{hours(terms.centre.hours)} en centre et {hours(terms.company.hours)} en entreprise par stagiaire, "
        f"total prévu {hours(action.planned_hours)}."
    )
    locked: tuple[Badge, ...] = (("later", "Verrouillées"),) if action.dates_validated else ()
    link = (
        "Consulter les dates" if action.dates_validated or action.state not in {"awarded", "opened"} else "Gestion des dates de formation"
    )
    return Stage(step, "Dates et périodes", (_badge(step), *locked), text, ((step.href, link),))


def _trainees(action: Action, step: Step) -> Stage:
    terms, whole = action.terms, action.registered - action.incomplete
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
    return Stage(step, "Stagiaires", tuple(badges) or (_badge(step),), text, tuple(links))


def _trainers(action: Action, step: Step) -> Stage:
    confirmed = action.trainers_confirmed_at is not None
    link = "Consulter les formateurs" if confirmed or action.state != "awarded" else "Gestion des formateurs"
    return Stage(step, "Formateurs", (_badge(step),), links=((step.href, link),))


def _opening(action: Action, step: Step, today: date) -> Stage:
    if action.state == "not_opened":
        reason = inside(action.non_opening_reason, codes.NonOpeningReason)
        return Stage(step, "Ouverture", (_badge(step),), f"Motif : {reason}.")
    if action.actual_start:
        text = f"Fréquence de paiement : {inside(action.frequency, codes.Frequency)}."
        return Stage(step, "Ouverture", (("ok", f"Ouverte le {date_long(action.actual_start)}"),), text)
    if action.state == "withdrawn":
        return Stage(step, "Ouverture", (("bad", "Contrat retiré"),), "La Région a repris ce contrat.")
    lacking = len(action.blockers())
    badge: Badge = ("warn", f"Bloquée, {plural(lacking, 'élément manque', 'éléments manquent')}") if lacking else ("todo", "Prête")
    if not lacking and not can_open(action, today):
        badge = ("later", f"Dès le {date_long(action.planned_start)}")
    links = ((step.href, "Ouvrir l’action" if can_open(action, today) else "Voir les conditions"),)
    return Stage(step, "Ouverture", (badge,), "", (*links, (f"{action.path}/non-ouverture", "Déclarer la non-ouverture")))


def _declarations(action: Action, step: Step) -> Stage:
    if action.actual_start is None:
        return Stage(step, "Déclarations de réalisation périodique", (("later", "Après l’ouverture"),))
    text = "Chaque mois se confirme du 1er au 15 d’un mois suivant, dans l’ordre."
    return Stage(step, "Déclarations de réalisation périodique", (_badge(step),), text, ((step.href, "Voir les mois"),))


def _billing(action: Action, totals: Totals, step: Step, today: date) -> Stage:
    if action.actual_start is None:
        return Stage(step, "Facturation", (("later", "Après l’ouverture"),))
    badges: list[Badge] = []
    if action.rejected_open:
        badges.append(("bad", plural(action.rejected_open, "facture rejetée", "factures rejetées")))
    if choices := alternatives(view_offers(action, today)):
        badges.append(("todo", to_confirm(choices)))
    if action.issued:
        badges.append(("wait", f"{plural(action.issued, 'facture')} en attente de la Région"))
    text = f"Facturé : {money(totals.invoiced)}. Accepté : {money(totals.accepted)}. Payé : {money(totals.paid)}."
    links = ((step.href, "Ouvrir la facturation"), (f"{action.path}/compte", "Compte de l’action"))
    return Stage(step, "Facturation", tuple(badges) or (_badge(step),), text, links)


def _closing(action: Action, step: Step, today: date) -> Stage:
    if action.actual_end:
        return Stage(step, "Clôture", (("ok", f"Clôturée au {date_long(action.actual_end)}"),))
    if action.state != "opened":
        return Stage(step, "Clôture", (("later", "Pas encore"),))
    if can_close(action, today):
        return Stage(step, "Clôture", (_badge(step),), links=((step.href, "Clôturer l’action"),))
    left = len(unconfirmed(action))
    lacks = [f"{left} mois à confirmer"] if left else []
    if inside := action.registered - action.exited:
        lacks.append(f"{plural(inside, 'stagiaire')} sans date de sortie")
    text = f"Fin prévue le {date_long(action.planned_end)}." + (f" Il reste {' et '.join(lacks)}." if lacks else "")
    return Stage(step, "Clôture", (("later", "Pas encore"),), text, ((step.href, "Voir ce qui manque"),))


def _report(action: Action, step: Step) -> Stage:
    if action.actual_start is None:
        return Stage(step, "Bilan et enquêtes", (("later", "Après l’ouverture"),))
    if not action.exited:
        text = "Une fiche de suivi par stagiaire, à sa sortie ; le bilan pédagogique après la clôture."
        return Stage(step, "Bilan et enquêtes", (("later", "À la première sortie"),), text)
    done = action.exited - action.to_survey
    text = f"{plural(done, 'fiche de suivi remplie', 'fiches de suivi remplies')} sur {action.exited}."
    links = ((f"{action.path}/enquetes/sortie", "Fiches de suivi à la sortie"), (step.href, "Bilan pédagogique"))
    return Stage(step, "Bilan et enquêtes", (_badge(step),), text, links)


def _balance(step: Step) -> Stage:
    if step.tone == "later":
        return Stage(step, "Solde", (("later", "Pas encore"),), "Après la clôture et l’envoi du bilan pédagogique.")
    return Stage(step, "Solde", (_badge(step),), links=((step.href, "Voir le solde"),))


def realised(action: Action, totals: Totals) -> str:
    """`36,98 %`, once something was confirmed (ACT-3)."""
    planned = action.planned_hours * action.terms.headcount
    return percent(action.realised if action.realised is not None else totals.hours / planned if planned else Decimal(0))
