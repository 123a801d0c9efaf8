"""What is told of requests, of the Region's answers, and of amendments."""

from typing import Any

from contracts import requests as events
from contracts.codes import RequestObject

from .row import AGENTS, HOLDER, Figures, Notice, Told

REQUEST, TO_ANSWER = "/actions/{contract}/demandes/{request}", "/region/demandes/{contract}/{request}"
TRAINERS = "/actions/{contract}/formateurs"


def _about(object_: RequestObject, trainee: object) -> Figures:
    """`trainee` stands beside it too: it is what the act is about, and whose name the sentence needs."""
    return {"about": {"object": object_, "trainee": trainee}, "trainee": trainee}


def _asked(event: events.ChangeRequested) -> Figures:
    change = event.change
    figures = _about(change.object, change.trainee_id if isinstance(change, events.RequestedSheet) else None)
    if isinstance(change, events.PlannedDatesChange):
        figures = {**figures, "asked_start": change.planned_start, "asked_end": change.planned_end}
    return {**figures, "text": event.reason.id}


def _request(figures: Figures) -> str:
    dates = ", du {asked_start:date} au {asked_end:date}" if figures.get("asked_end") else ""
    return "Modification demandée à la Région : {about:about}" + dates


def _answered(event: Any) -> Figures:
    return _about(event.object, event.trainee_id)


def _refused(event: events.RequestRefused) -> Figures:
    return {**_answered(event), "text": event.reason.id}


def _linked(event: Any) -> Figures:
    """What a notice says: and of which request, for its link."""
    figures = _asked(event) if isinstance(event, events.ChangeRequested) else _answered(event)
    return {"request": event.request_id, "about": figures["about"], "trainee": figures["trainee"]}


def _granted(event: events.RequestGranted) -> Figures:
    """And where what the grant unlocked is saved."""
    pages = {RequestObject.TRAINEE: f"stagiaires/{event.trainee_id}", RequestObject.TRAINERS: "formateurs"}
    return {**_linked(event), "page": pages.get(event.object, "dates")}


def _amendment(event: events.ContractAmended) -> Figures:
    return {
        "number": event.number,
        "planned_start": event.planned_start,
        "planned_end": event.planned_end,
        "periods": event.periods,
    }


def _is_applied(event: events.RequestGranted) -> bool:
    """An amendment is told by itself."""
    return event.applied and event.object is not RequestObject.PLANNED_DATES


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ChangeRequested,
        line=_request,
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
                figures=_linked,
            ),
            Notice(
                HOLDER,
                "request_sent",
                "wait",
                "Demande envoyée à la Région",
                "{action} : {about:about}. La réponse s’affichera ici.",
                "Voir la demande",
                REQUEST,
                figures=_linked,
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
                figures=_linked,
            ),
        ),
    ),
    Told(
        events.RequestRefused,
        line="Demande de modification refusée : {about:about}",
        figures=_refused,
        notices=(
            Notice(
                HOLDER,
                "request_refused",
                "bad",
                "Demande refusée par la Région",
                "{action} : {about:about}.",
                "Lire le motif",
                REQUEST,
                figures=_linked,
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
                figures=_granted,
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
                figures=_linked,
                when=_is_applied,
            ),
        ),
    ),
    Told(
        events.UnlockingTakenBack,
        line="De nouveau verrouillé, sans changement : {about:about}",
        figures=_answered,
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
        figures=lambda event: {"text": event.reason.id},
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
        line="Avenant n°\u00a0{number} : dates prévues du {planned_start:date} au {planned_end:date}",
        figures=_amendment,
        notices=(
            Notice(
                HOLDER,
                "contract_amended",
                "ok",
                "Demande accordée : avenant n°\u00a0{number}",
                "{action} : dates prévues du {planned_start:date} au {planned_end:date}.",
                "Voir les dates",
                "/actions/{contract}/dates",
            ),
        ),
    ),
)
