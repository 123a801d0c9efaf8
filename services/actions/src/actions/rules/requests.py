"""The life of a request: open, then granted, refused or withdrawn (REQ-1). What a grant changes is in `grants`."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import PathwayRequested
from contracts.answers import PersonalRef
from contracts.codes import RequestObject
from contracts.message import Event
from contracts.personal import record_id
from contracts.refusals.common import InProgress
from contracts.refusals.requests import RequestNotOpen
from contracts.requests import (
    AmendmentRequested,
    RefuseRequest,
    RequestGranted,
    RequestRefused,
    RequestWithdrawn,
    WithdrawRequest,
)

from .action import Action, admit
from .asked import Request, Subject
from .text import written

ASKED_FOR = {RequestObject.PLANNED_DATES: AmendmentRequested.TYPE, RequestObject.TRAINEE: PathwayRequested.TYPE}
"""What `declarations` may be asked for before a request is granted."""


def reason_of(action: Action, request_id: UUID) -> PersonalRef:
    """Where the organisation's reason for a request is."""
    return PersonalRef(id=record_id(action.number, request_id), version=1)


def undecided(action: Action, request_id: UUID) -> Request:
    """The open request of that id. Raises RequestNotOpen, and InProgress while `declarations` is asked about it."""
    request = action.requests.get(request_id)
    if request is None or request.granted:
        raise RequestNotOpen
    if action.pending and action.pending.asked == ASKED_FOR.get(request.asked.object):
        raise InProgress(since=action.pending.command.at)
    return request


def withdraw(action: Action, command: WithdrawRequest) -> Decision[Action]:
    """The organisation asks no more (REQ-1)."""
    admit(action, command)
    request = undecided(action, command.request_id)
    return Decision(_without(action, command.request_id), (_withdrawn(command.request_id, request),))


def refuse(action: Action, command: RefuseRequest, command_id: UUID) -> Decision[Action]:
    """The Region refuses, and says why (REQ-1). Raises ReasonMissing."""
    admit(action, command)
    subject = undecided(action, command.request_id).subject
    text = written(action, command.reason, command_id)
    refused = RequestRefused(
        request_id=command.request_id,
        object=subject.object,
        trainee_id=subject.trainee_id,
        reason=PersonalRef(id=text.id, version=text.version),
    )
    return Decision(_without(action, command.request_id), (refused,), (text,))


def applied(action: Action, request_id: UUID) -> Decision[Action]:
    """Granted, and the change comes at once (REQ-2)."""
    return Decision(_without(action, request_id), (_granted(request_id, action.requests[request_id], applied=True),))


def answered(action: Action, subject: Subject) -> tuple[Decision[Action], UUID | None]:
    """The open request about `subject` is granted, for that is unlocked (REQ-1): it is kept until the one change is made. And its id, if
    there is one.
    """
    request_id = next((id_ for id_, request in action.requests.items() if request.subject == subject), None)
    if request_id is None:
        return Decision(action), None
    request = replace(action.requests[request_id], granted=True)
    kept = replace(action, requests={**action.requests, request_id: request})
    return Decision(kept, (_granted(request_id, request, applied=False),)), request_id


def used_up(action: Action, subject: Subject) -> tuple[Action, UUID | None]:
    """The one change of a grant is made, or the grant taken back (REQ-2). And the id of its request, if it had one."""
    request_id = next((id_ for id_, request in action.requests.items() if request.granted and request.subject == subject), None)
    return (_without(action, request_id) if request_id else action), request_id


def moot(action: Action, trainee_ids: Iterable[UUID] | None = None) -> tuple[Action, tuple[Event, ...]]:
    """What is asked about these trainees, or about anything at all, can be granted no more: the open requests are withdrawn."""
    about = None if trainee_ids is None else {Subject(RequestObject.TRAINEE, trainee_id) for trainee_id in trainee_ids}
    gone = {id_: request for id_, request in action.requests.items() if about is None or request.subject in about}
    return _without(action, *gone), tuple(_withdrawn(id_, request) for id_, request in gone.items() if not request.granted)


def _without(action: Action, *request_ids: UUID) -> Action:
    return replace(action, requests={id_: request for id_, request in action.requests.items() if id_ not in request_ids})


def _withdrawn(request_id: UUID, request: Request) -> RequestWithdrawn:
    return RequestWithdrawn(request_id=request_id, object=request.subject.object, trainee_id=request.subject.trainee_id)


def _granted(request_id: UUID, request: Request, *, applied: bool) -> RequestGranted:
    return RequestGranted(request_id=request_id, object=request.subject.object, trainee_id=request.subject.trainee_id, applied=applied)
