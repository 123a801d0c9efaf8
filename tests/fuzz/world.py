"""Two organisations and an agent, and everything that each of them can see; the values of one organisation are marked, so that they are
known wherever they come out.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
from litestar import Litestar
from pydantic import SecretStr

from contracts import factor_http
from contracts.answers import Fault
from contracts.codes import ProofKind
from contracts.identity import AccountRequested, request_key
from contracts.identity_http import FORGOTTEN, REQUESTS, Account, AccountAsked, AccountRequest, AccountRequests, Sent
from contracts.message import Command, Message
from contracts.month import Month
from contracts.personal import UserRecord
from contracts.refusals import Refusal, catalogue
from gateway.mails import links
from gateway.settings import WebSettings
from gateway.web.app import create_app
from gateway.web.identity_client import IdentityClient, IdentityRefused
from gateway.web.session import COOKIE, open_session
from tests import guide
from tests.gateway.pieces import sheet, terms, trainee_messages
from tests.gateway.region_in_march import award, region_in_march
from tests.gateway.running_portal import OTHER, Person, RunningPortal, account_of
from tests.gateway.workbooks import full, sheets_of, xlsx

MARK = "Zyqxwvut"
"""In every text of the other organisation's; in no request."""
MARKED = "2007QZA0001"
ASKED = UUID(int=0xA5)
"""A request for an account (ACC-4), and what it says."""
ASKS = {
    "siret": OTHER,
    "organisation": f"{MARK} SARL",
    "name": f"{MARK} Anne",
    "email": f"anne@{MARK}.example",
    "address": f"2 rue {MARK}",
    "postcode": "34000",
    "town": MARK,
}


@dataclass
class World:
    """The portal, and who asks it: `tokens` are their sessions'. `ids` are everybody's, to be put where they do not belong."""

    portal: RunningPortal
    app: Litestar
    people: dict[str, Person]
    ids: list[bytes]
    tokens: dict[str, str] = field(default_factory=dict)

    async def renew(self, who: str) -> None:
        """A session for this person: they may just have left."""
        person = self.people.get(who.removesuffix(", lapsed"))
        if person is None:
            return
        self.tokens[who] = await open_session(self.portal.db, person.viewer)
        if who.endswith(", lapsed"):
            await self.portal.db.execute(
                "UPDATE sessions SET seen_at = now() - interval '1 hour' WHERE token_hash = sha256($1::text::bytea)", self.tokens[who]
            )

    def cookie(self, who: str) -> list[tuple[bytes, bytes]]:
        """The header of their session."""
        token = self.tokens.get(who)
        return [(b"cookie", f"{COOKIE}={token}".encode())] if token else []


@asynccontextmanager
async def world(portal: RunningPortal, dsn: str) -> AsyncIterator[World]:
    """Told whole, and marked."""
    await region_in_march(portal)
    await _marked(portal)
    people = {"secretary": portal.secretary, "rival": portal.rival, "agent": portal.agent}
    app = create_app(WebSettings(database=dsn, identity_url="http://127.0.0.1:1", gateway_key=SecretStr("the-gateway-s-own-key")))
    async with app.lifespan():
        told = World(portal, app, people, [])
        for who in (*people, *(f"{who}, lapsed" for who in people)):
            await told.renew(who)
        await _send_file(portal.agent)
        told.ids = [text.encode() for text in (*await _ids(portal), await _stop(portal))]
        yield told


async def _marked(portal: RunningPortal) -> None:
    """An action of the other organisation's with something on every page, every text of it marked."""
    of = terms(f"{MARK} TITRE", date(2007, 9, 3), date(2008, 6, 27), siret=OTHER)
    of = of.model_copy(update={"organisation": of.organisation.model_copy(update={"name": f"{MARK} SARL"})})
    marked = await award(portal, MARKED, of)
    await marked.open(4)
    for number, trainee in enumerate(marked.trainees):
        changed = sheet(f"{MARK}-{number}", MARK, of.planned_start)
        await portal.happen(MARKED, *trainee_messages(MARKED, trainee, changed, version=2, changed=True), actor=portal.rival.actor)
    for month in ("2007-09", "2007-10", "2007-11"):
        await marked.confirm(Month(month), calls_for=(ProofKind.ABSENCE,))
    await marked.prove(Month("2007-09"), f"%PDF-1.4 {MARK} %%EOF".encode())
    await marked.invoice(Month("2007-09"), on=date(2007, 10, 8))
    rejected = await marked.invoice(Month("2007-10"), on=date(2007, 11, 8))
    await marked.reject(rejected, on=date(2008, 3, 4), correct_by=date(2008, 3, 19))
    holder = {"name": f"{MARK} SARL", "email": f"{MARK}@x.example", "address": f"2 rue {MARK}", "postcode": "34000", "town": MARK}
    await portal.happen(OTHER, guide.organisation_registered(siret=OTHER, **holder))
    user_id = portal.rival.viewer.user_id
    await portal.happen(OTHER, UserRecord(id=str(user_id), version=2, user_id=user_id, name=MARK, email=f"{MARK}@x.example"))
    await portal.happen(request_key(ASKED), AccountRequested(request_id=ASKED, siret=OTHER))


