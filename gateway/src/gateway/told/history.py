"""Who did what on an action, latest first (ACC-8): what explains a figure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from asyncpg import Pool

from contracts import actions, billing, codes, declarations, surveys
from contracts.message import Event
from contracts.month import paris_day
from gateway.web.people import names_of_trainees
from gateway.words.french import NBSP, date_long, hours, money, month, months, plural
from gateway.words.labels import label

Figures = Mapping[str, Any]
MOST = 2_000
"""How many acts are read: an action has some hundreds."""


@dataclass(frozen=True, slots=True)
class Act:
    """What happened, when, and who did it; `who` is empty when the log names nobody."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A row of the table `history`, as it was told."""

    at: datetime
    who: str
    type: str
    figures: Figures


async def load_history(db: Pool, contract_number: str, *, only: tuple[type[Event], ...] = ()) -> list[Act]:
    """The acts on the action, latest first; those of some kinds only, when they are named."""
    rows = await db.fetch(
        """
        SELECT h.at, h.type, h.role, h.figures, p.body->>'name' AS name
        FROM history h
        LEFT JOIN accounts a ON a.user_id::text = h.actor
        LEFT JOIN people p ON p.id = a.person
        WHERE h.key = $1 AND h.type = ANY($2) ORDER BY h.at DESC, h.type, h.event_id LIMIT $3
        """,
        contract_number,
        [kind.TYPE for kind in only] or list(_TYPES),
        MOST,
    )
    people = await names_of_trainees(db, contract_number)
    told = [_Told(row["at"], _who(row["role"], row["name"]), row["type"], json.loads(row["figures"])) for row in rows]
    return [_act(list(group), people) for _, group in groupby(told, key=_together)]


def _together(told: "_Told") -> object:
    """Acts that read as one: a month's lines saved on one day by one person, and entries on one day."""
    day = paris_day(told.at)
    match told.type:
        case declarations.LineSaved.TYPE:
            return told.type, told.who, day, told.figures["month"]
        case actions.TraineeEntered.TYPE:
            return told.type, told.who, day, told.figures["on"]
    return told.at, told.type, json.dumps(told.figures)


def _act(group: list["_Told"], people: Mapping[str, str]) -> Act:
    told = group[0]
    trainees = {found.figures.get("trainee") for found in group}
    if len(trainees) > 1 and told.type in TOGETHER:
        what = TOGETHER[told.type]({**told.figures, "trainees": len(trainees)})
    else:
        what = _what(told.type, told.figures, people)
    return Act(told.at, told.who, what)


def _who(role: str | None, name: str | None) -> str:
    if role == "agent":
        return f"{name}, pour la Région" if name else "Un agent de la Région"
    return name or {"finance": "Le système financier de la Région", "organisation": "L’organisme"}.get(role or "", "")


def _what(kind: str, figures: Figures, people: Mapping[str, str]) -> str:
    named = {**figures, "person": people.get(str(figures.get("trainee")), "un stagiaire")}
    return _TYPES[kind](named)


def _invoice(figures: Figures) -> str:
    number = f"Facture n°{NBSP}{figures['number']}" if figures.get("number") else "Facture de solde"
    return f"{number} confirmée : {months(figures['months']) if figures['months'] else 'aucun mois'}, {money(figures['including_tax'])}"


def _confirmed(figures: Figures) -> str:
    again = " de nouveau" if figures["again"] else ""
    return (
        f"{month(figures['month']).capitalize()} confirmé{again} : {hours(figures['centre'])} en centre, "
        f"{hours(figures['company'])} en entreprise"
    )


def _exit(figures: Figures) -> str:
    if not figures["on"]:
        return f"Sortie de {figures['person']} retirée"
    reason = f", {label(figures['reason'], codes.ExitReason).lower()}" if figures.get("reason") else ""
    return f"Sortie de {figures['person']} le {date_long(figures['on'])}{reason}"


SENTENCES: Mapping[type[Event], Callable[[Figures], str]] = {
    actions.ActionAwarded: lambda f: f"Action attribuée, {money(f['amount'])}, {plural(f['headcount'], 'stagiaire')} au plus",
    actions.ContractReplaced: lambda f: f"Contrat remplacé, {money(f['amount'])}, {plural(f['headcount'], 'stagiaire')} au plus",
    actions.ActionWithdrawn: lambda _: "Contrat retiré",
    actions.DatesValidated: lambda f: f"Dates validées, {plural(f['periods'], 'période')}",
    actions.DatesUnlocked: lambda _: "Dates déverrouillées",
    actions.TraineeRegistered: lambda f: f"{f['person']} : inscription, fiche {'complète' if f['complete'] else 'incomplète'}",
    actions.TraineeChanged: lambda f: f"{f['person']} : fiche modifiée, {'complète' if f['complete'] else 'incomplète'}",
    actions.TraineeUnlocked: lambda f: f"{f['person']} : fiche déverrouillée",
    actions.TraineeRemoved: lambda f: f"{f['person']} : inscription supprimée",
    actions.TraineeNeverCame: lambda f: f"{f['person']} n’est jamais venu",
    actions.EntryDatesConfirmed: lambda f: f"Dates d’entrée confirmées, {plural(f['trainees'], 'stagiaire')}",
    actions.TraineeEntered: lambda f: f"{f['person']} : entrée en formation le {date_long(f['on'])}",
    actions.TrainersConfirmed: lambda _: "Formateurs confirmés",
    actions.ActionOpened: lambda f: f"Action ouverte le {date_long(f['on'])}, paiement : {label(f['frequency'], codes.Frequency).lower()}",
    actions.ActionNotOpened: lambda f: f"Non-ouverture : {label(f['reason'], codes.NonOpeningReason).lower()}",
    actions.ActionClosed: lambda f: f"Action clôturée au {date_long(f['on'])}",
    declarations.LineSaved: lambda f: f"{month(f['month']).capitalize()} : heures de {f['person']} saisies",
    declarations.TraineeExited: _exit,
    declarations.TraineeExitChanged: _exit,
    declarations.MonthConfirmed: _confirmed,
    declarations.MonthReopened: lambda f: f"{month(f['month']).capitalize()} rouvert, à corriger jusqu’au {date_long(f['correct_by'])}",
    billing.InvoiceIssued: _invoice,
    billing.InvoiceAccepted: lambda f: f"Facture acceptée par {label(f['decided_by'], codes.DecidedBy)}",
    billing.InvoiceRejected: lambda f: f"Facture rejetée, {label(f['code'], codes.RejectionCode).lower()}",
    billing.PaymentRecorded: lambda f: f"Paiement de {money(f['amount'])}, référence {f['reference']}",
    surveys.ExitSurveyRecorded: lambda f: f"{f['person']} : fiche de suivi à la sortie remplie",
    surveys.ReportSubmitted: lambda _: "Bilan pédagogique envoyé",
    surveys.ReportAcknowledged: lambda _: "Réception du bilan accusée",
}
"""How each act reads. What was refused (`AskRefused`) changed nothing: its author read why."""
TOGETHER: Mapping[str, Callable[[Figures], str]] = {
    declarations.LineSaved.TYPE: lambda f: f"{month(f['month']).capitalize()} : heures de {plural(f['trainees'], 'stagiaire')} saisies",
    actions.TraineeEntered.TYPE: lambda f: f"{plural(f['trainees'], 'stagiaire')} en formation depuis le {date_long(f['on'])}",
}
"""How several acts of one kind read as one."""
_TYPES: dict[str, Callable[[Figures], str]] = {kind.TYPE: words for kind, words in SENTENCES.items()}
