"""The security log: who came, who was refused, what changed, from where; never a secret. The operator reads it (`worker/security.py`)."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from uuid import UUID

from asyncpg import Pool

from .rendering import AnyRequest

LONGEST = 200
MOST = 60
"""Entries of one kind from one client in a minute: whoever tries more fills no disk; the last one says that more came."""


class What(StrEnum):
    """What is noted."""

    LOGGED_IN = "logged_in"
    LOG_IN_REFUSED = "log_in_refused"
    LOGGED_OUT = "logged_out"
    PASSWORD_ASKED = "password_asked"
    PASSWORD_CHANGED = "password_changed"
    LOGIN_CHANGED = "login_changed"
    CHANGE_REFUSED = "change_refused"
    FORM_OF_ANOTHER_SITE = "form_of_another_site"
    NOT_THEIRS = "not_theirs"
    DOWNLOADED = "downloaded"
    PERSON_TOLD = "person_told"


def client_of(request: AnyRequest) -> str:
    """Where a request comes from, as far as a proxy that is trusted lets us see."""
    return request.client.host if request.client else "?"


@dataclass(slots=True)
class SecurityLog:
    """What the web process notes. Raises what the database raises: what must be noted and cannot is not done."""

    db: Pool
    _minute: int = 0
    _noted: Counter[tuple[What, str]] = field(default_factory=Counter)

    async def note(self, request: AnyRequest, what: What, user_id: UUID | None, about: str = "") -> None:
        """An entry about this request and this account."""
        client = client_of(request)
        if not (kept := self._may_note(what, client)):
            return
        await self.db.execute(
            "INSERT INTO security_log (what, user_id, client, about) VALUES ($1, $2, $3, $4)",
            what,
            user_id,
            client,
            about[:LONGEST] if kept < MOST else "…",
        )

    def _may_note(self, what: What, client: str) -> int:
        """The how manieth of this minute it is; 0 for one too many."""
        minute = int(monotonic() / 60)
        if minute != self._minute:
            self._minute = minute
            self._noted.clear()
        self._noted[what, client] += 1
        return self._noted[what, client] if self._noted[what, client] <= MOST else 0
