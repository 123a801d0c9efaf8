"""The worker: folds the log into the tables that pages read, notes answers, relays commands. It serves no page."""

from collections.abc import Sequence

from chassis.db import Connection
from chassis.migrate import OUTBOX, READING
from chassis.process import run
from chassis.service import Service, Subscription, Ticks
from chassis.settings import EVENTS
from chassis.work import Work
from contracts.calendar import CALENDAR, DayStarted
from contracts.operators import FRENCH
from contracts.personal import PERSONAL
from gateway.settings import GatewaySettings
from gateway.told import projection as told

from . import answers, bouncing, epochs, hints, inviting, mail_report, noting, people, projections, rebuild, security
from .housekeeping import housekeeping
from .known_on import folding_what_was_known
from .mailing import mailing
from .printing import printing

MIGRATIONS = {"own": (OUTBOX, "gateway.migrations.own"), rebuild.VIEW: (READING, "gateway.migrations.view")}
"""Two schemas: `own` is never dropped; `view` can be built anew (`rebuild`), and so holds what says how far the log was read."""


async def after_batch(connection: Connection, works: Sequence[Work[None]]) -> None:
    """What follows from a batch of the living worker alone: hints for open pages, notes for mails, links that trainees are sent."""
    await hints.after_batch(connection, works)
    await noting.note(connection, works)
    await inviting.note(connection, works)


service = Service(
    name="gateway",
    state=None,
    records_topic=PERSONAL,
    subscriptions=(
        Subscription(EVENTS, projections.EVENTS),
        Subscription(PERSONAL, projections.PERSONAL, erased=people.erase),
        Ticks(CALENDAR, DayStarted, keys=told.windows_of, handle=told.on_day),
    ),
    migrations=MIGRATIONS,
    note=answers.note_answer,
    after_batch=after_batch,
    before_sending=epochs.begin_after_a_restore,
    on_start=(housekeeping, folding_what_was_known, mailing, printing),
    settings=GatewaySettings,
)


def run_worker(arguments: Sequence[str]) -> None:
    """`worker`, `rebuild`, `security …`, `mails`, `bounce` or `parked …`. Ends the process with an error that says what to do."""
    match arguments:
        case ["worker"]:
            run(service, FRENCH, [])
        case ["rebuild"]:
            rebuild.run(service)
        case ["security", *rest]:
            security.run(rest)
        case ["mails", *rest]:
            mail_report.run(rest)
        case ["bounce", *rest]:
            bouncing.run(rest)
        case _:
            run(service, FRENCH, arguments)
