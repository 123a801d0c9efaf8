"""Each secret is changed while people work, by the steps of deploy/ROTATION.md: nobody waits long, nothing fails, the old opens nothing.

Two replicas of identity, worker and pages, behind what a cluster has in front of them; a supervisor starts anew what ends.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.errors import KafkaError
from confluent_kafka.admin import ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion
from pydantic import SecretStr

from auditor import audit
from chassis import kafka
from chassis.settings import Settings
from contracts.identity_http import REQUESTS
from tests.infra import Infra, as_role, local, role_password
from tests.messages.auditing import audit_settings
from tests.small import FACTOR_KEY, KEY, Load, Small, standing, under_load

pytestmark = pytest.mark.timeout(900)
LONGEST = 10.0
"""Seconds that an answer may take meanwhile: three replicas of the group leave and come, one after the other."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def small() -> AsyncIterator[Small]:
    """On a Kafka and a PostgreSQL of their own, since passwords are everybody's who comes to them."""
    with local() as infra:
        async with standing(infra) as small:
            for part in ("identity", "worker", "web"):
                await small.start(f"{part} 2")
            yield small


@asynccontextmanager
async def changing(small: Small) -> AsyncIterator[Load]:
    """Until the block ends somebody works there, and for a while after; then all was answered, in time, and every promise holds."""
    async with under_load(small) as load:
        supervisor = asyncio.create_task(_supervise(small))
        try:
            await _more(load, 3)
            yield load
            await _more(load, 3)
        finally:
            supervisor.cancel()
    assert load.wrong == [] and load.asked > 10
    assert load.longest < LONGEST, load
    said = f"{load.answered} answered, the slowest in {load.longest:.1f} s; {load.asked} times asked by HTTP; {load.again} sent again"
    print(said)  # noqa: T201
    databases = {"identity": small.settings["identity"]["SESAME_DATABASE"], "gateway": small.settings["worker"]["SESAME_DATABASE"]}
    addresses = {name: as_role(dsn, "auditor") for name, dsn in databases.items()}
    assert await audit(audit_settings(small.infra, small.prefix, addresses)) == []


async def _more(load: Load, times: int) -> None:
    goal = load.answered + times
    async with asyncio.timeout(60):
        while load.answered < goal and not load.wrong:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert load.wrong == []


async def _supervise(small: Small) -> None:
    """Starts anew what has ended by itself, with the settings of now, as every cluster does."""
    while True:
        for name in [name for name, replica in small.replicas.items() if not replica.process.is_running]:
            await small.renew(name, if_ended=True)
        await asyncio.sleep(0.2)


async def test_the_gateway_s_key(small: Small):
    new = "the-gateway-s-next-key"
    async with changing(small):
        small.settings["identity"]["SESAME_GATEWAY_KEY"] = small.settings["web"]["SESAME_GATEWAY_KEY"] = f"{new}\n{KEY}"
        await small.restart("identity")
        await small.restart("web")
        small.settings["identity"]["SESAME_GATEWAY_KEY"] = small.settings["web"]["SESAME_GATEWAY_KEY"] = new
        await small.restart("identity")
    address = f"http://127.0.0.1:{small.fronts['identity'].port}{REQUESTS}"
    shown = {key: (await small.http.get(address, headers={"Authorization": f"Bearer {key}"})).status_code for key in (KEY, new)}
    assert shown == {KEY: 401, new: 200}


async def test_the_key_of_second_factors(small: Small):
    async with changing(small):
        small.settings["identity"]["SESAME_FACTOR_KEY"] = f"the-next-key-of-second-factors\n{FACTOR_KEY}"
        await small.restart("identity")
        assert "Scellés avec la première clé" in await small.operate("identity", "factor", "reseal")
        small.settings["identity"]["SESAME_FACTOR_KEY"] = "the-next-key-of-second-factors"
        await small.restart("identity")


@pytest.mark.parametrize(("user", "part"), [("identity", "identity"), ("gateway", "worker")])
async def test_the_password_of_a_kafka_user(small: Small, user: str, part: str):
    old = small.settings[part]["SESAME_KAFKA_PASSWORD"]
    async with changing(small):
        small.settings[part]["SESAME_KAFKA_PASSWORD"] = f"the-next-password-of-{user}"
        await asyncio.to_thread(_change, small.infra, user, f"the-next-password-of-{user}")
        # One dies meanwhile, and must connect anew.
        small.replicas[f"{part} 2"].process.kill()
        await small.restart(part)
    with pytest.raises(KafkaError):
        await _partitions(small, part, old)
    await _partitions(small, part, f"the-next-password-of-{user}")


@pytest.mark.parametrize(("role", "part"), [("identity", "identity"), ("gateway", "worker"), ("gateway_web", "web")])
async def test_the_password_of_a_database_s_role(small: Small, role: str, part: str):
    before = small.settings[part]["SESAME_DATABASE"]
    other = f"{role}_2"
    async with changing(small):
        await _as_administrator(
            small.infra,
            f"CREATE ROLE {other} LOGIN PASSWORD '{role_password(other)}' IN ROLE {role}",
            f"ALTER ROLE {other} SET role = '{role}'",
        )
        small.settings[part]["SESAME_DATABASE"] = as_role(before, other)
        await small.restart(part)
        assert await _connected(small.infra, role, urlsplit(before).path[1:]) == 0
        await _as_administrator(small.infra, f"ALTER ROLE {role} PASSWORD NULL")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(before)


def _change(infra: Infra, user: str, password: str) -> None:
    """What kafka-configs.sh does."""
    upsertion = UserScramCredentialUpsertion(user, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password.encode())
    admin = infra.kafka.admin()  # held until it has answered
    for future in admin.alter_user_scram_credentials([upsertion]).values():
        future.result(30)


async def _partitions(small: Small, part: str, password: str) -> None:
    """Comes to Kafka with this password. Raises KafkaError."""
    told = small.settings[part]
    settings = Settings(
        kafka=told["SESAME_KAFKA"],
        kafka_user=told["SESAME_KAFKA_USER"],
        kafka_password=SecretStr(password),
        kafka_security="SASL_PLAINTEXT",
        database="none",
    )
    await kafka.partitions(settings)


async def _as_administrator(infra: Infra, *statements: str) -> None:
    connection = await asyncpg.connect(infra.postgres.dsn())
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def _connected(infra: Infra, role: str, database: str) -> int:
    """How many sessions have logged in as this role."""
    connection = await asyncpg.connect(infra.postgres.dsn())
    count: int = await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND datname = $2", role, database)
    await connection.close()
    return count
