"""What people do with their own accounts over HTTP: log in, choose a password or a login, ask for another (ACC-2, ACC-3, ACC-7)."""

import asyncio
import unicodedata
from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Pool
from pydantic import SecretStr

from chassis import tracing
from chassis.engine.batch import Engine
from chassis.settings import keys
from chassis.work import Work
from contracts.envelope import Actor
from contracts.identity import AccessChanged
from contracts.identity_http import Account, ChooseLogin, ChoosePassword, CodeAsked, Forgotten, LoggedIn, LogIn, Sent
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import NotFound
from contracts.refusals.identity import (
    AccessOver,
    AccountIsDisabled,
    CurrentPasswordWrong,
    EmailUnknown,
    LoginTaken,
    PasswordUnchanged,
    TemporaryPasswordExpired,
    WrongCredentials,
)

from . import store
from .factor import Factors
from .hashing import Hasher
from .own import own_transaction
from .rules import member, secret
from .rules.member import Accounts
from .settings import IdentitySettings
from .store import Stored
from .tries import Tries

FORGOTTEN_HOURS = 24


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers the gateway. Each method raises a Refusal, or what the database raises."""

    pool: Pool
    engine: Engine
    hasher: Hasher
    settings: IdentitySettings
    mail_waits: asyncio.Event
    """Set when a mail has become due."""

    @property
    def tries(self) -> Tries:
        """How often what may be tried."""
        return Tries(self.pool, keys(self.settings.gateway_key))

    @property
    def factors(self) -> Factors:
        """What is asked beside a password."""
        return Factors(self.pool, keys(self.settings.factor_key), self.tries)

    async def log_in(self, asked: LogIn) -> LoggedIn | CodeAsked:
        """Whose login and password these are. Says no more than “wrong”, and takes as long, whether or not the login exists (ACC-7)."""
        stored = await store.find_by_login(self.pool, asked.login)
        attempt = await self.tries.log_in(asked, stored.user_id if stored else None)
        in_force, forgotten = await self.hasher.verify(
            (stored.password_hash if stored else None, _typed(asked.password.get_secret_value(), stored)),
            (stored.forgotten_hash if stored else None, _normal(asked.password.get_secret_value().strip())),
        )
        if stored is None or not (in_force or forgotten):
            raise WrongCredentials
        await self.tries.was_right(attempt)
        expires = stored.password_expires_at if in_force else stored.forgotten_expires_at
        if expires and expires <= datetime.now(UTC):
            raise TemporaryPasswordExpired(day=paris_day(expires))
        refuse_disabled(stored)
        if half_open := await self.factors.half_open(stored, in_force=in_force, device=asked.device):
            return CodeAsked(half_open=SecretStr(half_open), about=stored.user_id)
        return await self.let_in(stored, in_force=in_force)

    async def let_in(self, stored: Stored, *, in_force: bool) -> LoggedIn:
        """All that was asked was right; the password was the one `in_force`, or else the one that was mailed beside it."""
        if not in_force:
            stored = await self._use_forgotten(stored)
        # As it was when the password was looked at: what has changed since is another access, of which this log-in is not.
        return LoggedIn(**(await self.account_of(stored)).model_dump(), browser=self.tries.browser(stored.user_id))

    async def whose(self, login: str) -> UUID | None:
        """Which account has this login: for the security log, which names no login that may be a password in the wrong field."""
        stored = await store.find_by_login(self.pool, login)
        return stored.user_id if stored else None

    async def choose_password(self, asked: ChoosePassword) -> Account:
        """Another password and, if wished, login; everything wrong with them at once. The same form again changes nothing (ACC-2)."""
        stored = await self.stored(asked.user_id)
        refuse_disabled(stored)
        new = _normal(asked.new.get_secret_value())
        current = asked.current.get_secret_value() if asked.current else ""
        attempt = await self.tries.current_password(stored.user_id)
        proven, unchanged = await self.hasher.verify((stored.password_hash, _typed(current, stored)), (stored.password_hash, new))
        if asked.current is None:
            if asked.access != stored.access and not unchanged:
                raise AccessOver
            proven = stored.must_choose_password
        if not (proven or unchanged):
            raise CurrentPasswordWrong(field="current")
        await self.tries.was_right(attempt)
        if not proven:
            return await self.account_of(stored)  # sent twice: the first one did it
        new_login = asked.new_login.strip() if asked.new_login else stored.login
        wrong = secret.check_password(new, (stored.login, new_login, stored.name, *stored.email.split("@")))
        if unchanged:
            wrong.append(PasswordUnchanged(field="new"))
        refuse_all(wrong + await self._check_login(stored, new_login))
        chosen = await self._choose(stored, await self.hasher.hash(new), new_login)
        # None: another password came in between.
        return await self.account_of(chosen) if chosen else await self.choose_password(asked)

    async def choose_login(self, asked: ChooseLogin) -> Account:
        """Another login (ACC-2)."""
        stored = await self.stored(asked.user_id)
        refuse_disabled(stored)
        await self.prove(stored, asked.password)
        new_login = asked.new_login.strip()
        refuse_all(await self._check_login(stored, new_login))
        async with self.own(stored) as work:
            access = await _taken_is_refused(new_login, store.change_login(work.connection, stored.user_id, new_login, stored.access))
            if access:
                work.emit(AccessChanged(user_id=stored.user_id, access=access, chosen=False))
        # None: another password or login came in between.
        return await self.account_of(replace(stored, login=new_login, access=access)) if access else await self.choose_login(asked)

    async def prove(self, stored: Stored, password: SecretStr) -> None:
        """Whoever is logged in is the account's own user. Raises CurrentPasswordWrong."""
        attempt = await self.tries.current_password(stored.user_id)
        [proven] = await self.hasher.verify((stored.password_hash, _typed(password.get_secret_value(), stored)))
        if not proven:
            raise CurrentPasswordWrong(field="password")
        await self.tries.was_right(attempt)

    async def forgotten(self, asked: Forgotten) -> Sent:
        """A temporary password goes to a known address; the old one keeps working until that one is used (ACC-3)."""
        await self.tries.mail(asked.email, asked.client)
        accounts = await store.find_by_email(self.pool, asked.email)
        if not accounts:
            raise EmailUnknown(field="email")
        for stored in accounts:
            await store.ask_mail(self.pool, stored.user_id, "forgotten", trace=tracing.current())
        self.mail_waits.set()
        return Sent(hours=FORGOTTEN_HOURS)

    async def account(self, user_id: UUID) -> Account:
        """The account as it stands."""
        return await self.account_of(await self.stored(user_id))

    async def stored(self, user_id: UUID) -> Stored:
        """The account, with the hashes that open it. Raises NotFound."""
        stored = await store.find(self.pool, user_id)
        if stored is None:
            raise NotFound
        return stored

    def needs_factor(self, stored: Stored) -> bool:
        """Whether the Region wants a second factor of them."""
        return self.settings.agents_need_factor and stored.role == "agent"

    async def account_of(self, stored: Stored) -> Account:
        """What the portal is told of it."""
        return Account(
            user_id=stored.user_id,
            role=stored.role,
            siret=stored.siret,
            name=stored.name,
            login=stored.login,
            access=stored.access,
            email=stored.email,
            must_choose_password=stored.must_choose_password,
            must_turn_on_factor=self.needs_factor(stored) and not await self.factors.is_on(stored.user_id),
        )

    async def _use_forgotten(self, stored: Stored) -> Stored:
        """The account once its mailed password is the one in force; another log-in may just have made it so."""
        assert stored.forgotten_hash
        async with self.own(stored) as work:
            access = await store.use_forgotten(work.connection, stored.user_id, stored.forgotten_hash)
            if access:
                work.emit(AccessChanged(user_id=stored.user_id, access=access, chosen=False))
        used = replace(stored, password_hash=stored.forgotten_hash, password_expires_at=stored.forgotten_expires_at)
        return replace(used, access=access or stored.access + 1)

    async def _choose(self, stored: Stored, new_hash: str, new_login: str) -> Stored | None:
        async with self.own(stored) as work:
            access = await store.choose_password(work.connection, stored.user_id, stored.password_hash, new_hash)
            if access is None:
                return None
            if new_login != stored.login:
                access = await _taken_is_refused(new_login, store.change_login(work.connection, stored.user_id, new_login, access))
            assert access, "nobody else changes it while this row is locked"
            work.emit(AccessChanged(user_id=stored.user_id, access=access, chosen=True))
            if work.state:
                work.keep(member.activate(work.state, stored.user_id))
        return replace(stored, login=new_login, access=access, password_hash=new_hash, password_expires_at=None)

    def own(self, stored: Stored) -> AbstractAsyncContextManager[Work[Accounts]]:
        """What the account's own user does."""
        return own_transaction(self.pool, self.engine, stored.key, Actor(str(stored.user_id), stored.role, stored.siret))

    async def _check_login(self, stored: Stored, new_login: str) -> list[Refusal]:
        if new_login == stored.login:
            return []
        wrong = secret.check_login(new_login, stored.siret)
        other = await store.find_by_login(self.pool, new_login)
        if other and other.user_id != stored.user_id:
            wrong.append(LoginTaken(field="new_login", login=new_login))
        return wrong


def refuse_disabled(stored: Stored) -> None:
    """Raises AccountIsDisabled."""
    if stored.disabled:
        raise AccountIsDisabled


async def _taken_is_refused(new_login: str, change: Awaitable[int | None]) -> int | None:
    try:
        return await change
    except store.LoginExists:
        raise LoginTaken(field="new_login", login=new_login) from None


def _normal(password: str) -> str:
    """One form for each letter, whichever the keyboard sends."""
    return unicodedata.normalize("NFKC", password)


def _typed(password: str, stored: Stored | None) -> str:
    """A temporary password is copied from a mail, often with a space or a line end too many; a chosen one is what it is."""
    return _normal(password.strip() if stored and stored.must_choose_password else password)
