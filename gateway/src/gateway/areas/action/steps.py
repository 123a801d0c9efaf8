"""The nine steps of an action as they read on top of each of its pages: a word and a tone."""

from dataclasses import dataclass

from gateway.words.french import date_short, month, plural

from .life import Life
from .tone import Tone

Word = tuple[str, Tone]
NOT_YET: Word = ("Pas encore", "later")


@dataclass(frozen=True, slots=True)
class Step:
    """One of the nine steps."""

    key: str
    name: str
    word: str
    tone: Tone
    href: str


def steps(life: Life) -> tuple[Step, ...]:
    """The nine steps, as they stand."""
    worded = (
        ("dates", "Dates", _dates(life), "dates"),
        ("trainees", "Stagiaires", _trainees(life), "stagiaires"),
        ("trainers", "Formateurs", _trainers(life), "formateurs"),
        ("opening", "Ouverture", _opening(life), "ouverture"),
        ("declarations", "Déclarations", _declarations(life), "declarations"),
        ("billing", "Facturation", _billing(life), "facturation"),
        ("closing", "Clôture", _closing(life), "cloture"),
        ("report", "Bilan", _report(life), "bilan"),
        ("balance", "Solde", _balance(life), "solde"),
    )
    return tuple(Step(key, name, word, tone, f"{life.action.path}/{page}") for key, name, (word, tone), page in worded)


def _dates(life: Life) -> Word:
    return ("Validées", "ok") if life.action.dates_validated else ("À valider", "todo")


def _trainees(life: Life) -> Word:
    action = life.action
    if action.incomplete:
        return plural(action.incomplete, "incomplète"), "warn"
    return (f"{action.registered} sur {action.terms.headcount}", "ok") if action.registered else ("À inscrire", "todo")


def _trainers(life: Life) -> Word:
    if life.action.trainers_unlocked:
        return "À modifier", "todo"
    return ("Confirmés", "ok") if life.action.trainers_confirmed_at else ("À confirmer", "todo")


def _opening(life: Life) -> Word:
    if life.opening == "not_opened":
        return "Non ouverte", "bad"
    if life.opening == "opened":
        return "Ouverte", "ok"
    return ("Bloquée", "warn") if life.action.lacking else ("À ouvrir", "todo")


def _declarations(life: Life) -> Word:
    if not life.running:
        return NOT_YET
    if life.reopened:
        return "À corriger", "bad"
    if life.next_month is None:
        return ("À venir", "later") if life.undeclared else ("Toutes confirmées", "ok")
    name = month(life.next_month.month).rsplit(" ", 1)[0].capitalize()
    return f"{name} à {'confirmer' if life.next_month.can_be_confirmed(life.today) else 'saisir'}", "todo"


def _billing(life: Life) -> Word:
    action = life.action
    if not life.running:
        return NOT_YET
    if action.rejected_open:
        return plural(action.rejected_open, "rejetée"), "bad"
    if life.offers:
        return "À facturer", "todo"
    if action.issued:
        return plural(action.issued, "en attente", "en attente"), "wait"
    return (plural(action.accepted, "acceptée"), "ok") if action.accepted else NOT_YET


def _closing(life: Life) -> Word:
    if not life.running:
        return NOT_YET
    match life.closing:
        case "closed":
            return "Clôturée", "ok"
        case "ready":
            return "À clôturer", "todo"
        case "held_up":
            return plural(life.action.inside, "sortie à saisir", "sorties à saisir"), "todo"
    ends = life.action.closes_on or life.action.planned_end
    return (f"Dès le {date_short(ends)}" if life.today < ends else "Après les mois", "later")


def _report(life: Life) -> Word:
    if not life.running:
        return NOT_YET
    match life.report:
        case "acknowledged":
            return "Reçu", "ok"
        case "submitted":
            return "Envoyé", "wait"
        case "ready":
            return "À envoyer", "todo"
        case "incomplete":
            return plural(life.surveys_missing, "fiche"), "todo"
    return NOT_YET


def _balance(life: Life) -> Word:
    if not life.running:
        return NOT_YET
    match life.balance:
        case "offered":
            return "À confirmer", "todo"
        case "issued":
            return "En attente", "wait"
        case "accepted":
            return "Accepté", "ok"
        case "paid":
            return "Payé", "ok"
        case "rejected":
            return "Rejeté", "bad"
    return NOT_YET
