"""What every page of an action that asks something of `actions` does: load, show around, send, say what was refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from contracts.message import Command

from ..forms import Form
from ..portal import Portal
from ..rendering import AnyRequest, see
from ..session import Viewer
from ..views.action import Action, load_action, names_of_trainees
from ..views.people import load_contact
from ..views.waiting import load_waiting
from . import drafts


async def around(portal: Portal, viewer: Viewer, contract: str) -> tuple[Action, dict[str, Any]]:
    """The action, and what its pages show around their own part. Raises NotFoundException (ACC-6)."""
    action = await load_action(portal.db, viewer, contract)
    waiting, contact = await load_waiting(portal.db, viewer), await load_contact(portal.db, action)
    return action, {"action": action, "waiting": waiting, "contact": contact}


async def send(
    request: AnyRequest,
    portal: Portal,
    viewer: Viewer,
    action: Action,
    command: Command,
    form: Form,
    *,
    to: str,
    subject: UUID | None = None,
    fields: Callable[[str], str | None] | None = None,
) -> Redirect | None:
    """Send the form's command and go to `to`, which tells its answer; None when it was refused: the form says why.

    `fields` names the form's field of each field of the command; by default none has one.
    """
    number = action.contract_number
    answer = await portal.commands.send(
        viewer, "actions", number, command, command_id=form.command_id, path=to, subject=str(subject) if subject else None
    )
    if answer.refused:
        form.take(answer, people=await names_of_trainees(portal.db, number), fields=fields or (lambda _field: None))
        return None
    await drafts.accepted(portal, viewer, request.url.path)
    return see(to, command=answer.command_id)


def uuid_of(text: str) -> UUID:
    """The id in an address. Raises NotFoundException when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundException from None
