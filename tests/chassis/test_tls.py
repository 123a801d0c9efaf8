"""Kafka, PostgreSQL and a process's own HTTP, encrypted: who does not show the right certificate is not spoken to."""

import os
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from asyncpg import Connection

from chassis import kafka
from chassis.db import connect
from chassis.http import health, serving
from chassis.migrate import migrate
from chassis.settings import Settings
from chassis.trouble import Trouble, explain
from sesame_local.kafka import Broker
from sesame_local.process import Child
from tests import certificates
from tests.certificates import Certificates, encrypted_end
from tests.chassis.sample import SERVICE, Add
from tests.infra import Infra, free_port
from tests.log import Log, eventually
from tests.running import running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@dataclass(frozen=True, kw_only=True)
class EncryptedBroker(Broker):
    """A broker whose only listener for clients is SASL_SSL."""

    certificates: Certificates

    def configuration(self, data: Path) -> str:
        """As Broker, with the certificate."""
        plain = super().configuration(data).replace("CLIENTS:SASL_PLAINTEXT", "CLIENTS:SASL_SSL")
        stores = {"keystore": self.certificates.both, "truststore": self.certificates.ca}
        lines = [f"ssl.{store}.type=PEM\nssl.{store}.location={file}\n" for store, file in stores.items()]
        return plain + "".join(lines) + "ssl.client.auth=none\n"


@pytest.fixture(scope="module")
def broker(made: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EncryptedBroker]:
    folder = tmp_path_factory.mktemp("kafka")
    passwords = {user: f"password-of-{user}" for user in ("admin", "broker")}
    broker = EncryptedBroker(folder, free_port(), free_port(), passwords, certificates=made)
    broker.prepare()
    child = Child(broker.command, folder / "kafka.log")
    yield broker
    child.stop(timeout=5)


def settings_of(broker: Broker, ca: str, security: str = "SASL_SSL", dsn: str = "") -> Settings:
    """A process that comes as the administrator: rights are tried elsewhere."""
    login = {"kafka": broker.kafka.bootstrap, "kafka_user": "admin", "kafka_password": broker.passwords["admin"]}
    return Settings.model_validate({**login, "kafka_security": security, "kafka_ca": ca, "database": dsn})


async def test_a_service_reads_and_writes_over_tls(infra: Infra, broker: EncryptedBroker, made: Certificates) -> None:
    dsn = await infra.fresh_database("billing")
    settings = settings_of(broker, made.ca, dsn=dsn)

    async def answers() -> bool:
        try:
            await kafka.partitions(settings)
        except (OSError, KafkaError):
            return False
        return True

    await eventually(answers, 60)
    admin = AIOKafkaAdminClient(**kafka.client_options(settings))
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1) for topic in ("events", "billing.commands", "region.decisions", "calendar")])
    await admin.close()
    await migrate(SERVICE, settings)
    async with Log(settings) as log, running(SERVICE, settings):
        assert (await log.answer(await log.command("billing", "a", Add(amount=1)))).faults == ()


async def test_a_broker_whose_certificate_is_not_believed_is_not_spoken_to(broker: EncryptedBroker, made: Certificates) -> None:
    with pytest.raises(Exception) as refused:
        await kafka.partitions(settings_of(broker, made.strangers_ca))
    trouble = explain(refused.value)
    assert trouble and "not believed" in str(trouble)


async def test_who_encrypts_nothing_is_not_let_in_by_such_a_broker(broker: EncryptedBroker) -> None:
    producer = AIOKafkaProducer(**kafka.client_options(settings_of(broker, "", "SASL_PLAINTEXT")) | {"request_timeout_ms": 2_000})
    with pytest.raises(KafkaError):
        await producer.start()
    await producer.stop()


def test_nobody_comes_to_kafka_without_a_name_and_nothing_is_plain_unless_it_is_said() -> None:
    with pytest.raises(Trouble, match="SESAME_KAFKA_USER"):
        kafka.client_options(Settings(kafka="broker:9092", database=""))
    encrypted = kafka.client_options(Settings(kafka="broker:9092", kafka_user="billing", database=""))
    assert encrypted["security_protocol"] == "SASL_SSL" and encrypted["ssl_context"].check_hostname
    with pytest.raises(ValueError, match="kafka_security"):
        Settings.model_validate({"kafka": "broker:9092", "database": "", "kafka_security": "PLAINTEXT"})


def test_a_file_without_certificates_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for file in ("empty", "missing"):
        with pytest.raises(Trouble, match="cannot be read"):
            kafka.tls(Settings(kafka="", kafka_ca=str(tmp_path / file), database=""))


async def test_postgresql_is_spoken_to_over_tls_and_checked(infra: Infra, made: Certificates) -> None:
    dsn = await infra.fresh_database("billing")

    async def connected(port: int, ca: str) -> Connection:
        address = dsn.replace(f":{infra.postgres.port}/", f":{port}/") + f"?sslmode=verify-full&sslrootcert={ca}"
        return await connect(Settings(kafka="", database=address))

    async with encrypted_end(infra.postgres.port, made) as port:
        connection = await connected(port, made.ca)
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
        with pytest.raises(Exception) as refused:
            await connected(port, made.strangers_ca)
        assert "not believed" in str(explain(refused.value))
    with pytest.raises(ConnectionError, match="rejected SSL"):
        await connected(infra.postgres.port, made.ca)  # it never falls back


async def nothing() -> list[str]:
    """Nothing is missing."""
    return []


async def test_a_process_s_own_http_is_https_where_it_has_a_certificate(made: Certificates) -> None:
    settings = Settings(kafka="", database="", http_certificate=made.chain, http_key=made.key)
    failed: list[BaseException] = []
    async with serving(health("billing", lambda: True, nothing), settings, failed.append, "billing") as port:
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=made.ca)) as believer:
            assert (await believer.get(f"https://127.0.0.1:{port}/live")).status_code == 200
            with pytest.raises(httpx.HTTPError):
                await believer.get(f"http://127.0.0.1:{port}/live")
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=made.strangers_ca)) as stranger:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await stranger.get(f"https://127.0.0.1:{port}/live")
    with pytest.raises(Trouble, match="cannot be read"):
        async with serving(
            health("billing", lambda: True, nothing), settings.model_copy(update={"http_key": os.devnull}), failed.append, "billing"
        ):
            pass
