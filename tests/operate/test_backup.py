"""`python -m backup`: taken under load, restored alone and together; and whatever is wrong ends with a sentence and changes nothing."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from actions.app import service as actions
from backup import nights
from backup.log import TOPICS
from backup.settings import BackupSettings
from chassis.migrate import migrate
from chassis.trouble import Trouble
from contracts.awards import MOST_TRAINEES
from gateway.worker.service import service as worker
from sesame_local import topics
from sesame_local.place import READER
from sesame_local.postgres import BINARIES
from tests import certificates, guide
from tests.certificates import encrypted_end
from tests.faults.portal import AGENT, hurry, portal
from tests.forks import Forked, python_m
from tests.infra import Infra, as_role
from tests.log import eventually
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

CONTRACTS = ("2007QCA0001", "2007QCA0002")
pytestmark = pytest.mark.timeout(300)


@dataclass
class Operator:
    """Types commands."""

    infra: Infra
    prefix: str
    databases: Mapping[str, str]
    """The owners' addresses."""

    async def types(self, *arguments: object, role: str = "", **more: str) -> tuple[int, str]:
        """The exit code and what is said; as the reader of all databases where `role` says so."""
        told = {name: as_role(dsn, role) if role else dsn for name, dsn in self.databases.items()}
        environment = self.infra.environment(READER, self.prefix)
        environment |= {"SESAME_DATABASES": json.dumps(told), "SESAME_POSTGRES_PROGRAMS": str(BINARIES), **more}
        # The first fork of a run waits until everything is imported: the services of this process go on meanwhile.
        fork = await asyncio.to_thread(Forked, python_m, "backup", *map(str, arguments), environment=environment)
        return await fork.ended(120)

    async def takes(self, folder: Path) -> None:
        """A backup, as one who may only read."""
        code, said = await self.types("take", folder, role=READER)
        assert code == 0, said

    async def restores(self, folder: Path, *names: str) -> str:
        """These databases, as their owners."""
        code, said = await self.types("restore", folder, *names)
        assert code == 0, said
        return said

    async def is_refused(self, *arguments: object, role: str = "", **more: str) -> str:
        """The one sentence with which it ends."""
        code, said = await self.types(*arguments, role=role, **more)
        lines = [line for line in said.splitlines() if line]
        assert code == 1 and "Traceback" not in said, said
        return lines[-1]


def test_the_log_is_all_topics_of_the_table() -> None:
    assert set(TOPICS) == topics.load().topics.keys()


