"""What is told of requests, of their answers and of amendments."""

from typing import Any

from contracts import requests as events

from .row import Figures, Told


def _object(event: Any) -> Figures:
    return {"object": event.object, "trainee": event.trainee_id}


ROWS: tuple[Told[Any], ...] = (
    Told(events.ChangeRequested, line="Modification demandée à la Région", figures=lambda event: {"object": event.change.object}),
    Told(events.RequestWithdrawn, line="Demande de modification retirée", figures=_object),
    Told(events.RequestRefused, line="Demande de modification refusée", figures=_object),
    Told(events.RequestGranted, line="Demande de modification acceptée", figures=_object),
    Told(events.UnlockingTakenBack, line="Déverrouillage repris", figures=_object),
    Told(events.TrainersUnlocked, line="Formateurs déverrouillés"),
    Told(
        events.TrainersChanged,
        line="Liste des formateurs modifiée, {trainers:plural formateur}",
        figures=lambda event: {"trainers": len(event.trainers)},
    ),
    Told(
        events.ContractAmended,
        line="Avenant n° {number} : du {start:date} au {end:date}",
        figures=lambda event: {"number": event.number, "start": event.planned_start, "end": event.planned_end},
    ),
)
