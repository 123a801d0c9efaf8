"""A visit: who looks, on which day, and what stands around every page; loaded once for a request.

Who may see a page follows from its address: `/region` is the agents', `/actions` and `/etats` are the organisations', the rest is
anybody's who is logged in. For anybody else a page does not exist (ACC-6). What the Region writes for everybody asks for no
visit (`find_visit`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from asyncpg import Pool
from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from chassis.instant import now
from contracts.message import Command
from contracts.month import paris_day
from contracts.payment_clock import Rates

from . import drafts
from .commands import command_id, find_answer
from .form_ids import FormId, form_at
from .forms import Form
from .frame import COUNTED, Frame, load_counts, load_frame
from .people import names_of_trainees
from .portal import Portal
from .posted import posted
from .rendering import REGION, AnyRequest, page, see
from .searches import PARAMETER, Sought, find_sought
from .session import COOKIE, Viewer, find_viewer
from .shared import Load, What
from .values import Fields
from .waiting import Waiting

FOR_AGENTS = ("/region",)
FOR_ORGANISATIONS = ("/actions", "/etats")
FACTOR_PAGE = "/compte/double-authentification"
PHONE_PAGE = f"{FACTOR_PAGE}/telephone"
"""Where a second factor is turned on, and where a phone takes it in."""


class NotLoggedIn(Exception):
    """Nobody is logged in. The way back, and what was typed, if a form was posted that is kept: none of it is written anywhere."""

    def __init__(self, return_to: str, typed: dict[str, list[str]] | None) -> None:
        self.return_to, self.typed = return_to, typed


class ChooseFirst(Exception):
    """The temporary password must be replaced before anything else (ACC-2)."""


class TurnOnFirst(Exception):
    """A second factor must be turned on before anything else (ACC-7)."""


@dataclass
class Visit:
    """One request of somebody who is logged in."""

    request: AnyRequest
    portal: Portal
    viewer: Viewer
    today: date
    """In Paris (T-1)."""
    frame: Frame
    sought: Sought
    """What is sought in the list of the page."""
    begun: datetime
    """When it began: its page may not show what changes from then on."""

    @classmethod
    async def of(cls, request: AnyRequest, portal: Portal, viewer: Viewer) -> Self:
        """The visit of this request."""
        begun = now()
        sought = await find_sought(portal.db, viewer, request.query_params.get(PARAMETER, ""))
        visit = cls(request, portal, viewer, paris_day(begun), Frame(), sought, begun)
        await visit.reload()
        return visit

    @property
    def db(self) -> Pool:
        """The portal's own database."""
        return self.portal.db

    @property
    def rates(self) -> Rates:
        """Of interest on late payments (BIL-15)."""
        return self.portal.settings.rates

    @property
    def waiting(self) -> Waiting:
        """What the viewer's side has asked and nobody has answered."""
        return self.frame.waiting

    async def reload(self) -> None:
        """Load anew what a command may have changed."""
        self.frame = await load_frame(self.db, self.viewer, _command(self.request))
        if self.viewer.is_agent and self.shows("entete"):
            counts = await self.listed("/entete", COUNTED, lambda: load_counts(self.db, self.viewer))
            self.frame = replace(self.frame, counts=counts)

    def shows(self, *regions: str) -> bool:
        """Whether what is asked for shows one of these regions: a whole page shows all of its own, a live region itself alone.

        What nothing else of a page needs is loaded for those alone.
        """
        region = self.request.headers.get(REGION)
        return region is None or region in regions

    async def listed(self, address: str, topics: Iterable[str], load: Load[What]) -> What:
        """What all agents see alike at this address, and `load` gives; the page follows these `topics`, agents' lists. A live region gets
        what another one got since any of them changed last; a whole page is of this instant.
        """
        marks = tuple(self.frame.marks.get(topic) for topic in topics)
        if self.shows() or None in marks:  # without a mark, nothing would say that it has changed
            return await load()
        return await self.portal.shared.get((self.viewer.audience, address, self.today, marks), load)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response[str]:
        """A whole page, with what stands around it; or the region of it that fetches itself anew. `follows`: see `rendering.page`."""
        around = {**context, "waiting": self.waiting, "rates": self.rates, "since": self.begun.timestamp()}
        return page(self.request, template, status=status, viewer=self.viewer, frame=self.frame, **around)

    @property
    def done(self) -> UUID | None:
        """The command of which the page tells that it was done; None when it tells none, or something else of it."""
        notice = self.frame.notice if self.shows("avis") else None
        return UUID(self.request.query_params["commande"]) if notice and notice.tone == "ok" else None

    @property
    def which(self) -> FormId | None:
        """The form of the page, if what is typed there is kept."""
        return form_at(self.request.url.path)

    async def restored(self, fields: drafts.FieldsOf = drafts.nowhere, which: FormId | None = None) -> Form | None:
        """The form that is kept, by default this page's; None when there is none."""
        wanted = which or self.which
        return await drafts.restored(self.db, self.viewer, wanted, fields) if wanted else None

    async def forget(self, which: FormId | None = None) -> None:
        """Throw away what is kept of a form, by default this page's."""
        if wanted := which or self.which:
            await drafts.forget_draft(self.db, self.viewer, wanted)

    async def sent_before(self, form: Form, *, to: str) -> Redirect | None:
        """Where a form leads that was sent already, for one whose second click would be asked about what the first one did; None for a new
        one.
        """
        answer = await find_answer(self.db, self.viewer, command_id(self.viewer, form.id))
        return see(to, command=answer.command_id) if answer else None

    async def send(
        self,
        key: str,
        command: Command,
        form: Form,
        *,
        to: str,
        subject: object = None,
        fields: Fields | None = None,
        which: FormId | None = None,
    ) -> Redirect | None:
        """Send the form's command to the service that its type names, and go to `to`, which tells its answer.

        None when it was refused: the form says why, and the visit is loaded anew. `fields` names the form's field of each field of the
        command; by default none has one. `which` form is kept while nobody has answered; by default the one that was posted.
        """
        about = None if subject is None else str(subject)
        answer = await self.portal.commands.send(self.viewer, key, command, form_id=form.id, path=to, subject=about)
        if answer.refused:
            form.take(answer, await names_of_trainees(self.db, self.viewer, key), fields or drafts.nowhere(form))
            await self.reload()
            return None
        if wanted := which or self.which:
            await drafts.sent(self.db, self.viewer, form, answer, wanted)
        return see(to, command=answer.command_id)


