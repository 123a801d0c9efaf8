"""“Collègues”: who logs in for the organisation, for those who administer its accounts (ACC-8). For anybody else there is no such page."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.codes import AccountRight
from contracts.identity import ChangeRight, InviteColleague, RemoveColleague, SendCredentials
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.visit import Visit
from gateway.words.labels import choices

from .asking import INVITATION_FIELDS, read_invitation, read_of_colleague
from .queries import Colleague, list_colleagues

PAGE = "/compte/collegues"
OF_ONE = (ChangeRight, RemoveColleague, SendCredentials)


async def colleagues_of(visit: Visit) -> tuple[str, list[Colleague]]:
    """The organisation's SIRET, and who logs in for it. Raises NotFoundException for whoever does not administer its accounts."""
    siret = visit.viewer.siret
    if siret is None or not visit.viewer.administers:
        raise NotFoundException
    return siret, await list_colleagues(visit.db, visit.viewer, siret)


async def show(visit: Visit, form: Form | None = None) -> Response[str]:
    """The list, and the form that invites one more."""
    siret, people = await colleagues_of(visit)
    form = form or await visit.restored(lambda _form: INVITATION_FIELDS.get, FormId("invitation")) or Form.showing({"droit": "works"})
    return visit.page(
        "account/colleagues.html",
        status=form.status,
        form=form,
        colleagues=people,
        rights=choices(AccountRight),
        follows=(siret,),
        waits=visit.waiting.since(siret, InviteColleague),
    )


@get(PAGE)
async def colleagues_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Who logs in for the organisation, with which right, and when they were here last."""
    return await show(visit)


@post(PAGE)
async def invite(visit: NamedDependency[Visit]) -> Response[Any]:
    """Invite a colleague, who gets their login and a temporary password by mail."""
    siret, _people = await colleagues_of(visit)
    form = await Form.of(visit.request)
    if (command := read_invitation(form)) and (done := await visit.send(siret, command, form, to=PAGE, fields=INVITATION_FIELDS.get)):
        return done
    return await show(visit, form)


async def show_one(visit: Visit, user_id: UUID, form: Form) -> Response[str]:
    """The page of one of them. Raises NotFoundException when they are not, or no longer."""
    siret, people = await colleagues_of(visit)
    colleague = next((known for known in people if known.user_id == user_id), None)
    if colleague is None:
        raise NotFoundException
    return visit.page(
        "account/colleague.html",
        status=form.status,
        form=form,
        colleague=colleague,
        follows=(siret,),
        waits=visit.waiting.since(siret, *OF_ONE, subject=str(user_id)),
    )


@get(f"{PAGE}/{{user_id:uuid}}")
async def colleague_page(visit: NamedDependency[Visit], user_id: FromPath[UUID]) -> Response[str]:
    """One of them: the right, the invitation again, taking them away."""
    return await show_one(visit, user_id, Form())


@post(f"{PAGE}/{{user_id:uuid}}")
async def change_colleague(visit: NamedDependency[Visit], user_id: FromPath[UUID]) -> Response[Any]:
    """What the pressed button does to one of them."""
    siret, _people = await colleagues_of(visit)
    form = await Form.of(visit.request)
    command = read_of_colleague(form, user_id)
    leaves = isinstance(command, RemoveColleague)
    to = "/" if leaves and user_id == visit.viewer.user_id else PAGE if leaves else f"{PAGE}/{user_id}"
    if command and (done := await visit.send(siret, command, form, to=to, subject=user_id)):
        return done
    return await show_one(visit, user_id, form)


ROUTES = [colleagues_page, invite, colleague_page, change_colleague]
