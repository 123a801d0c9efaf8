"""Requests to the Region as the pages of an action mention them, and amendments (REQ-1 to REQ-4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from contracts.codes import RequestObject
from contracts.month import paris_day
from gateway.web.values import LONGEST, Values

from .tone import Tone

WHY = "motif"
"""The field in which an organisation says why it asks."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request, and what became of it; what it asks is in `queries.requests.Request`."""

    request_id: UUID
    object: RequestObject
    trainee_id: UUID | None
    """Whose sheet, when it is about one; `trainee` is their name, empty once it is erased."""
    trainee: str
    state: Literal["open", "granted", "refused", "withdrawn"]
    asked_at: datetime
    answered_at: datetime | None
    applied: bool
    """Granted, and the change was made at once."""
    taken_back: bool
    """Granted, and locked again before anything was changed."""
    unlocks: bool
    """Granted, and the one change is still to be saved."""
    refusal: str | None

    @property
    def is_open(self) -> bool:
        """Whether the Region has yet to answer."""
        return self.state == "open"

    @property
    def asked_on(self) -> date:
        """The day on which the Region received it."""
        return paris_day(self.asked_at)

    @property
    def name(self) -> str:
        """“Fiche de DURAND Jean-Claude”: what people call what it is about."""
        match self.object:
            case RequestObject.DATES:
                return "Dates et périodes"
            case RequestObject.TRAINERS:
                return "Formateurs"
            case RequestObject.PLANNED_DATES:
                return "Report des dates prévues"
            case RequestObject.TRAINEE:
                return f"Fiche de {self.trainee}" if self.trainee else "Fiche d’un stagiaire"

    @property
    def page(self) -> str:
        """Where what it is about is shown, and saved: within the action's pages."""
        pages = {RequestObject.TRAINEE: f"stagiaires/{self.trainee_id}", RequestObject.TRAINERS: "formateurs"}
        return pages.get(self.object, "dates")

    def badge(self, *, for_agent: bool = False) -> tuple[Tone, str]:
        """Tone and word of its state."""
        match self.state:
            case "open":
                return "wait", "À décider" if for_agent else "En attente de la Région"
            case "refused":
                return "bad", "Refusée"
            case "withdrawn":
                return "later", "Retirée"
        if self.taken_back:
            return "later", "Accord repris"
        if self.unlocks:
            return ("wait", "Accordée, à enregistrer par l’organisme") if for_agent else ("todo", "Accordée : à enregistrer")
        return "ok", "Accordée et appliquée" if self.applied else "Accordée, enregistrée"


@dataclass(frozen=True, slots=True)
class Amendment:
    """Other planned dates, by the grant of that day (REQ-4)."""

    number: int
    granted_on: date
    planned_start: date
    planned_end: date


def subject_of(object_: RequestObject, trainee_id: UUID | None = None) -> str:
    """What a command that asks for a change is about: as long as it waits, the page of that says so."""
    return str(trainee_id or object_)


def why(values: Values) -> str:
    """Why an organisation asks; what lacks is noted beside the field."""
    values.names[WHY] = "Pourquoi"
    return values.text(WHY, "Dites pourquoi : la Région lira ce texte avant de répondre.", most=LONGEST)
