"""What is told of an action's contract, dates, trainees, trainers, opening and closing."""

from typing import Any

from contracts import actions as events

from .row import AGENTS, HOLDER, Figures, Notice, Together, Told

ACTION, DATES, REGION = "/actions/{contract}", "/actions/{contract}/dates", "/region/actions/{contract}"


def _contract(event: events.ActionAwarded) -> Figures:
    terms = event.terms
    return {
        "siret": terms.organisation.siret,
        "planned_start": terms.planned_start,
        "planned_end": terms.planned_end,
        "headcount": terms.headcount,
        "amount": terms.centre.price + terms.company.price,
    }


def _import(event: events.ContractsImported) -> Figures:
    return {"awarded": len(event.awarded), "known": len(event.known), "replaced": len(event.replaced), "check_only": event.check_only}


def _trainee(event: Any) -> Figures:
    return {"trainee": event.trainee_id}


def _sheet(event: events.TraineeRegistered) -> Figures:
    return {"trainee": event.trainee_id, "complete": event.complete, "paid_by": event.paid_by}


def _without_a_request(event: events.DatesUnlocked | events.TraineeUnlocked) -> bool:
    """Whoever asked for it is told that it is granted."""
    return event.request_id is None


def _whole(figures: Figures) -> str:
    return "complète" if figures["complete"] else "incomplète"


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ActionAwarded,
        line="Action attribuée, {amount:ht}, {headcount:plural stagiaire} au plus",
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
        events.ContractReplaced,
        line="Contrat remplacé, {amount:ht}, {headcount:plural stagiaire} au plus",
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
        events.ActionWithdrawn,
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
    Told(events.ContractsImported, figures=_import),
    Told(
        events.DatesValidated,
        line="Dates validées, {periods:plural période}",
        figures=lambda event: {"periods": len(event.periods)},
    ),
    Told(
        events.DatesUnlocked,
        line="Dates déverrouillées",
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
        figures=_trainee,
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
    Told(events.TraineeNeverCame, line="{trainee:person} n’est jamais venu", figures=_trainee),
    Told(
        events.EntryDatesConfirmed,
        line="Dates d’entrée confirmées, {trainees:plural stagiaire}",
        figures=lambda event: {"trainees": len(event.entries)},
    ),
    Told(
        events.TraineeEntered,
        line="{trainee:person} : entrée en formation le {on:date}",
        figures=lambda event: {"trainee": event.trainee_id, "on": event.entered_on},
        together=Together("on", "{trainees:plural stagiaire} en formation depuis le {on:date}"),
    ),
    Told(events.TrainersConfirmed, line="Formateurs confirmés"),
    Told(
        events.ActionOpened,
        line="Action ouverte le {on:date}, paiement : {frequency:Frequency}",
        figures=lambda event: {"on": event.actual_start, "frequency": event.frequency},
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
        line="Action clôturée au {on:date}",
        figures=lambda event: {"on": event.actual_end},
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
    # What was refused changed nothing: its author read why.
    Told(events.AskRefused, figures=lambda event: {"asked": event.asked, "codes": [fault.code for fault in event.faults]}),
)
