"""A visit to a page of an action: which one it is, and where it stands today, loaded once with the visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from contracts.message import Command
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest
from gateway.web.session import Viewer
from gateway.web.values import Fields
from gateway.web.visit import Visit

from .action import Action
from .life import Life, life_of
from .queries.actions import load_action
from .queries.issued import Issued, load_issued
from .steps import steps


@dataclass
class ActionVisit(Visit):
    """A visit to an action of the viewer's; an agent visits every one."""

    life: Life
    issued: Sequence[Issued] | None = None
    """Its invoices that are documents, when whoever visits many actions has loaded them together."""

    @classmethod
    async def to(cls, visit: Visit, contract_number: str) -> Self:
        """The visit, to this action. Raises NotFoundException when it is not the viewer's (ACC-6)."""
        action = await load_action(visit.db, visit.viewer, contract_number)
        return cls(
            visit.request, visit.portal, visit.viewer, visit.today, visit.frame, visit.sought, visit.begun, life_of(action, visit.today)
        )

    @property
    def action(self) -> Action:
        """The action."""
        return self.life.action

    @property
    def contract(self) -> str:
        """Its contract's number: the key of everything about it."""
        return self.action.contract_number

    async def reload(self) -> None:
        """Load anew what a command may have changed."""
        await Visit.reload(self)
        self.life = life_of(await load_action(self.db, self.viewer, self.contract), self.today)

    async def load_issued(self) -> Sequence[Issued]:
        """Its invoices that are documents (BIL-9)."""
        if self.issued is None:
            self.issued = (await load_issued(self.db, self.viewer, self.contract)).get(self.contract, ())
        return self.issued

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        """A page of the action: which one it is, its nine steps as they stand today, and whom to call."""
        known = {
            "action": self.action,
            "life": self.life,
            "steps": steps(self.life),
            "contact": self.action.contact,
            "follows": (self.contract, self.action.siret),
        }
        return Visit.page(self, template, status=status, **{**known, **context})

    async def ask(
        self,
        command: Command | None,
        form: Form,
        *,
        to: str,
        subject: object = None,
        fields: Fields | None = None,
        which: FormId | None = None,
    ) -> Redirect | None:
        """Send a command about the action, as `send` does; nothing is sent when there is none, the form being wrong."""
        if command is None:
            return None
        return await self.send(self.contract, command, form, to=to, subject=subject, fields=fields, which=which)


async def provide_visit(request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> Visit:
    """The visit of this request; an ActionVisit when its address names a contract. Raises NotFoundException (ACC-6)."""
    visit, contract = await Visit.of(request, portal, viewer), request.path_params.get("contract")
    return visit if contract is None else await ActionVisit.to(visit, contract)


def uuid_of(text: str) -> UUID:
    """The id in an address. Raises NotFoundException when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundException from None
