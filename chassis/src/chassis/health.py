"""What is measured of a service's database: whether it answers, what is parked in it, how long its outbox has been waiting."""

import asyncio

from . import metrics
from .db import Connection, connect
from .settings import Settings

PATIENCE = 5.0
"""Seconds that the database has to answer."""


class DatabaseHealth:
    """Measured every two seconds."""

    def __init__(self, service: str, settings: Settings) -> None:
        self._service, self._settings = service, settings
        self.answers = False

    async def measure(self) -> None:
        """For ever."""
        while True:
            try:
                connection = await connect(self._settings)
                try:
                    await self._measure(connection)
                finally:
                    self.answers = False
                    connection.terminate()
            except Exception:
                await asyncio.sleep(1)

    async def _measure(self, connection: Connection) -> None:
        """As long as the database answers."""
        while True:
            row = await connection.fetchrow(
                """
                SELECT (SELECT count(*) FROM parked) AS parked, count(*) AS rows,
                       coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS age
                FROM outbox
                """,
                timeout=PATIENCE,
            )
            assert row is not None  # an aggregate has a row
            self.answers = True
            metrics.PARKED.labels(self._service).set(row["parked"])
            metrics.OUTBOX_ROWS.labels(self._service).set(row["rows"])
            metrics.OUTBOX_AGE.labels(self._service).set(row["age"])
            await asyncio.sleep(2)
