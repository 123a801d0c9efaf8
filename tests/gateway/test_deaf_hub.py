"""The one connection that is told of answers and changes is killed in PostgreSQL: nobody waits longer for it, and the operator sees it."""

import asyncio
from collections.abc import Iterable
from time import monotonic

import asyncpg
import pytest
from prometheus_client import REGISTRY

from contracts.actions import ConfirmTrainers
from contracts.message import Command, Message
from gateway.web.hub import Hub
from tests.gateway.html import text_of
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_answers import award_one
from tests.infra import Infra
from tests.log import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def hears() -> bool:
    return REGISTRY.get_sample_value("sesame_hears_changes") == 1


async def is_deaf() -> bool:
    return not await hears()


async def kill_what_listens(infra: Infra, portal: RunningPortal) -> None:
    database = portal.dsn.rpartition("/")[2]
    administrator = await asyncpg.connect(infra.postgres.dsn())
    killed = await administrator.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query ~ '^LISTEN'", database
    )
    await administrator.close()
    assert len(killed) == 1


async def test_act_1_a_page_shows_the_answer_that_nobody_told_it_of(
    infra: Infra, portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    action, heard = await award_one(portal), asyncio.Event()

    def confirmed(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, ConfirmTrainers)
        return []

    async def held(_hub: Hub) -> None:
        await heard.wait()

    await eventually(hears)
    with monkeypatch.context() as deaf:
        deaf.setattr(Hub, "_hear", held)
        await kill_what_listens(infra, portal)
        await eventually(is_deaf)
        async with portal.answering(confirmed):
            began = monotonic()
            page = await portal.secretary.post(f"/actions/{action.number}/formateurs", {"faire": "confirmer"})
        assert "Les formateurs sont confirmés" in text_of(page) and monotonic() - began < 2
    heard.set()
    await eventually(hears)


async def test_who_listens_does_so_again_by_itself(infra: Infra, portal: RunningPortal) -> None:
    await eventually(hears)
    await kill_what_listens(infra, portal)
    await eventually(is_deaf)
    await eventually(hears)
