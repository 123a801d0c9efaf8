"""Everything that `make up` starts, six years after an action's last payment: nobody of it is left anywhere (PRV-1)."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from auditor import AuditSettings, audit, log
from chassis.instant import now
from clock.days import PARIS, day_of
from contracts.codes import ExitReason, RequestObject
from contracts.erasure import ErasureDue
from gateway.settings import SEARCH_PATH
from gateway.worker.housekeeping import tidy
from sesame_local.demo.plan import Leave, Plan, Until, Wish
from sesame_local.demo.play import play
from sesame_local.demo.region import SCENES, SHOWS, Calendar
from sesame_local.demo.timeline import Day, GiveUp, Pay, history
from sesame_local.move import move
from sesame_local.place import DATABASES, Place
from sesame_local.supervise import Installation
from sesame_local.up import set_start
from tests.infra import installation

pytestmark = pytest.mark.timeout(900)

TODAY = day_of(datetime.now(UTC))
TYPED = "Hortense TAPUSCRIT"
SHEETS, TEXTS = (
    "SELECT body -> 'sheet' AS sheet, body -> 'contact' AS contact FROM people WHERE kind <> 'text'",
    "SELECT body ->> 'text' AS text FROM people WHERE kind = 'text'",
)
KAFKAS, POSTGRESES = "kafka", "postgres"
"""Their own files: Kafka's segments are compacted, PostgreSQL's pages are used again, in their own time."""


def plans() -> tuple[Plan, ...]:
    """One from its contract to its last payment, with a rejection, proofs and what was asked of the Region; one that never opens."""
    calendar = Calendar(TODAY)
    begins, ends, awarded = calendar.begins, calendar.ends, calendar.month(-8).first
    return (
        Plan(
            "QCA0001", "ACCESSOIRISTES", SCENES, SHOWS, begins(-6), ends(-4), awarded, (210, "7.00"), (70, "0.95"), 4, 3, "",
            individualised=True, rejected=calendar.month(-6), proofs=calendar.month(-5),
            leaves=(Leave(1, begins(-4), ExitReason.EMPLOYMENT),),
            wishes=(Wish(RequestObject.TRAINERS, begins(-5), begins(-5) + timedelta(1)),),
        ),
        Plan(
            "QCA0003", "COSTUMIER(ÈRE)", SCENES, SHOWS, begins(-5), ends(-2), awarded, (210, "7.00"), (70, "0.95"), 4, 2, "",
            until=Until.NOT_OPENED,
        ),
    )  # fmt: skip


def years_of_the_ends(days: list[Day]) -> tuple[int, int]:
    """The first and the last year in which one of them came to its end: with its last payment, or by not opening."""
    acts = [(day.on.year, act) for day in days for of_one in day.acts for act in of_one]
    years = [[year for year, act in acts if isinstance(act, kind)][-1] for kind in (Pay, GiveUp)]
    return min(years), max(years)


@pytest.fixture
def place() -> Iterator[Place]:
    with installation(lambda _line: None) as place:
        yield place


@asynccontextmanager
async def database(place: Place, name: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(Installation(place).server.postgres.dsn(name), server_settings={"search_path": SEARCH_PATH})
    try:
        yield connection
    finally:
        await connection.close()


async def people(place: Place) -> set[str]:
    """How everybody and everything that was written can be told, in small letters: names, addresses, birth dates, texts."""
    told = {TYPED}
    for name in ("actions", "billing", "surveys"):
        async with database(place, name) as connection:
            for row in await connection.fetch(SHEETS) if name == "actions" else []:
                sheet, contact = json.loads(row["sheet"] or "{}"), json.loads(row["contact"] or "{}")
                told |= {contact["telephone"]} if contact else set()
                if sheet:
                    last, first, mail = sheet["last_name"], sheet["first_name"], sheet.get("mail") or {}
                    told |= {f"{last} {first}", f"{first} {last}", f'"last_name": "{last}"', f'"last_name":"{last}"'}
                    told |= {sheet[key] for key in ("birth_date", "experience") if sheet.get(key)} | (
                        {mail["address"]} if mail.get("address") else set()
                    )
            told |= {line for row in await connection.fetch(TEXTS) for line in row["text"].splitlines() if len(line) > 10}
    return {text.casefold() for text in told}


def names(told: set[str], text: str) -> bool:
    folded = text.casefold()
    return any(one in folded for one in told)


async def in_databases(place: Place, told: set[str]) -> set[str]:
    """In which tables anybody is."""
    found = set()
    for name in DATABASES:
        async with database(place, name) as connection:
            tables = await connection.fetch(
                """
                SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                """
            )
            for table in tables:
                async for row in _rows(connection, f"SELECT * FROM {table['name']}"):
                    if names(told, row):
                        found.add(f"{name}: {table['name']}")
    return found


async def _rows(connection: asyncpg.Connection, query: str) -> AsyncIterator[str]:
    for row in await connection.fetch(query):
        yield " ".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row.values())


async def on_topics(place: Place, told: set[str]) -> set[str]:
    """On which topics anybody is: of `personal`, in what stands last under each key, as compaction leaves it. Commands are kept a week by
    the wall clock, what the finance system sends for 35 days.
    """
    settings = AuditSettings.told(Installation(place).audited())
    last: dict[Any, str] = {}
    async for record in log.read(settings, ["events", "personal", "billing.invoices"]):
        key = (record.topic, record.key) if record.topic == "personal" else (record.topic, record.partition, record.offset)
        last[key] = (record.body or b"").decode(errors="replace")
    return {key[0] for key, text in last.items() if names(told, text)}


def in_files(place: Place, told: set[str]) -> set[str]:
    """In which files of the installation's folder anybody is, logs and mails too."""
    files = [
        path for path in place.folder.rglob("*") if path.is_file() and path.relative_to(place.folder).parts[0] not in (KAFKAS, POSTGRESES)
    ]
    return {str(path) for path in files if names(told, path.read_bytes().decode(errors="replace"))}


