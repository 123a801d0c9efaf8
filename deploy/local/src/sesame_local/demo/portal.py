"""What the demo's people ask of Sésame, as the portal's own pages would send it, and what they see there."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from chassis.ids import uuid7
from contracts.billing import InvoicesOffered, Offer
from contracts.codes import SurveyKind
from contracts.identity_http import LoggedIn
from contracts.message import Command
from contracts.month import Month
from contracts.surveys import SurveyLink
from gateway.areas.action.queries.proofs import ProofView, load_proofs
from gateway.areas.mails.queries import keep_choices
from gateway.areas.proofs.file import Sent, look
from gateway.areas.proofs.pages import send_file
from gateway.areas.surveys.queries import ask_mails
from gateway.mails.invitation import digest
from gateway.settings import SEARCH_PATH, WebSettings
from gateway.told.mailed import Pace
from gateway.told.notifications import mark_all_read
from gateway.web.app import leave_as_it_is
from gateway.web.commands import Answer, Asked, Commands, find_answer
from gateway.web.hub import Hub
from gateway.web.identity_client import IdentityAway, IdentityClient, IdentityRefused
from gateway.web.session import Viewer
from gateway.words.refusals import sentence
from sesame_local import mail
from sesame_local.place import Place, Trouble
from sesame_local.supervise import Installation

LINK = re.compile(r"/enquete/([\w-]+)")
PATIENCE = 120
"""Seconds without what must come, on a machine that does much else."""
CREDENTIALS = re.compile(r"Identifiant\s*:\s*(\S+)\s+Mot de passe provisoire\s*:\s*(\S+)")

KNOWS_MONTH = """
    SELECT body->'months' @> jsonb_build_array(jsonb_build_object('month', $2::text)) FROM offers WHERE contract_number = $1
