"""`python -m clock`: publishes `DayStarted` at each midnight in Paris, and at the start every day that was missed."""

import asyncio
import time
from datetime import date

import structlog
from aiokafka.errors import KafkaError
from prometheus_client import Gauge

from chassis import instant
from chassis.http import health, serving_health
from chassis.kafka import partitions
from chassis.lifetime import Lifetime, ending_with_a_sentence, run_until_signal
from chassis.settings import read
from chassis.trouble import explain
from contracts.operators import FRENCH

from .calendar import ClockSettings, catch_up
from .days import day_of

LAST_DAY = Gauge("sesame_clock_last_day", "The last day on the calendar, as an ordinal")
log = structlog.get_logger()

STUCK = 180.0
"""Seconds without a look at the time after which only a new start can help."""


class Clock:
    """Publishes each day once it has begun (T-2)."""

    def __init__(self, settings: ClockSettings) -> None:
        self._settings = settings
        self._last: date | None = None
        self._beat = 0.0

    async def run(self, lifetime: Lifetime) -> None:
        """The clock and its HTTP, until the process is told to stop. Raises what trying again does not help."""
        lifetime.background(self._watch())
        async with serving_health(health("clock", self._is_live, self._not_ready), self._settings, lifetime.fail):
            await lifetime.ended()

    async def _watch(self) -> None:
        """Looks at the time each second, since it can be moved."""
        while True:
            self._beat = time.monotonic()
            today = day_of(instant.now())
            if self._last is None or self._last < today:
                await self._catch_up(today)
            await asyncio.sleep(1)

    def _is_live(self) -> bool:
        """Whether it still looks at the time; while Kafka is away, each look ends when Kafka's time to answer is over."""
        return time.monotonic() - self._beat < STUCK

    async def _not_ready(self) -> list[str]:
        return [] if self._last and self._last >= day_of(instant.now()) else ["today is not published"]

    async def _catch_up(self, today: date) -> None:
        try:
            self._last = (await catch_up(self._settings, today)).day
        except (KafkaError, OSError) as error:
            if explain(error):
                raise
            log.warning("waiting for Kafka", error=type(error).__name__)
            await say_why(self._settings)
        else:
            LAST_DAY.set(self._last.toordinal())
            log.info("published", day=self._last.isoformat())


async def say_why(settings: ClockSettings) -> None:
    """aiokafka's consumer only says that it could not connect: raises what the broker said, if trying again does not help."""
    try:
        await partitions(settings)
    except (KafkaError, OSError) as error:
        if explain(error):
            raise


def main() -> None:
    """Runs until it is told to stop. Ends the process with a sentence when it cannot go on."""
    with ending_with_a_sentence(FRENCH):
        settings = read(ClockSettings)
    run_until_signal("clock", settings, FRENCH, Clock(settings).run)


if __name__ == "__main__":
    main()
