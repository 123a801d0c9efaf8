"""The views of one action's whole life, and that folding is repeatable."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from chassis.db import Connection
from chassis.instant import now
from contracts.declarations import MonthFilled, StoredLine
from contracts.message import Event
from contracts.personal import TextRecord
from contracts.registry import MESSAGES
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.declarations.queries import load_rows
from gateway.told.history import load_history
from gateway.web.people import names_of_trainees
from gateway.web.session import Viewer
from gateway.worker import housekeeping, projections
from tests.gateway.projections import log_of_an_action, log_of_requests
from tests.gateway.projections.log import HOLDER, SECRETARY, Log, at, fold
from tests.guide import CONTRACT

TABLES = (
    *("actions", "trainees", "months", "lines", "offers", "invoices", "payments", "reports", "imports", "people", "organisations"),
    *("requests", "amendments", "proofs", "proof_files"),
    *("accounts", "notifications", "history", "last_told", "applied", "ticked"),
)


async def everything(database: Connection, schema: str = "view") -> dict[str, list[str]]:
    """Every row of every table of the views, as text."""
    return {
        table: sorted(row[0] for row in await database.fetch(f'SELECT to_jsonb(one)::text FROM "{schema}".{table} AS one'))
        for table in TABLES
    }


async def only_row(database: Connection, sql: str, *arguments: object) -> dict[str, Any]:
    row = await database.fetchrow(sql, *arguments)
    assert row is not None
    return dict(row)


def test_every_event_and_every_personal_record_has_its_place_in_the_views() -> None:
    """`CommandAnswered` is noted, `DayStarted` begins a day: chassis gives them to their own functions.

    `AccessChanged` is identity's alone.
    """
    apart = {"command-answered.v1", "calendar.day-started.v1", "identity.access-changed.v1"}
    wanted = {type_ for type_, kind in MESSAGES.items() if issubclass(kind, Event)} - apart
    assert {kind.TYPE for kind in projections.EVENTS} == wanted
    assert {kind.TYPE for kind in projections.PERSONAL} == {type_ for type_ in MESSAGES if type_.startswith("personal.")}


async def test_nothing_is_parked_and_a_second_time_changes_nothing(database: Connection) -> None:
    await fold(log_of_requests.answered(), database)
    assert await database.fetch("SELECT error FROM parked") == []
    before = await everything(database)
    assert all(before.values()), "the log of an action fills every table"
    await fold(log_of_requests.answered(), database)
    assert await everything(database) == before


async def test_without_what_chassis_remembers_a_second_time_changes_nothing_either(database: Connection) -> None:
    """The statements themselves are repeatable: a row is never added or counted twice."""
    await fold(log_of_requests.answered(), database)
    before = await everything(database)
    await database.execute("TRUNCATE positions, seen")
    await fold(log_of_requests.answered(), database)
    assert await everything(database) == before


async def test_batches_of_any_size_give_the_same_views(database: Connection) -> None:
    await fold(log_of_requests.answered(), database, 1)
    one_by_one = await everything(database)
    for table in ("positions", "seen", *TABLES):
        await database.execute(f"TRUNCATE view.{table}")
    await fold(log_of_requests.answered(), database, 50)
    assert await everything(database) == one_by_one


async def test_act_1_an_awarded_contract_shows_its_terms_its_agent_and_its_trainers(database: Connection) -> None:
    await fold(log_of_an_action.awarded(), database)
    action = await only_row(database, "SELECT * FROM actions")
    assert (action["contract_number"], action["siret"], action["state"]) == (CONTRACT, HOLDER, "awarded")
    assert json.loads(action["terms"])["centre"] == {"hours": "812.00", "price": "40600.00", "rate": "5.00"}
    agent = await only_row(database, "SELECT body FROM people WHERE id = $1", action["agent_id"])
    assert json.loads(agent["body"])["name"] == "Mme VIDAL"
    assert await database.fetch("SELECT 1 FROM people WHERE id = ANY($1)", action["trainers"])
    assert await database.fetchval("SELECT address FROM organisations") == "1 place de la Comédie"
    account = await only_row(database, "SELECT * FROM accounts")
    assert account["credentials_sent_at"] == at("2007-07-02")
    assert account["activated_at"] == at("2007-07-03")


async def test_dat_3_unlocked_dates_say_why_until_they_are_validated_again(database: Connection) -> None:
    log = log_of_an_action.opened()
    unlocked = next(place for place, record in enumerate(log.records) if b"dates-unlocked" in dict(record.headers)["ce_type"])  # type: ignore[operator]
    await fold(Log(log.records[: unlocked + 1]), database)
    action = await only_row(database, "SELECT dates_validated, dates_version, dates_reason FROM actions")
    assert action == {"dates_validated": False, "dates_version": 2, "dates_reason": f"{CONTRACT}/text-1"}
    await fold(log, database)
    action = await only_row(database, "SELECT dates_validated, dates_version, dates_reason FROM actions")
    assert action == {"dates_validated": True, "dates_version": 3, "dates_reason": None}


async def test_dec_11_a_month_that_was_filled_at_once_is_a_line_and_an_act_for_each_trainee(database: Connection) -> None:
    log, month = log_of_an_action.opened(), log_of_an_action.NOVEMBER
    lines = tuple(
        StoredLine.model_validate(log_of_an_action.saved(month, trainee, version), from_attributes=True)
        for trainee, version in ((log_of_an_action.FIRST, 1), (log_of_an_action.SECOND, 2))
    )
    log.say(MonthFilled(month=month, lines=lines), at("2007-11-28"), SECRETARY)
    await fold(log, database)
    rows = await database.fetch("SELECT trainee_id, version FROM lines WHERE month = $1 AND complete ORDER BY version", month)
    assert [tuple(row) for row in rows] == [(log_of_an_action.FIRST, 1), (log_of_an_action.SECOND, 2)]
    acts = await database.fetch("SELECT trainee FROM history WHERE type = $1 ORDER BY place", MonthFilled.TYPE)
    assert [row["trainee"] for row in acts] == [log_of_an_action.FIRST, log_of_an_action.SECOND]


async def test_dec_6_a_confirmed_month_shows_who_confirmed_what_and_which_months_it_passed_over(database: Connection) -> None:
    await fold(log_of_an_action.closed(), database)
    rows = await database.fetch("SELECT month, standing, confirmed FROM months ORDER BY month")
    assert [(row["month"], row["standing"]) for row in rows] == [
        ("2007-10", "confirmed"),
        ("2007-11", "passed_over"),
        ("2007-12", "confirmed"),
    ]
    assert json.loads(rows[0]["confirmed"])[0]["centre"] == {"attended": "150.00", "excused": "17.50", "unexcused": "0.00"}
    act = await only_row(database, "SELECT actor, role, figures FROM history WHERE type LIKE '%month-confirmed%' ORDER BY at LIMIT 1")
    assert (act["actor"], act["role"]) == (SECRETARY.subject, "organisation")
    figures = json.loads(act["figures"])
    assert figures == {"month": "2007-10", "trainees": 2, "again": False, "passed_over": [], "centre": "335.00", "company": "100.00"}


async def test_bil_7_a_rejection_voids_the_invoice_and_reopens_its_months(database: Connection) -> None:
    await fold(log_of_an_action.rejected(), database)
    invoice = await only_row(database, "SELECT state, decided_by, rejection_code, rejection_text, correct_by FROM invoices")
    assert tuple(invoice.values()) == ("rejected", "finance", "absences_wrong", f"{CONTRACT}/text-2", date(2007, 11, 27))
    month = await only_row(
        database, "SELECT standing, correct_by, rejected_invoice, invoice_id FROM months WHERE month = $1", log_of_an_action.OCTOBER
    )
    assert tuple(month.values()) == ("reopened", date(2007, 11, 27), log_of_an_action.INVOICE, None)


async def test_dec_3_a_line_saved_in_a_reopened_month_leaves_it_reopened(database: Connection) -> None:
    log = log_of_an_action.rejected()
    log.say(log_of_an_action.saved(log_of_an_action.OCTOBER, log_of_an_action.FIRST, 2), at("2007-11-13"), SECRETARY)
    await fold(log, database)
    assert await database.fetchval("SELECT standing FROM months WHERE month = $1", log_of_an_action.OCTOBER) == "reopened"
    assert await database.fetchval("SELECT version FROM lines WHERE trainee_id = $1", log_of_an_action.FIRST) == 2


async def test_bil_13_payments_add_up_until_the_invoice_is_paid(database: Connection) -> None:
    log = log_of_an_action.paid()
    await fold(Log(log.records[:-1]), database)
    assert await only_row(database, "SELECT state, paid FROM invoices WHERE invoice_id = $1", log_of_an_action.REPLACEMENT) == {
        "state": "accepted",
        "paid": Decimal(2000),
    }
    await fold(log, database)
    assert await only_row(database, "SELECT state, paid FROM invoices WHERE invoice_id = $1", log_of_an_action.REPLACEMENT) == {
        "state": "paid",
        "paid": Decimal(2445),
    }
    assert (
        await database.fetchval("SELECT invoice_id FROM months WHERE month = $1", log_of_an_action.OCTOBER) == log_of_an_action.REPLACEMENT
    )


async def test_clo_1_the_page_says_that_the_closing_is_asked_until_it_is_answered(database: Connection) -> None:
    log = log_of_an_action.closed()
    asked = next(place for place, record in enumerate(log.records) if b"closing-requested" in dict(record.headers)["ce_type"])  # type: ignore[operator]
    await fold(Log(log.records[: asked + 1]), database)
    assert await only_row(database, "SELECT pending, pending_since FROM actions") == {
        "pending": "closing",
        "pending_since": at("2008-01-06"),
    }
    await fold(log, database)
    assert await only_row(database, "SELECT pending, state FROM actions") == {"pending": None, "state": "closed"}


async def test_prv_1_an_older_version_of_a_sheet_never_takes_the_place_of_a_newer(database: Connection) -> None:
    log = Log()
    for version, text in ((1, "un"), (3, "trois"), (2, "deux")):
        log.say(TextRecord(id=f"{CONTRACT}/text-9", version=version, contract_number=CONTRACT, text=text), at("2008-01-01"))
    await fold(log, database)
    await database.execute("TRUNCATE positions, seen")
    await fold(log, database)
    assert await only_row(database, "SELECT version, body ->> 'text' AS text FROM people") == {"version": 3, "text": "trois"}


async def test_prv_1_a_record_without_a_body_erases_whoever_it_names_and_pages_go_on_without(
    database: Connection, pool: asyncpg.Pool
) -> None:
    log, secretary = log_of_an_action.closed(), Viewer(UUID(int=101), "organisation", HOLDER, "s", "SCENES", False)
    of = f"{CONTRACT}/{log_of_an_action.FIRST}"
    await fold(log, database)
    for person in (of, f"{CONTRACT}/{log_of_an_action.SECOND}"):
        keep = "INSERT INTO proof_contents (contract_number, file_id, command_id, person, content) VALUES ($1, $2, $2, $3, '%PDF')"
        await database.execute(keep, CONTRACT, uuid4(), person)
    assert str(log_of_an_action.FIRST) in await names_of_trainees(pool, secretary, CONTRACT)
    log.put("personal", of.encode(), [], None)
    known = next(record for record in log.records if record.key == of.encode())
    log.put("personal", f"{CONTRACT}/never-known".encode(), known.headers, None)  # all that compaction has left of somebody
    await fold(log, database)
    assert await database.fetchval("SELECT count(*) FROM parked") == 0
    assert await database.fetchval("SELECT count(*) FROM people WHERE id = $1", of) == 0
    kept = [row["person"] for row in await database.fetch("SELECT person FROM proof_contents")]
    assert kept == [f"{CONTRACT}/{log_of_an_action.SECOND}"], "the files of their proofs are no more, another's are"
    assert str(log_of_an_action.FIRST) not in await names_of_trainees(pool, secretary, CONTRACT)
    listed = [trainee.trainee_id for trainee in await load_trainees(pool, secretary, CONTRACT)]
    assert log_of_an_action.FIRST not in listed and listed
    rows = await load_rows(pool, secretary, CONTRACT, log_of_an_action.OCTOBER)
    assert log_of_an_action.FIRST in {row.trainee_id for row in rows}, "their hours stay, without a name"
    assert "un stagiaire" in " ".join(entry.what for entry in await load_history(pool, secretary, CONTRACT))


async def test_prv_1_files_of_whoever_was_erased_meanwhile_and_of_no_command_are_erased_later(database: Connection) -> None:
    await fold(log_of_an_action.closed(), database)
    known = f"{CONTRACT}/{log_of_an_action.FIRST}"
    for person, age in (("never known", 2), ("never known", 0), (known, 100), (known, 50)):
        await database.execute(
            """
            INSERT INTO proof_contents (contract_number, file_id, command_id, person, content, kept_at)
            VALUES ($1, $2, $2, $3, $4, now() - make_interval(days => $5))
            """,
            CONTRACT,
            uuid4(),
            person,
            str(age).encode(),
            age,
        )
    await housekeeping.tidy(database, now())
    assert {bytes(row["content"]) for row in await database.fetch("SELECT content FROM proof_contents")} == {b"0", b"50"}


async def test_prv_1_history_and_notifications_name_nobody(database: Connection) -> None:
    await fold(log_of_an_action.closed(), database)
    texts = [row[0] for row in await database.fetch("SELECT figures::text FROM history UNION ALL SELECT figures::text FROM notifications")]
    names = ("CHOMBIER", "Gisele", "DELMAS", "VIDAL", "Appel du", "Les absences manquent", "scenes.example")
    assert [text for text in texts if any(name in text for name in names)] == []


async def test_an_event_about_nothing_that_the_view_knows_is_parked_and_other_actions_go_on(database: Connection) -> None:
    log = Log()
    log.say(log_of_an_action.confirmed(log_of_an_action.OCTOBER), at("2007-11-05"), SECRETARY, key="2007QCA0999")
    log.say(log_of_an_action.saved(log_of_an_action.OCTOBER, log_of_an_action.FIRST, 1), at("2007-11-05"), SECRETARY, key="2007QCA0998")
    stray = log_of_an_action.paid().records[-1]
    log.put("events", b"2007QCA0997", [(name, value) for name, value in stray.headers], stray.body or b"")
    await fold(log, database)
    parked = await database.fetch("SELECT keys, error FROM parked")
    assert [row["keys"] for row in parked] == [["2007QCA0997"]]
    assert "LookupError" in parked[0]["error"]
    assert await database.fetchval("SELECT (SELECT count(*) FROM months) + (SELECT count(*) FROM lines)") == 2


async def test_a_command_is_stamped_with_the_last_event_that_the_view_contains(database: Connection) -> None:
    await fold(log_of_an_action.opened(), database)
    events = [record for record in log_of_an_action.opened().records if record.topic == "events"]
    last = {record.key.decode(): record.offset for record in events if record.key}
    rows = await database.fetch('SELECT key, topic, "offset" FROM applied')
    assert {row["key"]: row["offset"] for row in rows} == last
    assert {row["topic"] for row in rows} == {"events"}
