"""What somebody typed when their session had lapsed: kept, never carried out, shown again (ACC-7)."""

from ..forms import Form
from ..portal import Portal
from ..session import Viewer, find_draft, forget_draft


async def restored(portal: Portal, viewer: Viewer, path: str) -> Form | None:
    """The form that was posted to `path` after the session had lapsed; None when there is none."""
    found = await find_draft(portal.db, viewer, path)
    return Form(found["typed"], restored=True) if found and found.get("lapsed") else None


async def accepted(portal: Portal, viewer: Viewer, path: str) -> None:
    """What was typed there has been sent: nothing of it needs to be kept."""
    await forget_draft(portal.db, viewer, path)
