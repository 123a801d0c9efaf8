"""Events to view tables: what each area of the portal makes of each message, in order."""

from collections.abc import Mapping, Sequence

from chassis.work import Handler, Work
from contracts.message import Message
from gateway.areas.account import projection as account
from gateway.areas.action import projection as action
from gateway.areas.billing import projection as billing
from gateway.areas.contracts_import import projection as contracts_import
from gateway.areas.declarations import projection as declarations
from gateway.areas.erasure import projection as erasure
from gateway.areas.proofs import projection as proofs
from gateway.areas.requests import projection as requests
from gateway.areas.surveys import projection as surveys
from gateway.areas.texts import projection as texts
from gateway.areas.trainees import projection as trainees
from gateway.told import projection as told

from . import people


def together(*areas: Mapping[type[Message], Handler]) -> Mapping[type[Message], Handler]:
    """One table of several: a message that several areas listen to is given to each, in their order."""
    kinds = {kind: None for area in areas for kind in area}
    return {kind: _each([area[kind] for area in areas if kind in area]) for kind in kinds}


def _each(handlers: Sequence[Handler]) -> Handler:
    async def handle(work: Work[None], message: Message) -> None:
        for handler in handlers:
            await handler(work, message)

    return handle


# What is told comes last: it says what the tables hold.
EVENTS = together(
    action.HANDLERS,
    contracts_import.HANDLERS,
    trainees.HANDLERS,
    declarations.HANDLERS,
    proofs.HANDLERS,
    billing.HANDLERS,
    surveys.HANDLERS,
    requests.HANDLERS,
    account.HANDLERS,
    texts.HANDLERS,
    erasure.HANDLERS,
    told.HANDLERS,
)
PERSONAL = people.HANDLERS
LISTED = {**action.LISTED, **billing.LISTED, **surveys.LISTED, **requests.LISTED, **contracts_import.LISTED, **account.LISTED}
"""The agents' lists, and the events that change what they show."""
