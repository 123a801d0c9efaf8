"""What the log is told of open requests: what would stand against a change that is made at once, and what goes to the Region again."""

from collections.abc import Iterator

from contracts.codes import OpeningDocument, RequestObject
from contracts.pathways import over_room
from contracts.periods import wrong_periods
from contracts.refusals import Refusal
from contracts.refusals.common import ChangedMeanwhile
from contracts.requests import ChangeForeseen

from . import amendments
from .action import Action
from .asked import Asked, AskedDates, AskedPlannedDates, AskedSheet, AskedTrainers
from .period import sent
from .trainee import entry_elsewhere

SENT_AGAIN = {
    RequestObject.TRAINEE: (OpeningDocument.TRAINEE_LIST,),
    RequestObject.TRAINERS: (OpeningDocument.TRAINER_LIST,),
}
"""Which of the lists that went with the opening are others once the change is made (OPN-5)."""


def foreseen(action: Action) -> dict[str, ChangeForeseen]:
    """Of each open request, by its id."""
    return {
        str(request_id): ChangeForeseen(
            request_id=request_id,
            against=tuple(fault for refusal in against(action, request.asked) for fault in refusal.faults()),
            documents=SENT_AGAIN.get(request.asked.object, ()) if action.opened else (),
        )
        for request_id, request in action.requests.items()
        if not request.granted
    }


def foreseen_changed(before: Action | None, after: Action) -> tuple[ChangeForeseen, ...]:
    """What the log is told of each open request of which it was told otherwise, or nothing."""
    known = foreseen(before) if before else {}
    return tuple(now for request_id, now in foreseen(after).items() if known.get(request_id) != now)


def against(action: Action, asked: Asked) -> Iterator[Refusal]:
    """What would refuse the change, as far as that has come since it was asked for: what is wrong by itself was refused then."""
    match asked:
        case AskedPlannedDates():
            yield from amendments.against(action, asked)
        case AskedDates():
            if asked.base_version != action.dates_version:
                yield ChangedMeanwhile()
            yield from wrong_periods(sent(asked.periods), action.planned.start, action.planned.end, "periods")
        case AskedSheet():
            if asked.base_version != action.trainees[asked.trainee_id].sheet:
                yield ChangedMeanwhile(item=str(asked.trainee_id))
            yield from entry_elsewhere(asked.trainee_id, action.trainees[asked.trainee_id], asked.entry)
            yield from action.places_beside(asked.trainee_id).over_paid_headcount([asked.paid_by], "sheet.paid_by")
            if room := action.room_beside(asked.trainee_id):
                yield from over_room(asked.planned, room, "sheet.pathway")
        case AskedTrainers():
            if asked.base_version != action.trainers_version:
                yield ChangedMeanwhile()