async def _send_file(agent: Person) -> None:
    """An import that waits for the agent's word."""
    answer: httpx.Response = await agent.client.post(
        "/region/import", data={"_commande": str(uuid4())}, files={"fichier": (f"{MARK}.xlsx", xlsx(sheets_of(full())))}, timeout=60
    )
    assert answer.status_code == 200, answer.status_code


async def _stop(portal: RunningPortal) -> str:
    """The signed end of a link in a mail to the other organisation."""
    return links.signed(await portal.db.fetchval("SELECT key FROM mail_key"), portal.rival.viewer.user_id, ["windows"])


async def _ids(portal: RunningPortal) -> list[str]:
    """What names something of somebody's."""
    rows = await portal.db.fetch(
        """
        SELECT contract_number AS id FROM actions UNION SELECT invoice_id::text FROM invoices UNION SELECT trainee_id::text FROM trainees
        UNION SELECT id::text FROM notifications UNION SELECT id::text FROM uploads UNION SELECT id::text FROM commands
        UNION SELECT file_id::text FROM proof_files
        UNION SELECT siret FROM actions UNION SELECT user_id::text FROM sessions
        UNION SELECT request_id::text FROM account_requests UNION SELECT 's' || replace(trainee_id::text, '-', '')
        FROM trainees ORDER BY id
        """
    )
    return [row["id"] for row in rows]


class AnyIdentity:
    """Stands in for identity: it refuses, or lets in, as chance will have it, after it has read what is asked as identity would."""

    def __init__(self, people: Iterable[Person], random: Random) -> None:
        self._people, self._random = {person.viewer.user_id: person.viewer for person in people}, random

    async def ask(self, _client: IdentityClient, path: str, body: Any = None) -> object:
        """As `IdentityClient.ask`."""
        if body is not None:
            type(body).model_validate_json(body.model_dump_json())
        if path == FORGOTTEN:
            return Sent(hours=24).model_dump(mode="json")
        if path == REQUESTS:
            said = AccountRequests(requests=(AccountRequest(request_id=ASKED, **ASKS),)) if body is None else AccountAsked(days=30)
            return said.model_dump(mode="json")
        if path.startswith((factor_http.FACTORS, factor_http.DEVICES)) and self._random.random() < 0.7:
            return self.factor(path)
        user_id: UUID | None = getattr(body, "user_id", None)
        if user_id is None or self._random.random() < 0.7:
            raise IdentityRefused((self.fault(),), None)
        viewer = self._people[user_id]
        account = Account(
            **{name: getattr(viewer, name) for name in ("user_id", "role", "siret", "name", "login")},
            email="x@y.z",
            must_choose_password=False,
        )
        return account.model_dump(mode="json")

    def factor(self, path: str) -> object:
        """What is said of a second factor, on or off as chance will have it."""
        secret = SecretStr("GEZDGNBVGY3TQOJQ")
        if path == factor_http.BEGIN or path.endswith("/begun"):
            return factor_http.FactorBegun(secret=secret, uri=SecretStr("otpauth://totp/x")).model_dump(mode="json")
        if path in (factor_http.CONFIRM, factor_http.RECOVERY_CODES):
            account = account_of(self._random.choice(list(self._people.values())))
            return factor_http.RecoveryCodes(codes=(secret,) * 10, account=account).model_dump(mode="json")
        on = self._random.choice((None, datetime.now(UTC)))
        device = factor_http.Device(id=uuid4(), browser="Firefox", remembered_at=datetime.now(UTC), used_at=datetime.now(UTC))
        factor = factor_http.Factor(on_since=on, must=False, recovery_codes_left=self._random.randrange(11), devices=(device,))
        return factor.model_dump(mode="json")

    def fault(self) -> Fault:
        """A rule's refusal without figures."""
        plain = sorted(code for code, refusal in catalogue().items() if refusal.rule and "{" not in (refusal.__doc__ or ""))
        return Fault(code=self._random.choice(plain))

    async def decide(self, _key: str, command: Command) -> list[Message]:
        """Services that take what is asked, or refuse it."""
        if self._random.random() < 0.5:
            refusal: type[Refusal] = catalogue()[self.fault().code]
            raise refusal(field=self._random.choice((None, *type(command).model_fields)))
        return []
