"""`make clock`: moves the installation's time forward, day by day, and lets everybody apply each day first (T-2)."""

import asyncio
import time
from collections.abc import Callable
from datetime import date, datetime

import asyncpg
from pydantic import SecretStr

from clock.calendar import ClockSettings, catch_up
from clock.days import PARIS, day_of
from sesame_local import timeshift
from sesame_local.place import SERVICES, Place, Trouble
from sesame_local.supervise import Installation, Supervisor

PATIENCE = 120


def parse(text: str) -> datetime:
    """An instant in Paris, from `2027-03-05T09:00`. Raises Trouble."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=PARIS)
    except ValueError:
        raise Trouble(f"« {text} » n'est pas une date et une heure ; par exemple : make clock TO=2027-03-05T09:00.") from None


def move(place: Place, target: datetime, say: Callable[[str], None] = print) -> None:
    """Publishes every day up to `target`, waits until all services and the portal have applied them, then moves the time.

    Raises Trouble when the time would go back, the installation does not run, or a service does not keep up: the time is then
    where it was.
    """
    now = datetime.now(PARIS) + timeshift.offset(place.time_shift)
    if target <= now:
        raise Trouble(f"Le temps de l'installation ne recule pas : il y est déjà le {_french(now)}.")
    installation = Installation(place)
    Supervisor(installation).must_run()
    say("Les jours passent…")
    asyncio.run(pass_days(installation, day_of(target)))
    timeshift.write(place.time_shift, target)
    say(f"Pour Sésame, nous sommes le {_french(target)}.")


async def pass_days(installation: Installation, day: date) -> None:
    """Publishes every day up to `day`, and waits until all services and the portal have applied them.

    Raises Trouble when one of them does not keep up, or the calendar is past that day already.
    """
    place = installation.place
    settings = ClockSettings(
        kafka=installation.broker.kafka.bootstrap,
        kafka_user="clock",
        kafka_password=SecretStr(place.secrets["kafka.clock"]),
        kafka_security="SASL_PLAINTEXT",
    )
    last = await catch_up(settings, day)
    if last.day > day:
        raise Trouble(f"Le calendrier de l'installation est déjà au {last.day:%d/%m/%Y}.")
    await asyncio.gather(*(_applied(installation, name, schema, last.offset) for name, schema in READERS.items()))


async def _applied(installation: Installation, database: str, schema: str, offset: int) -> None:
    """Until a database stands at `offset` of the calendar. Raises Trouble when it has not moved for `PATIENCE` seconds."""
    connection = await asyncpg.connect(installation.server.postgres.dsn(database))
    try:
        stood, since = -1, time.monotonic()
        while stood < offset:
            position = await connection.fetchval(
                f'SELECT max("offset") FROM "{schema}".positions WHERE topic = $1',
                "calendar",
            )
            if position is not None and position > stood:
                stood, since = position, time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise Trouble(f"« {database} » n'applique pas les jours qui passent ; l'heure n'a pas changé. Voyez son journal.")
            else:
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


def _french(instant: datetime) -> str:
    return f"{instant:%d/%m/%Y à %H:%M}"


# Where each keeps its place in the topics.
READERS = dict.fromkeys(SERVICES, "public") | {"gateway": "view"}