async def type_something(place: Place, number: str) -> None:
    """A secretary left a form half filled."""
    async with database(place, "gateway") as connection:
        await connection.execute(
            "INSERT INTO own.drafts (owner, kind, contract, subject, body, saved_by) VALUES ($1, 'new_trainee', $2, '', $3, $4)",
            *(SCENES.organisation.siret, number, json.dumps({"typed": {"nom": [TYPED]}}), uuid4()),
        )


async def a_day_passes(place: Place) -> None:
    """What the portal forgets after a day by the database's own clock, which no test can move."""
    async with database(place, "gateway") as connection:
        await connection.execute("UPDATE own.uploads SET uploaded_at = uploaded_at - interval '2 days'")
        await connection.execute("UPDATE own.searches SET sought_at = sought_at - interval '2 days'")
        await tidy(connection, now())


async def look(place: Place, told: set[str]) -> set[str]:
    return await in_databases(place, told) | await on_topics(place, told) | await asyncio.to_thread(in_files, place, told)


async def report(place: Place) -> list[asyncpg.Record]:
    async with database(place, "gateway") as connection:
        return await connection.fetch(
            """
            SELECT contract_number, sum(trainees)::int AS trainees, sum(texts)::int AS texts, count(*)::int AS services, files
            FROM view.erasures JOIN view.erased_records USING (contract_number) JOIN own.erased USING (contract_number)
            GROUP BY contract_number, files ORDER BY contract_number
            """
        )


async def erasures(place: Place) -> list[ErasureDue]:
    settings = AuditSettings.told(Installation(place).audited())
    told = [record async for record in log.read(settings, ["events"])]
    return [ErasureDue.parse(record.body or b"") for record in told if dict(record.headers).get("ce_type") == ErasureDue.TYPE.encode()]


def test_prv_01_six_years_after_its_last_payment_nobody_of_an_action_is_left_anywhere(place: Place) -> None:
    made = plans()
    days = history(made, TODAY)
    set_start(place, datetime.combine(days[0].on, time(8), PARIS), lambda _line: None)
    play(place, days, lambda _day, _more: None)
    asyncio.run(type_something(place, made[0].number))
    told = asyncio.run(people(place))
    assert len(told) > 20
    before = asyncio.run(look(place, told))
    assert {"actions: public.people", "gateway: view.people", "gateway: own.drafts", "personal"} <= before
    assert "billing: public.people" in before and "surveys: public.people" in before

    first, last = years_of_the_ends(days)
    move(place, datetime(first + 5, 12, 31, 9, tzinfo=PARIS), lambda _line: None)
    assert asyncio.run(erasures(place)) == []
    move(place, datetime(last + 6, 1, 1, 9, tzinfo=PARIS), lambda _line: None)
    asyncio.run(a_day_passes(place))
    assert {due.end for due in asyncio.run(erasures(place))} == {"last_payment", "never_began"}
    assert asyncio.run(look(place, told)) == set()
    paid, never = asyncio.run(report(place))
    assert (paid["trainees"], paid["services"], never["trainees"]) == (3, 3, 2) and paid["texts"] >= 3 and paid["files"] >= 2
    assert asyncio.run(audit(AuditSettings.told(Installation(place).audited()))) == []
