"""What somebody typed and no service has accepted: in a session that had lapsed (ACC-7), or refused after the page had stopped waiting.

It is kept under its form's address, never carried out by itself, and shown there again until it is sent or thrown away.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from ..commands import Answer, find_sent
from ..forms import Fields, Form, Restored
from ..portal import Portal
from ..rendering import AnyRequest, see
from ..session import Viewer, find_draft, forget_draft, keep_draft
from ..views.action import names_of_trainees
from .access import safe_path


def nowhere(_form: Form) -> Fields:
    """No field of the form shows a field of the command."""
    return lambda _field: None


async def restored(
    portal: Portal, viewer: Viewer, address: str, contract: str = "", fields: Callable[[Form], Fields] = nowhere
) -> Form | None:
    """The form that is kept under `address`, and why it was refused; None when there is none, or nobody has answered it yet.

    `fields` says for a form which of its fields shows a field of its command; faults may name trainees of `contract`.
    """
    found = await find_draft(portal.db, viewer, address)
    if found and found.get("lapsed"):
        return Form(found["typed"], restored=Restored(address))
    if not found or "sent" not in found:
        return None
    # A command that is remembered no longer was refused: what was accepted leaves no draft behind (housekeeping).
    answer = await find_sent(portal.db, viewer, UUID(found["sent"]))
    if answer and not answer.refused:
        if answer.accepted:
            await forget_draft(portal.db, viewer, address)
        return None
    form = Form(found["typed"], restored=Restored(address, datetime.fromisoformat(found["sent_at"])))
    if answer:
        form.take(answer, await names_of_trainees(portal.db, contract), fields(form))
    return form


async def sent(portal: Portal, viewer: Viewer, form: Form, answer: Answer, address: str) -> None:
    """Accepted, nothing of the form needs to be kept; as long as nobody has answered it is, in case it is refused."""
    typed = {name: values for name, values in form.typed.items() if name != "_commande"}
    if answer.accepted or not typed:
        await forget_draft(portal.db, viewer, address)
    else:
        body = {"typed": typed, "sent": str(answer.command_id), "sent_at": answer.sent_at.isoformat()}
        await keep_draft(portal.db, viewer, address, body)


@post("/saisies/effacer")
async def throw_away(request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> Redirect:
    """“Effacer cette saisie”: its page shows what is stored again."""
    address = safe_path((await Form.of(request)).value("page"))
    await forget_draft(portal.db, viewer, address)
    return see(address.partition("?")[0])


ROUTES = [throw_away]