async def test_a_backup_under_load_brings_a_service_back_among_those_that_run(
    infra: Infra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    over = asyncio.Event()
    async with portal(infra, READER) as place, running(worker, place.settings):
        databases = {"actions": place.of_actions.database, "gateway": place.settings.database}
        operator = Operator(infra, place.settings.topic_prefix, databases)
        async with running(actions, place.of_actions):
            contracts = [guide.contract(number, headcount=MOST_TRAINEES) for number in CONTRACTS]
            await place.ask(AGENT, str(uuid4()), imported(*contracts), uuid4())
            await eventually(lambda: place.pool.fetchval("SELECT count(*) = 2 FROM actions"))
            working = [asyncio.create_task(place.work(key, over)) for key in CONTRACTS]
            await place.has_sent(4)
            await operator.takes(tmp_path / "backup")
            await place.has_sent(8)
        await destroy(databases["actions"])
        assert "actions : restaurée" in await operator.restores(tmp_path / "backup", "actions")
        async with running(actions, place.of_actions):
            await place.has_sent(4)
            over.set()
            await asyncio.gather(*working)
            await place.every_command_has_one_end()


async def destroy(dsn: str) -> None:
    """Nothing is left in a database but what its owner finds in a new one."""
    connection = await asyncpg.connect(dsn)
    try:
        for row in await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"):
            await connection.execute(f"DROP SCHEMA {row['nspname']} CASCADE")
        await connection.execute("CREATE SCHEMA public")
    finally:
        await connection.close()


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def test_what_is_wrong_is_a_sentence_and_changes_nothing(infra: Infra, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    async with portal(infra, READER) as place:
        await place.close_pages()
        operator = Operator(infra, place.settings.topic_prefix, {"actions": place.of_actions.database, "gateway": place.settings.database})
        await operator.takes(folder)
        await operator.restores(folder, "gateway", "actions")
        await place.open_pages()
        assert await place.pool.fetchval("SELECT count(*) FROM actions") == 0, "the pages read what they may"
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600} and stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert "entière" in (await operator.types("check", folder))[1]
        assert "existe déjà" in await operator.is_refused("take", folder)
        assert "n’est pas une sauvegarde" in await operator.is_refused("check", tmp_path)
        assert "Nommez les bases" in await operator.is_refused("restore", folder)
        assert "n’a rien de billing" in await operator.is_refused("restore", folder, "billing")
        assert "n’est pas sur cette machine" in await operator.is_refused("take", tmp_path / "b", SESAME_POSTGRES_PROGRAMS=str(tmp_path))
        assert "à qui la base appartient" in await operator.is_refused("restore", folder, "actions", role=READER)
        async with connected(place.of_actions.database) as connection:
            await connection.execute("CREATE TABLE since_then ()")
            assert "est utilisée par actions" in await operator.is_refused("restore", folder, "actions")
            await connection.execute("DELETE FROM migrations WHERE file = '0003_trainers_have_versions.sql'")
        assert "plus récente" in await operator.is_refused("restore", folder, "actions")
        swapped = Operator(infra, operator.prefix, {"actions": operator.databases["gateway"], "gateway": operator.databases["actions"]})
        assert "d’un autre service" in await swapped.is_refused("restore", folder, "actions")
        (tmp_path / "actions.dump").write_bytes((folder / "actions.dump").read_bytes())
        with (folder / "actions.dump").open("r+b") as file:
            file.seek(2000)
            file.write(b"?")
        assert "abîmée" in await operator.is_refused("check", folder)
        assert "abîmée" in await operator.is_refused("restore", folder, "actions")
        (folder / "actions.dump").unlink()
        assert "Il manque" in await operator.is_refused("restore", folder, "actions")
        async with connected(place.of_actions.database) as connection:
            assert await connection.fetchval("SELECT count(*) FROM since_then") == 0, "nothing has changed"
        assert not [name for name in os.listdir(tmp_path) if name.startswith(".")], "nothing unfinished is left"  # noqa: PTH208


async def test_a_log_that_was_lost_is_noticed(infra: Infra, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    async with portal(infra, READER) as place:
        operator = Operator(infra, place.settings.topic_prefix, {"actions": place.of_actions.database})
        async with connected(place.of_actions.database) as connection:
            await connection.execute("INSERT INTO positions VALUES ($1, 0, 7)", place.settings.topic("events"))
        await operator.takes(folder)
        assert "Remettez d’abord le journal" in await operator.is_refused("restore", folder, "actions")


async def test_what_is_no_longer_on_the_log_is_told_and_restored_all_the_same(infra: Infra, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    async with portal(infra, READER) as place:
        operator = Operator(infra, place.settings.topic_prefix, {"actions": place.of_actions.database})
        for number in range(5):
            await place.log.send("actions.commands", b"key", [], b"%d" % number, 0)
        async with connected(place.of_actions.database) as connection:
            await connection.execute("INSERT INTO positions VALUES ($1, 0, 1)", place.settings.topic("actions.commands"))
        await operator.takes(folder)
        await place.log.delete_before(place.settings.topic("actions.commands"), 0, 4)
        said = await operator.restores(folder, "actions")
        assert "ATTENTION, actions" in said and "(2 de actions.commands)" in said and "restaurée" in said


async def a_database(infra: Infra) -> tuple[Operator, str]:
    """An operator of a service's database that nobody has used, and its address."""
    prefix = infra.fresh_topics(READER)
    dsn = await infra.fresh_database("actions")
    environment = infra.environment("actions", prefix, dsn)
    settings = actions.settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})
    await migrate(actions, settings)
    return Operator(infra, prefix, {"actions": dsn}), dsn


async def test_a_restore_that_breaks_off_leaves_the_database_as_it_was(infra: Infra, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    operator, dsn = await a_database(infra)
    await operator.takes(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["databases"]["actions"]["rows"]["public.migrations"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    async with connected(dsn) as connection:
        await connection.execute("CREATE TABLE since_then ()")
    assert "reste comme elle était" in await operator.is_refused("restore", folder, "actions")
    async with connected(dsn) as connection:
        assert await connection.fetchval("SELECT count(*) FROM since_then") == 0


async def test_programs_that_cannot_encrypt_reach_a_server_that_asks_for_it(infra: Infra, tmp_path: Path) -> None:
    folder, made = tmp_path / "backup", certificates.make(tmp_path)
    operator, dsn = await a_database(infra)
    async with encrypted_end(infra.postgres.port, made) as port:

        def believing(ca: str) -> Operator:
            address = dsn.replace(f":{infra.postgres.port}/", f":{port}/") + f"?sslmode=verify-full&sslrootcert={ca}"
            return Operator(infra, operator.prefix, {"actions": address})

        code, said = await believing(made.ca).types("take", folder)
        assert code == 0, said
        await destroy(dsn)
        assert "actions : restaurée" in await believing(made.ca).restores(folder, "actions")
        assert "certificat" in await believing(made.strangers_ca).is_refused("take", tmp_path / "another")


async def test_every_night_one_more_is_kept_and_the_oldest_go_once_it_is_good(infra: Infra, tmp_path: Path) -> None:
    operator, _ = await a_database(infra)
    folder = tmp_path / "backups"
    old, left, own = "2020-01-01T013000Z", ".2020-01-02T013000Z.unfinished", "before-the-upgrade"
    for name in (old, left, own):
        (folder / name).mkdir(parents=True)
    assert "n’est pas sur cette machine" in await operator.is_refused("keep", folder, SESAME_POSTGRES_PROGRAMS=str(tmp_path))
    assert {path.name for path in folder.iterdir()} == {old, own}, "what is not good displaces nothing"
    with nights.alone(folder):
        assert "Une autre sauvegarde" in await operator.is_refused("keep", folder)
    code, said = await operator.types("keep", folder, "--days", 7, role=READER)
    assert code == 0 and f"{old} : jetée" in said and "faite et vérifiée" in said, said
    new = {path.name for path in folder.iterdir()} - {own}
    assert len(new) == 1 and nights.outlived(new, datetime.now(UTC), 1) == []
    assert "entière" in (await operator.types("check", folder / new.pop()))[1]


def test_one_that_is_not_read_as_it_was_written_displaces_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "2020-01-01T013000Z"
    old.mkdir()

    async def take(*_: object, **__: object) -> None:
        """Leaves nothing that can be read."""

    monkeypatch.setattr(nights, "take", take)
    with pytest.raises(Trouble):
        nights.keep(BackupSettings(kafka="", databases={}), tmp_path, 7, print)
    assert old.exists()


@pytest.mark.parametrize(
    ("name", "goes"),
    [
        ("2027-03-05T013000Z", False),
        ("2027-02-26T013001Z", False),
        ("2027-02-26T012959Z", True),
        ("2020-01-01T000000Z", True),
        ("2020-01-01", False),
        ("before-the-upgrade", False),
        (".2020-01-01T000000Z.unfinished", False),
    ],
)
def test_a_backup_goes_when_it_has_had_its_days_and_what_is_called_otherwise_stays(name: str, goes: bool) -> None:
    assert (nights.outlived([name], datetime(2027, 3, 5, 1, 30, tzinfo=UTC), 7) == [name]) is goes
