"""The real Kafka and PostgreSQL, ACLs on, from wheels and jars alone."""

import asyncio
import logging
import secrets

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from confluent_kafka.admin import ConfigResource

from sesame_local import acls, topics
from tests.infra import Infra

TABLE = topics.load()


@pytest_asyncio.fixture(scope="module")
async def prefix(infra: Infra) -> str:
    """Every topic, with a record on it."""
    prefix = f"{secrets.token_hex(4)}."
    acls.apply(infra.kafka.admin(), TABLE, prefix)
    producer = AIOKafkaProducer(**login(infra, "admin"))
    await producer.start()
    for topic in TABLE.topics:
        await producer.send_and_wait(prefix + topic, b"{}", key=b"k")
    await producer.stop()
    return prefix


def login(infra: Infra, principal: str) -> dict[str, object]:
    return {
        "bootstrap_servers": infra.kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": principal,
        "sasl_plain_password": infra.kafka.passwords[principal],
    }


async def can_write(infra: Infra, principal: str, topic: str) -> bool:
    """Whether `principal` gets a record onto `topic`, as our relay writes it: idempotent.

    Who writes nothing at all would wait for a number for ever.
    """
    producer = AIOKafkaProducer(**login(infra, principal), enable_idempotence=bool(TABLE.principals[principal].writes), acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}", key=b"k")
    except (TopicAuthorizationFailedError, ClusterAuthorizationFailedError):
        return False
    finally:
        await producer.stop()
    return True


async def can_read(infra: Infra, principal: str, topic: str, group: str) -> bool:
    """Whether `principal`, in `group`, gets a record of `topic`."""
    consumer = AIOKafkaConsumer(topic, **login(infra, principal), group_id=group, auto_offset_reset="earliest")
    try:
        await consumer.start()
        async with asyncio.timeout(20):
            await consumer.getone()
    except (TopicAuthorizationFailedError, GroupAuthorizationFailedError):
        return False
    finally:
        await consumer.stop()
    return True


@pytest.mark.parametrize("principal", TABLE.principals)
async def test_a_principal_writes_the_topics_of_its_row_and_no_other(infra: Infra, prefix: str, principal: str) -> None:
    written = {topic for topic in TABLE.topics if await can_write(infra, principal, prefix + topic)}
    assert written == TABLE.principals[principal].writes


@pytest.mark.parametrize("principal", TABLE.principals)
async def test_a_principal_reads_the_topics_of_its_row_and_no_other(infra: Infra, prefix: str, principal: str) -> None:
    group = f"{TABLE.principals[principal].group_prefix}{prefix}test"
    read = {topic for topic in TABLE.topics if await can_read(infra, principal, prefix + topic, f"{group}.{topic}")}
    assert read == TABLE.principals[principal].reads


async def test_a_principal_does_not_join_a_group_of_another(infra: Infra, prefix: str) -> None:
    assert not await can_read(infra, "billing", f"{prefix}events", "actions.stolen")


async def test_a_wrong_password_is_refused(infra: Infra, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, logger="aiokafka")  # a process of ours hushes it
    producer = AIOKafkaProducer(**login(infra, "billing") | {"sasl_plain_password": "guessed"})
    with pytest.raises(KafkaConnectionError):
        await producer.start()
    await producer.stop()
    assert "SaslAuthenticationFailed" in caplog.text


async def test_an_unknown_topic_is_not_made_on_the_fly(infra: Infra, prefix: str) -> None:
    producer = AIOKafkaProducer(**login(infra, "admin"), request_timeout_ms=1000)
    await producer.start()
    try:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.send_and_wait(f"{prefix}unheard-of", b"{}")
    finally:
        await producer.stop()


def test_applying_the_table_again_changes_nothing(infra: Infra, prefix: str) -> None:
    admin = infra.kafka.admin()
    before = set(admin.describe_acls(acls.ANY).result(10))
    acls.apply(admin, TABLE, prefix)
    assert set(admin.describe_acls(acls.ANY).result(10)) == before


def test_a_topic_has_the_partitions_and_settings_of_its_row(infra: Infra, prefix: str) -> None:
    admin = infra.kafka.admin()
    listed = admin.list_topics(timeout=10).topics
    for topic in TABLE.topics.values():
        assert len(listed[prefix + topic.name].partitions) == topic.partitions
    resources = {ConfigResource(ConfigResource.Type.TOPIC, prefix + name): topic for name, topic in TABLE.topics.items()}
    for resource, future in admin.describe_configs(list(resources)).items():
        settings = future.result(10)
        wanted = TABLE.topics[resource.name.removeprefix(prefix)].config
        assert {option: settings[option].value for option in wanted} == dict(wanted)


async def test_a_role_does_not_connect_to_the_database_of_another(infra: Infra) -> None:
    await infra.fresh_database("actions")
    dsn = await infra.fresh_database("billing")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(dsn.replace("billing:password-of-billing", "actions:password-of-actions"))


async def test_a_migrated_database_is_copied_and_not_migrated_again(infra: Infra) -> None:
    runs = []

    async def migrate(dsn: str) -> None:
        runs.append(dsn)
        connection = await asyncpg.connect(dsn)
        await connection.execute("CREATE TABLE words (word text); INSERT INTO words VALUES ('once')")
        await connection.close()

    first, second = [await infra.fresh_database("surveys", migrate, "words") for _ in range(2)]
    assert len(runs) == 1
    for dsn in (first, second):
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SELECT string_agg(word, ',') FROM words") == "once"
        await connection.execute("INSERT INTO words VALUES ('mine')")
        await connection.close()


async def test_names_are_lowered_and_unaccented_the_same_everywhere(infra: Infra) -> None:
    connection = await asyncpg.connect(await infra.fresh_database("gateway"))
    try:
        await connection.execute("CREATE EXTENSION unaccent")
        assert await connection.fetchval("SELECT lower(unaccent('ÉLODIE'))") == "elodie"
    finally:
        await connection.close()
