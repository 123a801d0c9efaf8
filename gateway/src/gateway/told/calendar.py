"""What a new day tells (T-2, NOT-1): confirmation windows that open on the 1st, and those that close in three days on the 13th.

It rests on what was known on that day, which no log gives back: rebuilding the views carries these notifications over.
"""

from datetime import timedelta

from chassis.db import Connection
from chassis.work import Work
from contracts.calendar import DayStarted
from contracts.month import LAST_DAY_OF_WINDOW

from .telling import tell_holder

SOURCE = "clock"
"""Who says that a day begins."""
KINDS = {1: "window_opens", LAST_DAY_OF_WINDOW - 2: "window_closes"}
"""By day of the month; the 13th has three days left, itself counted (T-3)."""

# A month waits for its confirmation from the first of the next one (DEC-6) if somebody is present in it (DEC-1), or if it was
# reopened, which nothing but its own confirmation ends (BIL-7).
WAITING = """
    SELECT actions.contract_number, array_agg(to_char(month.first, 'YYYY-MM') ORDER BY month.first) AS months
    FROM actions
    CROSS JOIN generate_series(
        date_trunc('month', actions.actual_start::timestamp),
        least(actions.planned_end::timestamp, $1::date - interval '1 month'),
        interval '1 month'
    ) AS month (first)
    LEFT JOIN months ON months.contract_number = actions.contract_number AND months.month = to_char(month.first, 'YYYY-MM')
    WHERE actions.state IN ('opened', 'closed') AND coalesce(actions.contract_number = $2, true)
      AND (months.state = 'reopened' OR coalesce(months.state, 'open') = 'open' AND actions.state = 'opened' AND EXISTS (
          SELECT FROM trainees
          WHERE trainees.contract_number = actions.contract_number AND trainees.state = 'entered'
            AND trainees.entered_on < month.first + interval '1 month'
            AND coalesce((trainees.exit ->> 'on')::date >= month.first, true)
      ))
    GROUP BY actions.contract_number
"""


async def to_confirm(connection: Connection, event: DayStarted) -> list[str]:
    """The actions with a month to confirm, on the days on which that is told."""
    if event.day.day not in KINDS:
        return []
    return [row["contract_number"] for row in await connection.fetch(WAITING, event.day.replace(day=1), None)]


async def on_day(work: Work[None], event: DayStarted) -> None:
    """Tell one action's holder which months wait, and until when."""
    first = event.day.replace(day=1)
    for row in await work.connection.fetch(WAITING, first, work.key):
        until = first + timedelta(days=LAST_DAY_OF_WINDOW - 1)
        await tell_holder(work, KINDS[event.day.day], {"months": row["months"], "until": until})
