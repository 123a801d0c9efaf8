"""`python -m clock`: publishes `DayStarted` at each midnight in Paris, and at the start every day that was missed."""

import asyncio
import sys
import time
from datetime import date
from typing import Any

import structlog
import uvicorn
from aiokafka.errors import KafkaError
from prometheus_client import Gauge, make_asgi_app

from chassis import instant, logs
from chassis.kafka import partitions
from chassis.settings import read
from chassis.trouble import explain

from .calendar import ClockSettings, catch_up
from .days import day_of

LAST_DAY = Gauge("sesame_clock_last_day", "The last day on the calendar, as an ordinal")
log = structlog.get_logger()


class Clock:
    """Publishes each day once it has begun (T-2)."""

    def __init__(self, settings: ClockSettings) -> None:
        self._settings = settings
        self._last: date | None = None
        self._beat = 0.0

    async def run(self) -> None:
        """Looks at the time each second, since it can be moved. Ends only on what trying again does not help."""
        while True:
            self._beat = time.monotonic()
            today = day_of(instant.now())
            if self._last is None or self._last < today:
                await self._catch_up(today)
            await asyncio.sleep(1)

    @property
    def live(self) -> bool:
        """Whether it has looked at the time within the last minute."""
        return time.monotonic() - self._beat < 60

    @property
    def ready(self) -> bool:
        """Whether today is published."""
        return self._last is not None and self._last >= day_of(instant.now())

    async def _catch_up(self, today: date) -> None:
        try:
            self._last = (await catch_up(self._settings, today)).day
        except (KafkaError, OSError) as error:
            if explain(error):
                raise
            log.warning("waiting for Kafka", error=repr(error))
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


def asgi(clock: Clock) -> Any:
    """`/live`, `/ready` and `/metrics`."""
    metrics = make_asgi_app()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/metrics":
            await metrics(scope, receive, send)
            return
        good = {"/live": clock.live, "/ready": clock.ready}.get(scope["path"])
        status = 404 if good is None else 200 if good else 503
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


async def serve(settings: ClockSettings) -> None:
    """The clock and its HTTP, until either ends."""
    clock = Clock(settings)
    options = uvicorn.Config(asgi(clock), settings.http_host, settings.http_port, log_config=None, access_log=False, lifespan="off")
    tasks = {asyncio.create_task(clock.run()), asyncio.create_task(uvicorn.Server(options).serve())}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def main() -> None:
    """Runs until it is told to stop. Ends the process with a sentence when it cannot go on."""
    settings = read(ClockSettings)
    logs.set_up("clock", settings)
    try:
        asyncio.run(serve(settings))
    except (KafkaError, OSError) as error:
        if not (trouble := explain(error)):
            raise
        log.critical("cannot go on", why=str(trouble))
        sys.exit(1)


if __name__ == "__main__":
    main()
