"""How often what may be tried: log-ins by login and client, mails by address, the current password and codes by account (ACC-3,
ACC-7).

Nothing here locks an account: strangers' wrong passwords slow strangers down, and a browser that logged in before has tries of its own.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from uuid import UUID

from asyncpg import Pool

from contracts.identity_http import LogIn
from contracts.refusals.identity import SlowedDown

from . import store
from .store import Limit

MINUTE = timedelta(minutes=1)
# Five wrong passwords of a client slow it down for that login. A client may be an office with one address for many: more for all of theirs.
A_CLIENT_OF_A_LOGIN = Limit(free=5, first=MINUTE, most=15 * MINUTE)
A_CLIENT = Limit(free=30, first=MINUTE, most=15 * MINUTE)
# Many clients on one login are somebody who guesses from many places: each new one waits after its second.
MANY = 50
A_CLIENT_AMONG_MANY = replace(A_CLIENT_OF_A_LOGIN, free=2)
AN_ACCOUNT = Limit(free=5, first=MINUTE, most=5 * MINUTE)
# Whoever knows the password and guesses codes, of which three are right at a time: some thirty tries a day.
A_CODE = Limit(free=5, first=MINUTE, most=60 * MINUTE, quiet=timedelta(days=1))
# Mails cost their reader something, and requests for an account an agent: fewer of them (ACC-3, ACC-4).
AN_ADDRESS = Limit(free=3, first=10 * MINUTE, most=60 * MINUTE, quiet=timedelta(hours=6))
A_CLIENT_WHO_FORGETS = Limit(free=10, first=10 * MINUTE, most=60 * MINUTE, quiet=timedelta(hours=6))


BROWSER = "browser of a user"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A log-in that may be tried: what is forgotten when it was right, and what gets its one try back."""

    own: bytes
    shared: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Tries:
    """Counts in the database, so that all processes count together. What is counted raises SlowedDown when it must wait."""

    pool: Pool
    secrets: tuple[str, ...]
    """The newest keys the hashes: people type passwords into the field of the login. A browser's proof may be of any."""

    async def log_in(self, asked: LogIn, user_id: UUID | None) -> Attempt:
        """Before the password is looked at. `user_id` is of the account with that login."""
        if user_id and asked.browser and self._knows(asked.browser, user_id):
            own = self._subject("browser", asked.browser)
            await self._charge(own, A_CLIENT_OF_A_LOGIN)
            return Attempt(own)
        login, client = store.folded(asked.login), _network(asked.client)
        all_of_client, all_of_login = self._subject("client", client), self._subject("login", login)
        own = self._subject("client of a login", f"{client} {login}")
        await self._charge(all_of_client, A_CLIENT)
        among_many = await store.count(self.pool, all_of_login, A_CLIENT.quiet) > MANY
        await self._charge(own, A_CLIENT_AMONG_MANY if among_many else A_CLIENT_OF_A_LOGIN)
        return Attempt(own, (all_of_client, all_of_login))

    async def was_right(self, attempt: Attempt) -> None:
        """What was wrong before is forgotten; of what the client tries elsewhere, and others with this login, only this try is."""
        await store.forget_tries(self.pool, attempt.own)
        for subject in attempt.shared:
            await store.give_back(self.pool, subject)

    async def current_password(self, user_id: UUID) -> Attempt:
        """In a session, which somebody may have taken over."""
        attempt = Attempt(self._subject("account", str(user_id)))
        await self._charge(attempt.own, AN_ACCOUNT)
        return attempt

    async def code(self, user_id: UUID, browser: str | None) -> Attempt:
        """A code after the password. A browser that logged in before has tries of its own: who guesses elsewhere slows nobody else down."""
        known = browser if browser and self._knows(browser, user_id) else ""
        attempt = Attempt(self._subject("code", f"{user_id} {known}"))
        await self._charge(attempt.own, A_CODE)
        return attempt

    async def code_in_session(self, user_id: UUID) -> Attempt:
        """A code by somebody who is logged in."""
        attempt = Attempt(self._subject("code in a session", str(user_id)))
        await self._charge(attempt.own, A_CODE)
        return attempt

    async def mail(self, email: str, client: str) -> None:
        """A temporary password to this address."""
        await self._charge(self._subject("client who forgets", _network(client)), A_CLIENT_WHO_FORGETS)
        await self._charge(self._subject("address", store.folded(email)), AN_ADDRESS)

    async def newcomer(self, siret: str, email: str, client: str) -> None:
        """A request for an account of this organisation, by whoever reads this address."""
        await self._charge(self._subject("newcomer", _network(client)), A_CLIENT_WHO_FORGETS)
        for kind, what in (("newcomer of", siret), ("newcomer at", store.folded(email))):
            await self._charge(self._subject(kind, what), AN_ADDRESS)

    def browser(self, user_id: UUID) -> str:
        """What a browser keeps that has logged in as this user: a number of its own, and the proof that it is from here."""
        number = secrets.token_urlsafe(16)
        return f"{number}.{self._proof(number, user_id)}"

    def _knows(self, browser: str, user_id: UUID) -> bool:
        number, _, proof = browser.partition(".")
        return any(
            hmac.compare_digest(proof.encode(), _hashed(secret, BROWSER, f"{number} {user_id}").hex().encode()) for secret in self.secrets
        )

    def _proof(self, number: str, user_id: UUID) -> str:
        return self._subject(BROWSER, f"{number} {user_id}").hex()

    def _subject(self, kind: str, what: str) -> bytes:
        return _hashed(self.secrets[0], kind, what)

    async def _charge(self, subject: bytes, limit: Limit) -> None:
        wait = await store.charge(self.pool, subject, limit)
        if wait:
            raise SlowedDown(minutes=ceil(wait / MINUTE))


def _hashed(secret: str, kind: str, what: str) -> bytes:
    key = hashlib.sha256(secret.encode()).digest()
    return hashlib.blake2b(f"{kind} {what}".encode(), key=key, digest_size=32).digest()


def _network(client: str) -> str:
    """Who counts as one: an address, or the 64 bits of an IPv6 network, inside which one machine has as many addresses as it likes."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
