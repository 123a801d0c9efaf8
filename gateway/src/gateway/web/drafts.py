"""What somebody typed and no service has accepted: in a session that had lapsed (ACC-7), or refused after the page had stopped waiting.

It is kept as its form's (`form_ids`), never carried out by itself, and shown there again until it is sent or thrown away.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Pool
from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from .commands import Answer, find_answer
from .form_ids import FormId, form_at
from .forms import Form, Restored
from .people import names_of_trainees
from .portal import Portal
from .rendering import AnyRequest, see
from .security import safe_path
from .session import Viewer
from .values import Fields


async def keep_draft(db: Pool, viewer: Viewer, form: FormId, body: dict[str, Any]) -> None:
    """Keep what was typed into a form until a service has accepted it."""
    await keep_drafts(db, viewer, [(form, body)])


async def keep_drafts(db: Pool, viewer: Viewer, drafts: Iterable[tuple[FormId, dict[str, Any]]]) -> None:
    """The same for several forms, all or none of them."""
    await db.executemany(
        """
        INSERT INTO drafts (owner, kind, contract, subject, body, saved_by) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (owner, kind, contract, subject)
            DO UPDATE SET body = excluded.body, saved_at = now(), saved_by = excluded.saved_by
        """,
        [(form.owned_by(viewer), form.kind, form.contract, form.subject, json.dumps(body), viewer.user_id) for form, body in drafts],
    )


async def find_draft(db: Pool, viewer: Viewer, form: FormId) -> dict[str, Any] | None:
    """What was typed into a form and not accepted yet."""
    body = await db.fetchval(
        "SELECT body FROM drafts WHERE owner = $1 AND kind = $2 AND contract = $3 AND subject = $4",
        form.owned_by(viewer),
        form.kind,
        form.contract,
        form.subject,
    )
    return json.loads(body) if body else None


async def list_refused(db: Pool, viewer: Viewer, kinds: Sequence[str], contract: str) -> list[tuple[FormId, dict[str, Any]]]:
    """The forms of these kinds about a contract that were refused after their page had stopped waiting, the oldest first."""
    rows = await db.fetch(
        """
        SELECT drafts.kind, drafts.subject, body FROM drafts
        LEFT JOIN commands ON commands.id::text = body ->> 'sent' AND coalesce(commands.siret, commands.user_id::text) = owner
        WHERE owner = $1 AND drafts.kind = ANY($2) AND contract = $3 AND body ? 'sent'
            AND (commands.id IS NULL OR coalesce(faults <> '[]', given_up_at IS NOT NULL))
        ORDER BY saved_at
        """,
        viewer.owner,
        list(kinds),
        contract,
    )
    return [(FormId(row["kind"], contract, row["subject"]), json.loads(row["body"])) for row in rows]


async def forget_draft(db: Pool, viewer: Viewer, form: FormId) -> None:
    """The form was accepted, or its draft thrown away."""
    await forget_drafts(db, viewer, [form])


async def forget_drafts(db: Pool, viewer: Viewer, forms: Iterable[FormId]) -> None:
    """The same for several forms."""
    await db.executemany(
        "DELETE FROM drafts WHERE owner = $1 AND kind = $2 AND contract = $3 AND subject = $4",
        [(form.owned_by(viewer), form.kind, form.contract, form.subject) for form in forms],
    )


FieldsOf = Callable[[Form], Fields]
"""Says for a form which of its fields shows a field of its command."""


def nowhere(_form: Form) -> Fields:
    """No field of the form shows a field of the command."""
    return lambda _field: None


async def restored(db: Pool, viewer: Viewer, which: FormId, fields: FieldsOf = nowhere) -> Form | None:
    """The form that is kept, as it was left or with why it was refused; None when there is none, or nobody has answered it yet."""
    draft = await find_draft(db, viewer, which)
    if draft is None:
        return None
    if draft.get("lapsed"):
        return Form(draft["typed"], restored=Restored(which))
    if "sent" not in draft:
        return Form(draft["typed"])
    # A command that is remembered no longer was refused: what was accepted leaves no draft behind (housekeeping).
    answer = await find_answer(db, viewer, UUID(draft["sent"]))
    if answer and not (answer.refused or answer.is_given_up):
        if answer.accepted:
            await forget_draft(db, viewer, which)
        return None
    is_unanswered = answer is not None and answer.is_given_up
    form = Form(draft["typed"], restored=Restored(which, datetime.fromisoformat(draft["sent_at"]), is_unanswered))
    if answer:
        form.take(answer, await names_of_trainees(db, viewer, which.contract), fields(form))
    return form


def typed_in(texts: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What somebody typed, of all that a form posts, with the button that was pressed; a button alone is nothing typed."""
    typed = {name: values for name, values in texts.items() if name != "_commande"}
    return typed if typed.keys() - {"faire"} else {}


async def sent(db: Pool, viewer: Viewer, form: Form, answer: Answer, which: FormId) -> None:
    """Accepted, nothing of the form needs to be kept; as long as nobody has answered it is, in case it is refused."""
    typed = typed_in(form.typed)
    if answer.accepted or not typed:
        await forget_draft(db, viewer, which)
    else:
        body = {"typed": typed, "sent": str(answer.command_id), "sent_at": answer.sent_at.isoformat()}
        await keep_draft(db, viewer, which, body)


@post("/saisies/effacer")
async def throw_away(request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> Redirect:
    """“Effacer cette saisie”: its page shows what is stored again."""
    page = safe_path((await Form.of(request)).value("page"))
    if which := form_at(page):
        await forget_draft(portal.db, viewer, which)
    return see(page.partition("?")[0])


ROUTES = [throw_away]
