"""What is told of requests, of the Region's answers, and of amendments."""

from typing import Any

from contracts import requests as events
from contracts.codes import RequestObject

from .row import AGENTS, HOLDER, Figures, Notice, Told

REQUEST, TO_ANSWER = "/actions/{contract}/demandes/{request}", "/region/demandes/{contract}/{request}"
TRAINERS = "/actions/{contract}/formateurs"


def _about(object_: RequestObject, trainee: object) -> Figures:
    """`trainee` stands beside it too: whose names a sentence needs is found there."""
    return {"about": {"object": object_, "trainee": trainee}, "trainee": trainee}


def _asked(event: events.ChangeRequested) -> Figures:
    change = event.change
    trainee = change.trainee_id if isinstance(change, events.RequestedSheet) else None
    return {"request": event.request_id, **_about(change.object, trainee)}


def _answered(event: Any) -> Figures:
    return {"request": event.request_id, **_about(event.object, event.trainee_id)}


def _page(event: events.RequestGranted) -> str:
    """Where what a grant unlocked is saved."""
    pages = {RequestObject.TRAINEE: f"stagiaires/{event.trainee_id}", RequestObject.TRAINERS: "formateurs"}
    return pages.get(event.object, "dates")


def _amendment(event: events.ContractAmended) -> Figures:
    dates = {"start": event.planned_start, "end": event.planned_end, "start_before": event.start_before, "end_before": event.end_before}
    return {"request": event.request_id, "number": event.number, **dates}


def _amended(figures: Figures) -> str:
    moved = [name for name in ("start", "end") if figures[name] != figures[f"{name}_before"]]
    worded = {
        "start": "début prévu le {start:date} au lieu du {start_before:date}",
        "end": "fin prévue le {end:date} au lieu du {end_before:date}",
    }
    return "Avenant n°\u00a0{number} : " + ", ".join(worded[name] for name in moved)


def _is_applied(event: events.RequestGranted) -> bool:
    """An amendment is told by itself."""
    return event.applied and event.object is not RequestObject.PLANNED_DATES


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ChangeRequested,
        line="Modification demandée à la Région : {about:about}",
        figures=_asked,
        notices=(
            Notice(
                AGENTS,
                "request_to_answer",
                "wait",
                "Demande de modification",
                "{organisation}, {action} : {about:about}.",
                "Examiner la demande",
                TO_ANSWER,
            ),
            Notice(
                HOLDER,
                "request_sent",
                "wait",
                "Demande envoyée à la Région",
                "{action} : {about:about}. La réponse s’affichera ici.",
                "Voir la demande",
                REQUEST,
            ),
        ),
    ),
    Told(
        events.RequestWithdrawn,
        line="Demande de modification retirée : {about:about}",
        figures=_answered,
        notices=(
            Notice(
                AGENTS,
                "request_withdrawn",
                "info",
                "Demande retirée",
                "{organisation}, {action} : {about:about}, plus rien n’est demandé.",
                "Voir la demande",
                TO_ANSWER,
            ),
        ),
    ),
    Told(
        events.RequestRefused,
        line="Demande de modification refusée : {about:about}",
        figures=_answered,
        notices=(
            Notice(
                HOLDER,
                "request_refused",
                "bad",
                "Demande refusée par la Région",
                "{action} : {about:about}.",
                "Lire le motif",
                REQUEST,
            ),
        ),
    ),
    Told(
        events.RequestGranted,
        line="Demande de modification accordée : {about:about}",
        figures=_answered,
        notices=(
            Notice(
                HOLDER,
                "request_granted",
                "ok",
                "Demande accordée par la Région",
                "{action} : {about:about}. Il vous reste à enregistrer la modification, une fois.",
                "Enregistrer la modification",
                "/actions/{contract}/{page}",
                figures=lambda event: {**_answered(event), "page": _page(event)},
                when=lambda event: not event.applied,
            ),
            Notice(
                HOLDER,
                "request_applied",
                "ok",
                "Demande accordée et appliquée par la Région",
                "{action} : {about:about}. Rien ne reste à faire.",
                "Voir la demande",
                REQUEST,
                when=_is_applied,
            ),
        ),
    ),
    Told(
        events.UnlockingTakenBack,
        line="De nouveau verrouillé, sans changement : {about:about}",
        figures=lambda event: _about(event.object, event.trainee_id),
        notices=(
            Notice(
                HOLDER,
                "unlocking_taken_back",
                "warn",
                "La Région a repris son accord",
                "{action} : {about:about}, de nouveau verrouillé sans changement.",
                "Voir l’action",
                "/actions/{contract}",
            ),
        ),
    ),
    Told(
        events.TrainersUnlocked,
        line="Formateurs déverrouillés",
        notices=(
            Notice(
                HOLDER,
                "trainers_unlocked",
                "info",
                "Formateurs déverrouillés",
                "{action} : vous pouvez modifier une fois la liste des formateurs.",
                "Modifier la liste",
                TRAINERS,
                when=lambda event: event.request_id is None,
            ),
        ),
    ),
    Told(
        events.TrainersChanged,
        line="Liste des formateurs enregistrée, {trainers:plural formateur}",
        figures=lambda event: {"trainers": len(event.trainers)},
    ),
    Told(
        events.ContractAmended,
        line=_amended,
        figures=_amendment,
        notices=(
            Notice(
                HOLDER,
                "contract_amended",
                "ok",
                "Demande accordée : avenant n°\u00a0{number}",
                "{action} : dates prévues du {start:date} au {end:date}.",
                "Voir les dates",
                "/actions/{contract}/dates",
            ),
        ),
    ),
)
