"""The same Kafka and PostgreSQL in containers, for machines that have Docker: TEST_INFRA=docker."""

import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer

from sesame_local.kafka import Broker
from sesame_local.place import kafka_users
from sesame_local.postgres import LOCALE, Postgres
from tests.infra import Infra, free_port

KAFKA, POSTGRES = "apache/kafka:4.3.1", "postgres:18"
PASSWORD = "password-of-postgres"


@contextmanager
def containers() -> Iterator[Infra]:
    """A broker and a server, with the configuration, users and locale of the local ones."""
    folder = Path(tempfile.mkdtemp(prefix="sesame-tests-"))
    folder.chmod(0o755)  # the image's user reads it
    broker = Broker(folder, free_port(), free_port(), {user: f"password-of-{user}" for user in kafka_users()}, listen="0.0.0.0")
    try:
        with _kafka(broker), _postgres() as server:
            postgres = Postgres(server.get_container_host_ip(), int(server.get_exposed_port(5432)), PASSWORD)
            postgres.wait_ready()
            broker.kafka.wait_ready()
            yield Infra(postgres, lambda: broker.kafka)
    finally:
        shutil.rmtree(folder)


def _kafka(broker: Broker) -> DockerContainer:
    inside = Path("/sesame/server.properties")
    (broker.folder / inside.name).write_text(broker.configuration(Path("/tmp/sesame-data")))
    form = shlex.join(["/opt/kafka/bin/kafka-storage.sh", *broker.format_arguments(inside)])
    container = DockerContainer(KAFKA).with_bind_ports(broker.port, broker.port)
    container = container.with_volume_mapping(str(broker.folder), str(inside.parent))
    return container.with_command(["sh", "-c", f"{form} && exec /opt/kafka/bin/kafka-server-start.sh {inside}"])


def _postgres() -> PostgresContainer:
    container = PostgresContainer(POSTGRES, username="postgres", password=PASSWORD, dbname="postgres", driver=None)
    container = container.with_env("POSTGRES_INITDB_ARGS", shlex.join(option for option in LOCALE if option != "--no-instructions"))
    return container.with_command("-c fsync=off -c max_connections=200")
