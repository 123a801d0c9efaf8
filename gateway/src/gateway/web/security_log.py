"""The security log: who came, who was refused, what changed, from where; never a secret. The operator reads it (`worker/security.py`)."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from asyncpg import Pool

from .per_minute import PerMinute
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
    ACCOUNT_ASKED = "account_asked"
    PASSWORD_CHANGED = "password_changed"
    LOGIN_CHANGED = "login_changed"
    CHANGE_REFUSED = "change_refused"
    FORM_OF_ANOTHER_SITE = "form_of_another_site"
    NOT_THEIRS = "not_theirs"
    DOWNLOADED = "downloaded"
    CODE_ASKED = "code_asked"
    CODE_REFUSED = "code_refused"
    FACTOR_TURNED_ON = "factor_turned_on"
    FACTOR_TURNED_OFF = "factor_turned_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    BROWSER_REMEMBERED = "browser_remembered"
    BROWSERS_FORGOTTEN = "browsers_forgotten"
    SESSIONS_ENDED = "sessions_ended"
    PERSON_TOLD = "person_told"


def client_of(request: AnyRequest) -> str:
    """Where a request comes from, as far as a proxy that is trusted lets us see."""
    return request.client.host if request.client else "?"


@dataclass(slots=True)
class SecurityLog:
    """What the web process notes. Raises what the database raises: what must be noted and cannot is not done."""

    db: Pool
    _noted: PerMinute = field(default_factory=PerMinute)

    async def note(self, request: AnyRequest, what: What, user_id: UUID | None, about: str = "") -> None:
        """An entry about this request and this account."""
        client = client_of(request)
        if (kept := self._noted.count(what, client)) > MOST:
            return
        await self.db.execute(
            "INSERT INTO security_log (what, user_id, client, about) VALUES ($1, $2, $3, $4)",
            what,
            user_id,
            client,
            about[:LONGEST] if kept < MOST else "…",
        )

    async def downloaded(self, request: AnyRequest, user_id: UUID) -> None:
        """This account takes the file at this address."""
        await self.note(request, What.DOWNLOADED, user_id, request.url.path)
