"""Events to view tables: what each area of the portal makes of each message, in order."""

from collections.abc import Mapping, Sequence

from chassis.work import Handler, Work
from contracts.message import Message

from . import actions, billing, declarations, history, identity, notifications, people, surveys, trainees


def together(*areas: Mapping[type[Message], Handler]) -> Mapping[type[Message], Handler]:
    """One table of several: a message that several areas listen to is given to each, in their order."""
    kinds = {kind: None for area in areas for kind in area}
    return {kind: _each([area[kind] for area in areas if kind in area]) for kind in kinds}


def _each(handlers: Sequence[Handler]) -> Handler:
    async def handle(work: Work[None], message: Message) -> None:
        for handler in handlers:
            await handler(work, message)

    return handle


# Notifications come after the tables that they read; history needs none.
EVENTS = together(
    actions.HANDLERS,
    trainees.HANDLERS,
    declarations.HANDLERS,
    billing.HANDLERS,
    surveys.HANDLERS,
    identity.HANDLERS,
    notifications.HANDLERS,
    history.HANDLERS,
)
PERSONAL = people.HANDLERS
