"""What every page of an action that asks something of `actions` does: load, show around, send, say what was refused."""

from typing import Any
from uuid import UUID

from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from chassis.instant import now
from contracts.message import Command
from contracts.month import paris_day
from gateway.web import drafts
from gateway.web.forms import Fields, Form
from gateway.web.people import names_of_trainees
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, see
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting

from .action import Action
from .life import life_of
from .queries.actions import load_action
from .queries.people import load_contact
from .steps import steps


def on_top(action: Action) -> dict[str, Any]:
    """What every page of an action shows on top: which one it is, and its nine steps as they stand today."""
    return {"action": action, "steps": steps(life_of(action, paris_day(now())))}


async def around(portal: Portal, viewer: Viewer, contract: str) -> tuple[Action, dict[str, Any]]:
    """The action, and what its pages show around their own part. Raises NotFoundException (ACC-6)."""
    action = await load_action(portal.db, viewer, contract)
    waiting, contact = await load_waiting(portal.db, viewer), await load_contact(portal.db, action)
    return action, {**on_top(action), "waiting": waiting, "contact": contact}


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
    fields: Fields | None = None,
    draft: str = "",
) -> Redirect | None:
    """Send the form's command and go to `to`, which tells its answer; None when it was refused: the form says why.

    `fields` names the form's field of each field of the command; by default none has one. `draft` is the address under which the form is
    kept while nobody has answered; by default the one to which it was posted.
    """
    number = action.contract_number
    answer = await portal.commands.send(
        viewer, "actions", number, command, command_id=form.command_id, path=to, subject=str(subject) if subject else None
    )
    if answer.refused:
        form.take(answer, people=await names_of_trainees(portal.db, number), fields=fields or drafts.nowhere(form))
        return None
    await drafts.sent(portal, viewer, form, answer, draft or request.url.path)
    return see(to, command=answer.command_id)


def uuid_of(text: str) -> UUID:
    """The id in an address. Raises NotFoundException when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundException from None