"""
KNOWS_ADVANCE = """SELECT body->'offers' @> '[{"without_months": "advance"}]' FROM offers WHERE contract_number = $1"""
KNOWS_BALANCE = """SELECT body->'offers' @> '[{"kind": "balance"}]' FROM offers WHERE contract_number = $1"""


@dataclass(frozen=True)
class Portal:
    """The portal's database and identity, for one installation that runs."""

    place: Place
    db: "asyncpg.Pool[Any]"
    hub: Hub
    commands: Commands
    identity: IdentityClient

    async def ask(self, viewer: Viewer, key: str, command: Command) -> UUID:
        """Sends a command and waits until every view shows what it did; its id. Raises Trouble with the refusal's sentence."""
        (id_,) = await self.ask_together(viewer, key, [command])
        return id_

    async def ask_together(self, viewer: Viewer, key: str, commands: Sequence[Command]) -> list[UUID]:
        """The same for several of one page."""
        answers = await self.commands.send_together(viewer, key, [Asked(command, uuid7(), None) for command in commands], path="/")
        for answer in answers:
            await self._done(viewer, answer)
        return [answer.command_id for answer in answers]

    async def proofs(self, viewer: Viewer, number: str, month: Month) -> list[ProofView]:
        """What a month rests on, as the viewer's page lists it (DEC-10)."""
        return await load_proofs(self.db, viewer, number, [month])

    async def send_file(self, viewer: Viewer, proof: ProofView, content: bytes) -> None:
        """Sends a PDF as a proof, and waits as `ask` does. Raises Trouble, and NotAProof."""
        known = look(Sent("justificatif.pdf", "application/pdf", content))
        await self._done(viewer, await send_file(self.commands, viewer, proof, known, content, form_id=uuid7(), path="/"))

    async def _done(self, viewer: Viewer, answer: Answer) -> None:
        answered = answer if answer.faults is not None else await self._answer(viewer, answer)
        if answered.refused:
            raise Trouble(f"{answer.type} est refusé : {' '.join(sentence(fault, {}) for fault in answered.faults or ())}")

    async def _answer(self, viewer: Viewer, asked: Answer) -> Answer:
        """The answer that a page would no longer wait for. Raises Trouble."""
        try:
            async with self.hub.waiting(asked.command_id) as answered, asyncio.timeout(PATIENCE):
                while True:
                    answered.clear()
                    if (answer := await find_answer(self.db, viewer, asked.command_id)) and answer.faults is not None:
                        return answer
                    await answered.wait()
        except TimeoutError:
            service = asked.type.partition(".")[0]
            raise Trouble(f"« {service} » ne répond pas à {asked.type} ; voyez {self.place.logs / service}.log.") from None

    async def first_log_in(self, address: str, login: str, password: str) -> Viewer:
        """Somebody logs in with what was mailed to `address`, and chooses password and login (ACC-2). Raises Trouble."""
        known, temporary = await self._credentials(address)
        try:
            account = await self.identity.log_in(known, temporary, "127.0.0.1", None)
            assert isinstance(account, LoggedIn), "nobody has a second factor before their first password"
            chosen = await self.identity.choose_first(account.user_id, password, access=account.access, new_login=login)
        except IdentityRefused as refused:
            raise Trouble(f"{login} ne peut pas se connecter : {' '.join(sentence(fault, {}) for fault in refused.faults)}") from None
        except IdentityAway:
            raise Trouble(f"« identity » ne répond pas ; voyez {self.place.logs / 'identity'}.log.") from None
        return Viewer(chosen.user_id, chosen.role, chosen.siret, chosen.login, chosen.name, must_choose_password=False)

    async def until(self, what: str, keys: Set[str], query: str, *values: object) -> None:
        """Until the query says true of what the portal shows of `keys`; `what` is said when that does not come. Raises Trouble."""
        try:
            with self.hub.open_page(uuid7(), {"": keys}) as page:
                async with asyncio.timeout(PATIENCE):
                    while not await self.db.fetchval(query, *values):
                        await page.woken.wait()
                        page.take()
        except TimeoutError:
            raise Trouble(f"Le portail ne montre pas {what} ; voyez {self.place.logs / 'gateway-worker'}.log.") from None

    async def offered(self, number: str, *, month: Month | None = None) -> InvoicesOffered:
        """What can be invoiced, once it knows of `month`; without one, once the balance is offered (BIL-2, BIL-11). Raises Trouble."""
        if month:
            await self.until(f"{month} parmi ce qui est à facturer sur {number}", {number}, KNOWS_MONTH, number, month)
        else:
            await self.until(f"le solde à facturer sur {number}", {number}, KNOWS_BALANCE, number)
        return InvoicesOffered.model_validate_json(await self.db.fetchval("SELECT body FROM offers WHERE contract_number = $1", number))

    async def advance(self, number: str) -> Offer:
        """The advance, once it is offered (BIL-10). Raises Trouble."""
        await self.until(f"l’avance à facturer sur {number}", {number}, KNOWS_ADVANCE, number)
        body = await self.db.fetchval("SELECT body FROM offers WHERE contract_number = $1", number)
        return next(offer for offer in InvoicesOffered.model_validate_json(body).offers if offer.without_months)

    async def read_all(self, viewer: Viewer) -> None:
        """Somebody has read their notifications (NOT-1)."""
        await mark_all_read(self.db, viewer)

    async def choose_mails(self, viewer: Viewer, choices: Mapping[str, Pace]) -> None:
        """Somebody chooses how soon some sorts of mails come (NOT-1)."""
        await keep_choices(self.db, viewer, choices)

    async def mail_link(self, viewer: Viewer, number: str, survey: SurveyKind, trainee_id: UUID, day: date) -> None:
        """An organisation has a personal link mailed to one of its trainees (SURV-1)."""
        await ask_mails(self.db, viewer, number, survey, {uuid7(): trainee_id}, day)

    async def link_mailed(self, number: str, survey: SurveyKind, trainee_id: UUID, address: str) -> SurveyLink:
        """The link that the latest mail to a trainee brings, once it is the one that works. Raises Trouble."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            letters = [mail.readable(letter) for letter in mail.caught(self.place.mails) if address in str(letter["To"])]
            tokens = [found[1] for letter in letters if (found := LINK.search(letter))]
            working = "SELECT sha256 FROM survey_links WHERE (contract_number, trainee_id, survey) = ($1, $2, $3)"
            if tokens and await self.db.fetchval(working, number, trainee_id, survey) == digest(tokens[-1]):
                return SurveyLink(trainee_id=trainee_id, sha256=digest(tokens[-1]))
            await asyncio.sleep(0.3)
        raise Trouble(f"Le lien à {address} n'est pas arrivé ; voyez {self.place.logs / 'gateway-worker'}.log.")

    async def _credentials(self, address: str) -> tuple[str, str]:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            letters = [mail.readable(letter) for letter in mail.caught(self.place.mails) if address in str(letter["To"])]
            if found := [credentials for letter in letters if (credentials := CREDENTIALS.search(letter))]:
                return found[-1][1], found[-1][2]
            await asyncio.sleep(0.1)
        raise Trouble(f"Le courriel à {address} n'est pas arrivé ; voyez {self.place.logs / 'identity'}.log.")


@asynccontextmanager
async def opened(place: Place, connections: int = 8) -> AsyncIterator[Portal]:
    """The portal of an installation that runs, with so many connections to its database at most."""
    installation = Installation(place)
    dsn = installation.dsn("gateway")
    settings = WebSettings.told(installation.environment("gateway-web"))
    hub, identity = Hub(settings), IdentityClient(settings.identity_url, settings.key)
    server_settings = {"search_path": SEARCH_PATH}
    async with asyncpg.create_pool(dsn, min_size=2, max_size=connections, server_settings=server_settings, reset=leave_as_it_is) as db:
        await hub.start()
        try:
            yield Portal(place, db, hub, Commands(db, hub), identity)
        finally:
            await hub.stop()
            await identity.close()
