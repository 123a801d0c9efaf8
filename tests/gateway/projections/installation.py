"""An installation of the gateway on the real Kafka and PostgreSQL."""

from dataclasses import dataclass

from chassis.db import Connection
from gateway.settings import GatewaySettings
from tests.gateway.projections.log import Log
from tests.infra import PARTITIONS
from tests.log import Log as Kafka
from tests.log import eventually


@dataclass(frozen=True)
class GatewayInstallation:
    """One installation of the gateway: its worker's settings, its log, its database."""

    environment: dict[str, str]
    settings: GatewaySettings
    kafka: Kafka
    database: Connection

    async def publish(self, log: Log, start: int = 0) -> None:
        """What `log` says from its record number `start` on."""
        for record in log.records[start:]:
            await self.kafka.send(record.topic, record.key, record.headers, record.body)

    async def live(self, log: Log) -> None:
        """The same with a worker that runs meanwhile, each day on its day: no order is promised between topics."""
        for record in log.records:
            if record.topic == "calendar":
                await eventually(self.is_folded, 60)
            await self.kafka.send(record.topic, record.key, record.headers, record.body)
            if record.topic == "calendar":
                await eventually(self.is_folded, 60)
        await eventually(self.is_folded, 60)

    async def is_folded(self) -> bool:
        """Whether the views contain all that is on the log."""
        positions = await self.database.fetch('SELECT topic, "offset" FROM view.positions')
        read = sum(row["offset"] + 1 for row in positions)
        total = sum([len(await self.kafka.records(topic)) for topic in ("events", "personal", "calendar")])
        return len(positions) == 2 * PARTITIONS + 1 and read == total
