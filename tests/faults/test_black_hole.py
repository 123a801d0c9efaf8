"""The path itself: it forwards, is silent when it is cut, and goes on where it was; after a failover only new connections work."""

import asyncio

import asyncpg
import pytest
from aiokafka.client import AIOKafkaClient

from chassis import kafka
from tests.chassis.conftest import settings_of
from tests.faults.black_hole import path_to_kafka, path_to_postgres
from tests.infra import Infra


async def test_a_cut_path_is_silent_and_a_healed_one_delivers_what_was_sent(infra: Infra) -> None:
    dsn = await infra.fresh_database("billing")
    with path_to_postgres(dsn) as path:
        connection = await asyncpg.connect(path.through(dsn))
        path.cut()
        asked = asyncio.create_task(connection.fetchval("SELECT 7"))
        with pytest.raises(TimeoutError):
            await asyncpg.connect(path.through(dsn), timeout=0.3)
        assert not asked.done()
        path.heal()
        assert await asked == 7
        path.cut()
        path.heal(failed_over=True)
        with pytest.raises(TimeoutError):
            await connection.fetchval("SELECT 8", timeout=0.3)
        connection.terminate()
        another = await asyncpg.connect(path.through(dsn))
        assert await another.fetchval("SELECT 9") == 9
        await another.close()


async def test_nobody_goes_around_a_path_to_kafka(infra: Infra) -> None:
    with path_to_kafka(infra.kafka.bootstrap) as path:
        settings = settings_of(infra.environment("billing", "", "postgresql://nobody@nowhere/none") | {"SESAME_KAFKA": path.address})
        client = AIOKafkaClient(**kafka.client_options(settings))
        await client.bootstrap()
        assert {broker.port for broker in client.cluster.brokers()} == {path.port}
        await client.close()
