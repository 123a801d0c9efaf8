"""A service restored from a backup that was taken while it worked ends as its twin that never was: byte for byte, no number twice."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.backups import back_up, restored
from tests.infra import Infra
from tests.messages.playing import Installation, at_once, installed, interleaved
from tests.messages.samples import SAMPLES, Said, Sample, money
from tests.running import running

pytestmark = pytest.mark.timeout(300)


async def perform(installation: Installation, stories: Sequence[Sequence[Said]], backup: Path) -> None:
    """All stories at once on two replicas, a backup in the middle, until all is handled and said."""
    half, backing_up = sum(map(len, stories)) // 2, []

    async def count(_said: Said) -> None:
        if len(installation.records) >= half and not backing_up:
            backing_up.append(asyncio.create_task(back_up(installation.settings.database, backup)))

    second = installation.settings.model_copy(update={"replica": "2"})
    async with running(installation.service, installation.settings), running(installation.service, second):
        await at_once(installation, interleaved(stories, 1), count)
        await asyncio.gather(*backing_up)
        await installation.settle()


async def whole(installation: Installation) -> dict[str, Any]:
    """Every table that a restore could set back, and all that the service said; what waited in the outbox of the backup comes twice."""
    tables = ("aggregates", "seen", *installation.sample.tables)
    rows = {table: sorted(str(dict(row)) for row in await installation.fetch(f"SELECT * FROM {table}")) for table in tables}
    ours = [(envelope, body) for envelope, body in await installation.log.messages() if envelope.source == installation.service.name]
    return {**rows, "log": {(envelope.key, envelope.version, envelope.id, body) for envelope, body in ours}}


def of_one_organisation(sample: Sample) -> Sample:
    """The stories of billing share an issuer, whose legal numbers go by who comes first."""
    return replace(sample, story=partial(money, issuer=0)) if sample is SAMPLES["billing"] else sample


@pytest.mark.parametrize("name", ["billing", "actions", "declarations", "identity", "surveys"])
async def test_a_restored_service_ends_as_its_twin_that_never_was(infra: Infra, tmp_path: Path, name: str) -> None:
    sample = of_one_organisation(SAMPLES[name])
    async with installed(infra, sample) as twin:
        await perform(twin, [list(sample.story(number)) for number in range(3 if name == "billing" else 2)], backup := tmp_path / "backup")
        ended = await whole(twin)
        settings = twin.settings.model_copy(update={"database": await restored(infra, name, backup)})
        async with asyncpg.create_pool(settings.database, min_size=1, max_size=2) as database:
            brought_back = replace(twin, settings=settings, database=database)
            assert (await whole(brought_back))["aggregates"] != ended["aggregates"]
            async with running(twin.service, settings):
                await brought_back.settle()
                assert await whole(brought_back) == ended
                if name == "billing":
                    await at_once(brought_back, interleaved([list(sample.story(9))], 1))
                    await brought_back.settle()
                    numbers = await brought_back.fetch("SELECT sequence FROM invoices ORDER BY year, sequence")
                    assert [row["sequence"] for row in numbers] == [*range(1, 9), *range(1, 5)], "of 2007, and the balances of 2008"