def provide_portal(request: AnyRequest) -> Portal:
    """What every page needs."""
    portal: Portal = request.app.state.portal
    return portal


async def provide_viewer(request: AnyRequest, portal: NamedDependency[Portal]) -> Viewer:
    """Who is logged in, if the page exists for them.

    Raises NotLoggedIn, ChooseFirst, TurnOnFirst, or NotFoundException (ACC-6).
    """
    token = request.cookies.get(COOKIE, "")
    viewer = await find_viewer(portal.db, token, touch=not is_by_itself(request)) if token else None
    path = request.url.path
    if viewer is None:
        raise NotLoggedIn(*await _sent(request))
    request.state.viewer = viewer
    if viewer.must_choose_password and path not in {"/premiere-connexion", "/deconnexion"}:
        raise ChooseFirst
    if viewer.must_turn_on_factor and path not in {FACTOR_PAGE, PHONE_PAGE, "/deconnexion"}:
        raise TurnOnFirst
    if path.startswith(FOR_ORGANISATIONS if viewer.is_agent else FOR_AGENTS):
        raise NotFoundException
    return viewer


async def find_visit(request: AnyRequest, portal: Portal) -> Visit | None:
    """Of a page that anybody reads: the visit of whoever is logged in, None of anybody else."""
    token = request.cookies.get(COOKIE, "")
    viewer = await find_viewer(portal.db, token, touch=not is_by_itself(request)) if token else None
    return await Visit.of(request, portal, viewer) if viewer else None


def _command(request: AnyRequest) -> str | None:
    """The command whose answer the page tells: a whole page does, or its notice that fetches itself anew, no other region."""
    return request.query_params.get("commande") if request.headers.get(REGION) in {None, "avis"} else None


def is_by_itself(request: AnyRequest) -> bool:
    """Whether the page asks, its user perhaps away: the live connection, and live regions."""
    return request.url.path == "/evenements" or REGION in request.headers


async def _sent(request: AnyRequest) -> tuple[str, dict[str, list[str]] | None]:
    """Where to come back to, and what was typed, if it was posted to a form that is kept (none with a password is)."""
    path = request.url.path
    return_to = path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET":
        return return_to, None
    if form_at(path):
        sent = await posted(request, with_file=True)
        typed = drafts.typed_in(sent.texts)
        return return_to, typed if typed or sent.files else None  # a file is not kept: it must be chosen again
    return return_to if path.startswith((*FOR_AGENTS, *FOR_ORGANISATIONS)) else "/", None
