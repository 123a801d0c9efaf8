"""What is told of an action's contract, dates, trainees, trainers, opening and closing."""

from typing import Any

from contracts import actions as events
from contracts import awards

from .row import AGENTS, HOLDER, Figures, Notice, Told

ACTION, DATES, REGION = "/actions/{contract}", "/actions/{contract}/dates", "/region/actions/{contract}"


def _contract(event: awards.ActionAwarded) -> Figures:
    terms = event.terms
    return {
        "title": terms.title,
        "siret": terms.organisation.siret,
        "planned_start": terms.planned_start,
        "planned_end": terms.planned_end,
        "periods": terms.periods,
        "headcount": terms.headcount,
        "paid_headcount": terms.paid_headcount,
        "centre_planned": terms.centre.hours,
        "centre_rate": terms.centre.rate,
        "company_planned": terms.company.hours,
        "company_rate": terms.company.rate,
        "price": terms.centre.price + terms.company.price,
        "trainers": len(event.trainers),
    }


def _trainee(event: Any) -> Figures:
    return {"trainee": event.trainee_id}


def _unlocked(event: events.TraineeUnlocked) -> Figures:
    return {"trainee": event.trainee_id, "text": event.reason.id}


def _sheet(event: events.TraineeRegistered) -> Figures:
    """What the log says of it: what is personal is kept as it is now, and as it was nowhere (PRV-1)."""
    return {
        "trainee": event.trainee_id,
        "complete": event.complete,
        "paid_by": event.paid_by,
        "entry_level": event.entry_level,
        "age_bracket": event.age_bracket,
        "planned_entry": event.planned_entry,
        **(_pathway(event.pathway) if event.pathway else {}),
    }


def _pathway(pathway: events.PathwayPlan) -> Figures:
    return {
        "pathway_centre": pathway.centre,
        "pathway_company": pathway.company,
        "pathway_start": pathway.planned_start,
        "pathway_end": pathway.planned_end,
        "pathway_periods": pathway.periods,
    }


def _entries(event: events.EntryDatesConfirmed) -> list[Figures]:
    return [{"trainee": entry.trainee_id, "entered_on": entry.entered_on} for entry in event.entries]


def _entry(figures: Figures) -> str:
    if figures["entered_on"]:
        return "{trainee:person} : entrée le {entered_on:date}, confirmée avant l’ouverture"
    return "{trainee:person} n’est jamais venu"


def _without_a_request(event: events.DatesUnlocked | events.TraineeUnlocked) -> bool:
    """Whoever asked for it is told that it is granted."""
    return event.request_id is None


def _whole(figures: Figures) -> str:
    return "complète" if figures["complete"] else "incomplète"


ROWS: tuple[Told[Any], ...] = (
    Told(
        awards.ActionAwarded,
        line="Action attribuée, {price:ht}, {headcount:plural stagiaire} au plus",
        figures=_contract,
        notices=(
            Notice(
                HOLDER,
                "action_awarded",
                "info",
                "Nouvelle action attribuée",
                "{action}, contrat {contract}.",
                "Préparer l’action",
                ACTION,
            ),
        ),
    ),
    Told(
        awards.ContractReplaced,
        line="Contrat remplacé, {price:ht}, {headcount:plural stagiaire} au plus",
        figures=_contract,
        notices=(
            Notice(
                HOLDER,
                "contract_replaced",
                "info",
                "Contrat remplacé",
                "{action} : la Région a changé le contrat {contract}.",
                "Voir l’action",
                ACTION,
            ),
        ),
    ),
    Told(
        awards.ActionWithdrawn,
        line="Contrat retiré",
        notices=(
            Notice(
                HOLDER,
                "action_withdrawn",
                "warn",
                "Contrat retiré",
                "{action} : la Région a repris le contrat {contract}.",
                "Voir l’action",
                ACTION,
            ),
        ),
    ),
    Told(
        events.DatesValidated,
        line="Dates et périodes validées",
        figures=lambda event: {"periods": event.periods},
    ),
    Told(
        events.DatesUnlocked,
        line="Dates déverrouillées",
        figures=lambda event: {"text": event.reason.id},
        notices=(
            Notice(
                HOLDER,
                "dates_unlocked",
                "info",
                "Dates déverrouillées",
                "{action} : vous pouvez modifier une fois les dates et les périodes.",
                "Modifier les dates",
                DATES,
                when=_without_a_request,
            ),
        ),
    ),
    Told(events.TraineeRegistered, line=lambda f: "{trainee:person} : inscription, fiche " + _whole(f), figures=_sheet),
    Told(events.TraineeChanged, line=lambda f: "{trainee:person} : fiche modifiée, " + _whole(f), figures=_sheet),
    Told(
        events.TraineeUnlocked,
        line="{trainee:person} : fiche déverrouillée",
        figures=_unlocked,
        notices=(
            Notice(
                HOLDER,
                "trainee_unlocked",
                "info",
                "Fiche déverrouillée",
                "{action} : vous pouvez modifier une fois la fiche de {trainee:person}.",
                "Modifier la fiche",
                "/actions/{contract}/stagiaires/{trainee}",
                when=_without_a_request,
            ),
        ),
    ),
    Told(events.TraineeRemoved, line="{trainee:person} : inscription supprimée", figures=_trainee),
    Told(
        events.TraineeNeverCame,
        line="{trainee:person} n’est jamais venu",
        figures=lambda event: {"trainee": event.trainee_id, "entered_on": None},
    ),
    Told(events.EntryDatesConfirmed, line=_entry, several=_entries),
    Told(
        events.TraineeEntered,
        line="{trainee:person} : entrée en formation le {entered_on:date}",
        figures=lambda event: {"trainee": event.trainee_id, "entered_on": event.entered_on},
    ),
    Told(events.TrainersConfirmed, line="Formateurs confirmés"),
    Told(
        events.ActionOpened,
        line="Action ouverte le {actual_start:date}, paiement : {frequency:Frequency}",
        figures=lambda event: {"actual_start": event.actual_start, "frequency": event.frequency},
        notices=(
            Notice(
                AGENTS,
                "action_opened",
                "info",
                "Action ouverte",
                "{action}, {organisation} : ouverte le {start:date}.",
                "Voir l’action",
                REGION,
                figures=lambda event: {"start": event.actual_start},
            ),
        ),
    ),
    Told(
        events.ActionNotOpened,
        line="Non-ouverture : {reason:NonOpeningReason}",
        figures=lambda event: {"reason": event.reason},
        notices=(
            Notice(
                AGENTS,
                "action_not_opened",
                "warn",
                "Action non ouverte",
                "{action}, {organisation} : {reason:NonOpeningReason}.",
                "Voir l’action",
                REGION,
            ),
        ),
    ),
    Told(
        events.ActionClosed,
        line="Action clôturée au {actual_end:date}",
        figures=lambda event: {"actual_end": event.actual_end},
        notices=(
            Notice(
                AGENTS,
                "action_closed",
                "info",
                "Action clôturée",
                "{action}, {organisation} : terminée le {end:date}.",
                "Voir l’action",
                REGION,
                figures=lambda event: {"end": event.actual_end},
            ),
        ),
    ),
)
