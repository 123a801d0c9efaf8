"""From a notification (kind and figures) to what a person reads: a title, a sentence, a link to where something can be done.

Figures are written as French readers expect them: `{amount:money}`, `{months:months}`, `{invoice:invoice}`, `{trainee:person}`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

from contracts.codes import InvoiceKind, NonOpeningReason, RejectionCode
from gateway.words.french import FORMATS, NBSP, months
from gateway.words.labels import label

Tone = Literal["ok", "warn", "bad", "wait", "info"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """How one kind reads: `path` leads to `link`; `action` is the action's title, `contract` its number."""

    tone: Tone
    title: str
    text: str
    link: str
    path: str


def _invoice(value: Mapping[str, Any]) -> str:
    return "Facture de solde" if value["kind"] == InvoiceKind.BALANCE else f"Facture n°{NBSP}{value['number']}"


OWN_FORMATS: Mapping[str, Callable[[Any], str]] = {
    **FORMATS,
    "months": lambda value: months(value) if value else "aucun mois",
    "invoice": _invoice,
    "non_opening": lambda value: label(value, NonOpeningReason).lower(),
    "rejection": lambda value: label(value, RejectionCode).lower(),
}


class _French(Formatter):
    def __init__(self, people: Mapping[str, str]) -> None:
        self._people = people

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "person":
            return self._people.get(str(value), "un stagiaire")
        return OWN_FORMATS[format_spec](value) if format_spec else str(value)


ACTION, DATES = "/actions/{contract}", "/actions/{contract}/dates"
INVOICE, TO_DECIDE = "/actions/{contract}/factures/{invoice_id}", "/region/factures/{invoice_id}"
REGION, REPORT = "/region/actions/{contract}", "/region/bilans/{contract}"

SENTENCES: Mapping[str, Sentence] = {
    "action_awarded": Sentence("info", "Nouvelle action attribuée", "{action}, contrat {contract}.", "Préparer l’action", ACTION),
    "contract_replaced": Sentence(
        "info", "Contrat remplacé", "{action} : la Région a changé le contrat {contract}.", "Voir l’action", ACTION
    ),
    "action_withdrawn": Sentence("warn", "Contrat retiré", "{action} : la Région a repris le contrat {contract}.", "Voir l’action", ACTION),
    "dates_unlocked": Sentence(
        "info", "Dates déverrouillées", "{action} : vous pouvez modifier une fois les dates et les périodes.", "Modifier les dates", DATES
    ),
    "trainee_unlocked": Sentence(
        "info",
        "Fiche déverrouillée",
        "{action} : vous pouvez modifier une fois la fiche de {trainee:person}.",
        "Modifier la fiche",
        "/actions/{contract}/stagiaires/{trainee}",
    ),
    "window_opens": Sentence(
        "warn",
        "Confirmation ouverte",
        "{action} : {months:months}, jusqu’au {until:date}.",
        "Saisir le mois",
        "/actions/{contract}/declarations/{months[0]}",
    ),
    "window_closes": Sentence(
        "warn",
        "Il reste trois jours pour confirmer",
        "{action} : {months:months}, jusqu’au {until:date}.",
        "Saisir le mois",
        "/actions/{contract}/declarations/{months[0]}",
    ),
    "month_reopened": Sentence(
        "bad",
        "Mois à corriger",
        "{action} : {month:month} est rouvert, à confirmer de nouveau jusqu’au {correct_by:date}.",
        "Corriger le mois",
        "/actions/{contract}/declarations/{month}",
    ),
    "survey_due": Sentence(
        "info",
        "Fiche de suivi à remplir",
        "{action} : {trainee:person}, sortie le {exit:date}.",
        "Remplir la fiche",
        "/actions/{contract}/enquetes/sortie/{trainee}",
    ),
    "invoice_accepted": Sentence(
        "ok", "{invoice:invoice} acceptée", "{action}, {months:months} : {amount:money}.", "Voir la facture", INVOICE
    ),
    "invoice_rejected": Sentence(
        "bad",
        "{invoice:invoice} rejetée",
        "{action}, {months:months} : {code:rejection}. Correction possible jusqu’au {correct_by:date}.",
        "Lire le motif",
        INVOICE,
    ),
    "invoice_paid": Sentence(
        "ok", "{invoice:invoice} payée", "{action}, {months:months} : {amount:money}, le {paid_on:date}.", "Voir la facture", INVOICE
    ),
    "invoice_partly_paid": Sentence(
        "ok",
        "{invoice:invoice} payée en partie",
        "{action}, {months:months} : {paid:money} le {paid_on:date}, reste {remaining:money}.",
        "Voir la facture",
        INVOICE,
    ),
    "report_acknowledged": Sentence(
        "ok", "Bilan reçu par la Région", "{action} : la Région accuse réception du bilan pédagogique.", "Voir l’action", ACTION
    ),
    # Agents
    "action_opened": Sentence("info", "Action ouverte", "{action}, {organisation} : ouverte le {start:date}.", "Voir l’action", REGION),
    "action_not_opened": Sentence(
        "warn", "Action non ouverte", "{action}, {organisation} : {reason:non_opening}.", "Voir l’action", REGION
    ),
    "action_closed": Sentence("info", "Action clôturée", "{action}, {organisation} : terminée le {end:date}.", "Voir l’action", REGION),
    "invoice_to_decide": Sentence(
        "wait", "Facture à décider", "{organisation}, {action} : {invoice:invoice}, {months:months}, {amount:money}.", "Décider", TO_DECIDE
    ),
    "invoice_accepted_by_finance": Sentence(
        "ok",
        "Facture acceptée par le système financier",
        "{organisation}, {action} : {invoice:invoice}, {months:months}, {amount:money}.",
        "Voir la facture",
        TO_DECIDE,
    ),
    "invoice_rejected_by_finance": Sentence(
        "warn",
        "Facture rejetée par le système financier",
        "{organisation}, {action} : {invoice:invoice}, {months:months} : {code:rejection}.",
        "Voir la facture",
        TO_DECIDE,
    ),
    "report_submitted": Sentence(
        "wait", "Bilan pédagogique envoyé", "{organisation}, {action} : la réception est à accuser.", "Accuser réception", REPORT
    ),
}
"""By kind, as `projections` writes them."""


def read(kind: str, figures: Mapping[str, Any], people: Mapping[str, str]) -> Sentence:
    """The sentence of a notification, its braces filled; `people` gives the names of the trainees that it may mention.

    Raises KeyError for a kind that nobody words.
    """
    french, words = _French(people), SENTENCES[kind]
    return Sentence(
        words.tone,
        french.format(words.title, **figures),
        french.format(words.text, **figures),
        words.link,
        french.format(words.path, **figures),
    )
