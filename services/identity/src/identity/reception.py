"""Newcomers: who asks for an account over HTTP, and what of it is forgotten when nobody answers (ACC-4)."""

from dataclasses import dataclass

from asyncpg import Pool

from chassis import instant
from chassis.engine.batch import Engine
from chassis.ids import uuid7
from contracts.envelope import Actor
from contracts.identity import request_key
from contracts.identity_http import AccountAsked, AccountRequests, AskAccount, Newcomer
from contracts.month import beginning, paris_day
from contracts.personal import stripped
from contracts.refusals.identity import TooManyAccountRequests

from . import store_people
from .own import own_transaction
from .rules import request
from .rules.request import Request
from .tries import Tries

MOST_OPEN = 300
"""Requests without an answer: from many places at once, nobody buries those of honest people deeper, nor fills the disk."""
NOBODY = Actor("identity", "system")


@dataclass(frozen=True, slots=True)
class Reception:
    """Answers the gateway. `ask` raises a Refusal; each raises what the database raises."""

    pool: Pool
    engine: Engine
    tries: Tries

    async def ask(self, asked: AskAccount) -> AccountAsked:
        """Keeps a request for the agents; what is answered tells nobody who has an account: no account is looked at."""
        said = Newcomer(**{name: stripped(text) for name, text in asked.model_dump(exclude={"client"}).items()})
        request.check(said)
        await self.tries.newcomer(said.siret, said.email, asked.client)
        if not await store_people.is_requested(self.pool, said):
            if await store_people.count_requests(self.pool) >= MOST_OPEN:
                raise TooManyAccountRequests
            await self._keep(said)
        return AccountAsked(days=request.LIFE.days)

    async def list_all(self) -> AccountRequests:
        """Those that wait for an agent."""
        return AccountRequests(requests=tuple(await store_people.list_requests(self.pool)))

    async def expire(self) -> None:
        """Forgets those whose time is over, and whom no mail of refusal has reached in that time."""
        now = instant.now()
        for request_id in await store_people.old_requests(self.pool, beginning(paris_day(now) - request.LIFE)):
            async with own_transaction(self.pool, self.engine, request_key(request_id), NOBODY) as work:
                await store_people.forget_request(work.connection, request_id)
                if isinstance(work.state, Request):
                    work.keep(request.expire(work.state))

    async def _keep(self, said: Newcomer) -> None:
        request_id = uuid7()
        async with own_transaction(self.pool, self.engine, request_key(request_id), NOBODY) as work:
            if await store_people.keep_request(work.connection, request_id, said, work.at):
                work.keep(request.ask(request_id, said.siret, paris_day(work.at)))
