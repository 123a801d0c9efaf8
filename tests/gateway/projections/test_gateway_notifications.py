"""What reaches whom, and how it reads (NOT-1)."""

import json
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from chassis.db import Connection
from contracts import actions, awards, billing, codes, declarations, requests, surveys
from contracts.answers import Fault, PersonalRef
from contracts.message import Command, Event
from contracts.proofs import NotedProof, ProofsNoted
from contracts.registry import MESSAGES
from gateway.told.notifications import find_path, list_notifications, mark_all_read, mark_read
from gateway.told.table import NOTICES
from gateway.web.frame import load_frame
from gateway.web.session import Viewer
from gateway.words import notices
from gateway.worker import housekeeping
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import AGENT, HOLDER, SECRETARY, Log, at, fold, named
from tests.guide import CONTRACT

ORGANISATION = Viewer(UUID(SECRETARY.subject), "organisation", HOLDER, "scenes", "SCENES ET FORMATIONS", False)
COLLEAGUE = Viewer(named("colleague"), "organisation", HOLDER, "scenes2", "SCENES ET FORMATIONS", False)
STRANGER = Viewer(named("stranger"), "organisation", "13002526500013", "autre", "AUTRE ORGANISME", False)
REGION = Viewer(UUID(AGENT.subject), "agent", None, "fabre", "Mme FABRE", False)


async def kinds(database: Connection, audience: str) -> list[str]:
    rows = await database.fetch("SELECT kind FROM notifications WHERE audience = $1 ORDER BY at, kind", audience)
    return [row["kind"] for row in rows]


async def test_not_1_the_organisation_is_told_of_all_that_others_decide(database: Connection) -> None:
    await fold(log_of_an_action.closed(), database)
    assert await kinds(database, HOLDER) == [
        "action_awarded",
        "dates_unlocked",
        "window_opens",
        "invoice_rejected",
        "month_reopened",
        "window_closes",
        "invoice_accepted",
        "invoice_paid",
        "invoice_partly_paid",
        "survey_due",
        "survey_due",
        "report_acknowledged",
        "invoice_accepted",
    ]


async def test_not_1_agents_are_told_of_what_waits_for_them_and_of_what_happened_without_them(database: Connection) -> None:
    await fold(log_of_an_action.closed(), database)
    assert await kinds(database, "agents") == [
        "action_opened",
        "invoice_to_decide",
        "invoice_rejected_by_finance",
        "invoice_to_decide",
        "action_closed",
        "report_submitted",
        "invoice_to_decide",
        "invoice_accepted_by_finance",
    ]


async def test_act_1_a_withdrawn_or_replaced_contract_is_told_to_its_holder_alone(database: Connection) -> None:
    log = log_of_an_action.awarded()
    log.say(awards.ContractReplaced(**dict(log_of_an_action.award())), at("2007-07-10"), AGENT)
    log.say(awards.ActionWithdrawn(), at("2007-07-11"), AGENT)
    await fold(log, database)
    assert await kinds(database, HOLDER) == ["action_awarded", "contract_replaced", "action_withdrawn"]
    assert await kinds(database, "agents") == []


async def test_opn_4_agents_are_told_of_a_non_opening_and_trn_5_the_holder_of_an_unlocked_sheet(
    database: Connection, pool: asyncpg.Pool
) -> None:
    log = log_of_an_action.opened()
    unlocked = actions.TraineeUnlocked(trainee_id=log_of_an_action.FIRST, reason=actions.PersonalRef(id="text-8", version=1))
    log.say(unlocked, at("2007-10-02"), AGENT)
    log.say(actions.ActionNotOpened(reason=codes.NonOpeningReason.TOO_FEW_TRAINEES), at("2007-10-03"), SECRETARY)
    await fold(log, database)
    (told, *_) = await list_notifications(pool, REGION)
    assert told.words.text == "BTS ASSISTANT DE DIRECTION EN UN AN, SCENES ET FORMATIONS : trop peu de stagiaires."
    (told, *_) = await list_notifications(pool, ORGANISATION)
    assert told.words.text.endswith("la fiche de CHOMBIER Gisele.")
    assert told.words.path == f"/actions/{CONTRACT}/stagiaires/{log_of_an_action.FIRST}"


@pytest.mark.parametrize(
    ("day", "kind", "months"),
    [
        ("2007-10-31", None, None),
        ("2007-11-01", "window_opens", ["2007-10"]),
        ("2007-11-13", "window_closes", ["2007-10"]),
        ("2007-11-14", None, None),
        ("2007-12-01", "window_opens", ["2007-10", "2007-11"]),
        ("2008-03-01", "window_opens", ["2007-10", "2007-11", "2007-12"]),
    ],
)
async def test_dec_6_windows_are_told_on_the_1st_and_on_the_13th(
    database: Connection, day: str, kind: str | None, months: list[str] | None
) -> None:
    log = log_of_an_action.opened()
    log.day(day)
    await fold(log, database)
    rows = await database.fetch("SELECT kind, figures FROM notifications WHERE kind LIKE 'window%'")
    assert [row["kind"] for row in rows] == ([kind] if kind else [])
    assert [json.loads(row["figures"])["months"] for row in rows] == ([months] if months else [])


async def test_dec_6_nothing_is_told_of_what_needs_no_declaration(database: Connection) -> None:
    log = log_of_an_action.closed()
    log.day("2008-02-01")
    await fold(log, database)
    assert not await database.fetchval("SELECT count(*) FROM notifications WHERE kind = 'window_opens' AND at > '2008-01-15'")


async def test_bil_7_a_closed_action_to_which_a_correction_brings_a_month_back_has_its_notice_again(database: Connection) -> None:
    log = log_of_an_action.closed()
    log.say(
        declarations.MonthReopened(month=log_of_an_action.DECEMBER, invoice_id=log_of_an_action.BALANCE, correct_by=date(2008, 2, 15)),
        at("2008-01-20"),
    )
    log.day("2008-02-01")
    await fold(log, database)
    (row,) = await database.fetch("SELECT figures FROM notifications WHERE kind = 'window_opens' AND at > '2008-01-15'")
    assert json.loads(row["figures"])["months"] == ["2007-12"]


@pytest.mark.parametrize(
    ("day", "kind"),
    [("2007-11-30", None), ("2007-12-01", "invoices_window_opens"), ("2007-12-13", "invoices_window_closes"), ("2007-12-14", None)],
)
async def test_bil_5_the_windows_in_which_invoices_can_be_confirmed_are_told(
    database: Connection, pool: asyncpg.Pool, day: str, kind: str | None
) -> None:
    log = log_of_an_action.opened()
    log.say(log_of_an_action.offered(log_of_an_action.OCTOBER), at("2007-11-05"))
    log.day(day)
    await fold(log, database)
    rows = await database.fetch("SELECT kind, figures FROM notifications WHERE kind LIKE 'invoices_window%'")
    assert [row["kind"] for row in rows] == ([kind] if kind else [])
    for told in await list_notifications(pool, ORGANISATION):
        if told.words.title == "Facturation ouverte":
            assert told.words.text == "BTS ASSISTANT DE DIRECTION EN UN AN : octobre 2007, jusqu’au 15\u00a0décembre 2007."
            assert told.words.path == f"/actions/{CONTRACT}/facturation"


async def test_bil_4_an_invoice_is_not_told_before_the_day_on_which_it_can_be_confirmed(database: Connection) -> None:
    log = log_of_an_action.opened()
    offered = log_of_an_action.offered(log_of_an_action.OCTOBER)
    later = offered.offers[0].model_copy(update={"not_before": date(2007, 12, 22)})
    log.say(offered.model_copy(update={"offers": (later,)}), at("2007-11-05"))
    log.day("2007-12-01")
    log.day("2008-01-01")
    await fold(log, database)
    told = await database.fetch("SELECT at FROM notifications WHERE kind = 'invoices_window_opens'")
    assert [row["at"] for row in told] == [at("2008-01-01", 0)]


def everything_about_requests() -> list[Event]:
    """Asked and withdrawn, refused, granted and taken back, granted and applied; trainers unlocked by telephone; and an amendment."""
    trainers, reason = codes.RequestObject.TRAINERS, PersonalRef(id=f"{CONTRACT}/why", version=1)
    withdrawn, refused, granted, applied, amended = asked = [named(f"request {number}") for number in range(5)]
    dates = log_of_an_action.asked(withdrawn).change
    assert isinstance(dates, requests.PlannedDatesChange)
    return [
        *map(log_of_an_action.asked, asked),
        requests.RequestWithdrawn(request_id=withdrawn, object=dates.object),
        requests.RequestRefused(request_id=refused, object=dates.object, reason=reason),
        requests.RequestGranted(request_id=granted, object=trainers, applied=False),
        requests.UnlockingTakenBack(object=trainers, version=2, request_id=granted),
        requests.RequestGranted(request_id=applied, object=trainers, applied=True),
        requests.TrainersUnlocked(reason=reason),
        requests.ContractAmended(
            number=1,
            request_id=amended,
            granted_on=date(2008, 3, 2),
            planned_start=dates.planned_start,
            planned_end=dates.planned_end,
            start_before=dates.planned_start,
            end_before=date(2007, 12, 21),
            periods=dates.periods,
            dates_version=4,
        ),
    ]


async def test_every_kind_that_is_written_has_its_sentence(database: Connection, pool: asyncpg.Pool) -> None:
    """The list raises for a kind without one; the log of an action and the test above write all of them but those named here."""
    log, note = log_of_an_action.closed(), named("note")
    text = PersonalRef(id=f"{CONTRACT}/note-{note}", version=1)
    missing = NotedProof(
        month=log_of_an_action.DECEMBER,
        trainee_id=log_of_an_action.FIRST,
        kind=codes.ProofKind.ABSENCE,
        note=codes.ProofNote.MISSING,
    )
    log.say(billing.InvoiceNoted(invoice_id=log_of_an_action.REPLACEMENT, note_id=note, text=text), at("2008-03-01"), AGENT)
    log.say(surveys.ReportNoted(note_id=named("note on the report"), text=text), at("2008-03-01"), AGENT)
    rejected = billing.InvoiceRejected(
        invoice_id=log_of_an_action.REPLACEMENT,
        decided_by=codes.DecidedBy.AGENT,
        decided_on=date(2008, 3, 1),
        code=codes.RejectionCode.OTHER,
        text=text,
        months=(),
        correct_by=date(2008, 3, 16),
    )
    log.say(rejected, at("2008-03-01"), AGENT)
    for event in everything_about_requests():
        log.say(event, at("2008-03-02"))
    log.say(ProofsNoted(proofs=(missing,)), at("2008-03-02"), AGENT)
    for again in (False, True):
        fell_due = surveys.SurveysFellDue(survey=codes.SurveyKind.ONE_YEAR, trainees=(log_of_an_action.FIRST,), again=again)
        log.say(fell_due, at("2008-03-03"))
    await fold(log, database)
    for viewer in (ORGANISATION, REGION):
        for told in await list_notifications(pool, viewer):
            assert "{" not in told.words.title + told.words.text + told.words.path
    written = {row["kind"] for row in await database.fetch("SELECT kind FROM notifications")}
    here = {"action_not_opened", "action_withdrawn", "contract_replaced", "trainee_unlocked"}
    windows = {"invoices_window_opens", "invoices_window_closes"}
    reports = {"report_figures_changed", "report_figures_changed_since"}
    clocks = {"invoice_due_soon", "invoice_late"}
    accounts = {"account_requested", "admitted_by_the_region", "right_changed"}
    assert NOTICES.keys() - written == here | windows | reports | clocks | accounts


async def test_a_notification_reads_as_on_the_mock_up(database: Connection, pool: asyncpg.Pool) -> None:
    await fold(log_of_an_action.rejected(), database)
    told = {notification.words.title: notification for notification in await list_notifications(pool, ORGANISATION)}
    rejected, reopened, opened = told["Facture n°\u00a01 rejetée"], told["Mois à corriger"], told["Confirmation ouverte"]
    assert rejected.words.text == (
        "BTS ASSISTANT DE DIRECTION EN UN AN, octobre 2007 : absences à corriger. Correction possible jusqu’au 27\u00a0novembre 2007."
    )
    assert (rejected.words.tone, rejected.words.path) == ("bad", f"/actions/{CONTRACT}/factures/{log_of_an_action.INVOICE}")
    assert reopened.words.path == f"/actions/{CONTRACT}/declarations/2007-10"
    assert opened.words.text == "BTS ASSISTANT DE DIRECTION EN UN AN : octobre 2007, jusqu’au 15\u00a0novembre 2007."


async def test_sur_1_who_left_is_named_from_their_sheet(database: Connection, pool: asyncpg.Pool) -> None:
    await fold(log_of_an_action.closed(), database)
    due = [
        notification.words.text
        for notification in await list_notifications(pool, ORGANISATION)
        if notification.words.title == "Fiche de suivi à remplir"
    ]
    assert sorted(text.split(" : ")[1] for text in due) == [
        "CHOMBIER Gisele, sortie le 21\u00a0décembre 2007.",
        "DELMAS Paul, sortie le 21\u00a0décembre 2007.",
    ]


async def test_a_balance_with_no_month_left_still_reads(database: Connection, pool: asyncpg.Pool) -> None:
    log = log_of_an_action.closed()
    issued = [record.body or b"" for record in log.records if dict(record.headers)["ce_type"] == b"billing.invoice-issued.v1"]
    empty = billing.InvoiceIssued.parse(issued[-1]).invoice.model_copy(update={"invoice_id": named("empty"), "months": (), "lines": ()})
    log.say(billing.InvoiceIssued(invoice=empty), at("2008-02-01"), SECRETARY)
    await fold(log, database)
    (told, *_) = await list_notifications(pool, REGION)
    assert "Facture de solde, aucun mois, 2\u00a0445,00\u00a0€" in told.words.text


async def test_acc_6_nobody_reads_or_marks_the_notifications_of_another(database: Connection, pool: asyncpg.Pool) -> None:
    await fold(log_of_an_action.closed(), database)
    assert await list_notifications(pool, STRANGER) == []
    assert (await load_frame(pool, STRANGER)).unread == 0
    (told, *_) = await list_notifications(pool, ORGANISATION)
    await mark_read(pool, STRANGER, told.id)
    assert await find_path(pool, STRANGER, told.id) is None
    assert await database.fetchval("SELECT count(*) FROM own.read_marks") == 0


async def test_not_1_a_notification_stays_until_its_reader_has_read_it(database: Connection, pool: asyncpg.Pool) -> None:
    await fold(log_of_an_action.closed(), database)
    everything = await list_notifications(pool, ORGANISATION)
    assert (await load_frame(pool, ORGANISATION)).unread == len(everything) == 13
    await mark_read(pool, ORGANISATION, everything[0].id)
    await mark_read(pool, ORGANISATION, everything[0].id)
    assert [notification.is_read for notification in await list_notifications(pool, ORGANISATION)] == [True, *[False] * 12]
    assert (await load_frame(pool, COLLEAGUE)).unread == 13, "each of an organisation's people reads for themselves"
    await mark_all_read(pool, ORGANISATION)
    assert (await load_frame(pool, ORGANISATION)).unread == 0
    assert await find_path(pool, ORGANISATION, everything[-1].id) == f"/actions/{CONTRACT}"


async def sent(database: Connection, command: UUID, type_: str = "declarations.confirm-month.v1", told: bool = False) -> None:
    await database.execute(
        """
        INSERT INTO commands (id, service, type, key, user_id, siret, path, sent_at, told)
        VALUES ($1, 'declarations', $5, $2, $3, $4, '/actions/2007QCA0266/declarations/2007-10', $6, $7)
        """,
        command,
        CONTRACT,
        ORGANISATION.user_id,
        HOLDER,
        type_,
        at("2007-11-05"),
        told,
    )


async def test_a_command_is_answered_by_the_service_that_was_asked_and_by_no_other(database: Connection) -> None:
    command = named("asked of declarations")
    await sent(database, command)
    log = log_of_an_action.opened()
    log.answer(command, at("2007-11-05"), by="surveys")
    await fold(log, database)
    assert await database.fetchval("SELECT faults FROM commands WHERE id = $1", command) is None
    log.answer(command, at("2007-11-05"))
    await fold(log, database)
    assert await database.fetchval("SELECT faults FROM commands WHERE id = $1", command) == "[]"


async def test_a_command_answered_after_the_page_gave_up_comes_as_a_notification(database: Connection, pool: asyncpg.Pool) -> None:
    refused, accepted, waiting, shown = (named(name) for name in ("refused", "accepted", "waiting", "shown"))
    for command in (refused, accepted, waiting, shown):
        await sent(database, command, told=command == shown)
    log = log_of_an_action.opened()
    log.answer(accepted, at("2007-11-05"))
    log.answer(shown, at("2007-11-05"))
    fault = Fault(code="not-a-known-code", figures={"trainee": str(log_of_an_action.FIRST)})
    log.answer(refused, at("2007-11-05"), fault)
    await fold(log, database)
    late = {
        notification.id: notification.words
        for notification in await list_notifications(pool, ORGANISATION)
        if notification.contract_number is None
    }
    assert set(late) == {refused, accepted}
    assert (late[accepted].tone, late[accepted].title) == ("ok", "Le mois est confirmé")
    assert late[refused].title == "La confirmation d’un mois de BTS ASSISTANT DE DIRECTION EN UN AN est refusée"
    assert (
        late[refused].text.startswith("Demande du 5\u00a0novembre 2007 à 10\u00a0h\u00a000.") and "not-a-known-code" in late[refused].text
    )
    assert late[refused].path == await find_path(pool, ORGANISATION, refused) == "/actions/2007QCA0266/declarations/2007-10"
    assert await list_notifications(pool, COLLEAGUE, limit=3) == [
        notification for notification in await list_notifications(pool, ORGANISATION) if notification.contract_number
    ], "an answer is for who asked"


def test_every_command_has_words_for_its_late_answer() -> None:
    assert {type_ for type_, kind in MESSAGES.items() if issubclass(kind, Command)} <= notices.DONE.keys()


async def test_an_answer_is_noted_once_and_even_when_its_action_is_parked(database: Connection) -> None:
    command, unknown = named("command"), named("of another installation")
    await sent(database, command)
    log = Log()
    log.say(billing.PaymentRecorded.parse(log_of_an_action.paid().records[-1].body or b""), at("2007-11-28"))  # about no invoice: parked
    fault = Fault(code="too-late", figures={"month": "2007-10"}, field="month", item=CONTRACT)
    log.answer(command, at("2007-11-28"), fault)
    log.answer(command, at("2007-11-29"))
    log.answer(unknown, at("2007-11-29"))
    await fold(log, database)
    assert await database.fetchval("SELECT count(*) FROM parked") == 4
    row = await database.fetchrow("SELECT faults, personal, answered_at FROM own.commands")
    assert row is not None
    assert json.loads(row["faults"]) == [{"code": "too-late", "figures": {"month": "2007-10"}, "field": "month", "item": CONTRACT}]
    assert (json.loads(row["personal"]), row["answered_at"] is not None) == ([], True)


async def test_old_answers_sessions_uploads_and_drafts_are_forgotten(database: Connection) -> None:
    now = at("2008-06-01")
    for name, days, told, read in (
        ("told", 8, True, False),
        ("fresh", 6, True, False),
        ("unread", 8, False, False),
        ("read", 8, False, True),
        ("never read", 91, False, False),
    ):
        await sent(database, named(name), told=told)
        await database.execute("UPDATE commands SET answered_at = $2, faults = '[]' WHERE id = $1", named(name), now - timedelta(days=days))
        if read:
            await database.execute("INSERT INTO read_marks (user_id, notification_id) VALUES ($1, $2)", ORGANISATION.user_id, named(name))
    await sent(database, named("unanswered"))
    await database.execute(
        """
        INSERT INTO sessions (token_hash, user_id, role, login, name, must_choose_password, access, started_at, seen_at)
        SELECT sha256(hours::text::bytea), gen_random_uuid(), 'agent', 'a', 'a', false, 1, now() - hours * interval '1 hour', now()
        FROM unnest(ARRAY[11, 13]) AS hours
        """
    )
    await database.execute(
        """
        INSERT INTO uploads (id, user_id, file_name, contracts, places, uploaded_at)
        SELECT gen_random_uuid(), gen_random_uuid(), 'f', '[]', '[]', now() - days * interval '1 day' FROM unnest(ARRAY[0, 2]) AS days
        """
    )
    await database.execute(
        """
        INSERT INTO lots (user_id, kind, contract_number, subject, put_at)
        SELECT gen_random_uuid(), 'report', days::text, '', now() - days * interval '1 day' FROM unnest(ARRAY[1, 100]) AS days
        """
    )
    await database.execute(
        """
        INSERT INTO searches (user_id, words, number, sought_at)
        SELECT gen_random_uuid(), 'martin', 'n', now() - hours * interval '1 hour' FROM unnest(ARRAY[11, 13]) AS hours
        """
    )
    await fold(log_of_an_action.invoiced(), database)
    await database.execute(
        """
        INSERT INTO drafts (owner, kind, contract, subject, body, saved_at, saved_by)
        SELECT 'o', kind, contract, subject, '{}', now() - days * interval '1 day', gen_random_uuid() FROM (VALUES
            ('month', '2007QCA0266', '2007-10', 8), ('line', '2007QCA0266', '2007-10/someone', 8),
            ('line', '2007QCA0266', '2007-10/another', 6), ('month', '2007QCA0266', '2007-11', 8), ('month', '2007QCA0999', '2007-10', 8),
            ('trainee', '2007QCA0266', '2007-10', 8), ('dates', '2007QCA0266', '', 399), ('report', '2007QCA0266', '', 401)
        ) AS draft (kind, contract, subject, days)
        """
    )
    await housekeeping.tidy(database, now)
    left = {row["id"] for row in await database.fetch("SELECT id FROM commands")}
    assert left == {named(name) for name in ("fresh", "unread", "unanswered")}
    assert await database.fetchval("SELECT count(*) FROM read_marks") == 0
    assert await database.fetchval("SELECT count(*) FROM sessions") == 1
    assert await database.fetchval("SELECT count(*) FROM searches") == 1
    assert await database.fetchval("SELECT contract_number FROM lots") == "1"
    assert await database.fetchval("SELECT count(*) FROM uploads") == 1
    assert {tuple(row) for row in await database.fetch("SELECT kind, contract, subject FROM drafts")} == {
        ("line", "2007QCA0266", "2007-10/another"),
        ("month", "2007QCA0266", "2007-11"),
        ("month", "2007QCA0999", "2007-10"),
        ("trainee", "2007QCA0266", "2007-10"),
        ("dates", "2007QCA0266", ""),
    }


async def test_a_kept_form_is_forgotten_once_it_was_accepted_and_stays_when_it_was_refused(database: Connection) -> None:
    for name, faults in (("accepted", "[]"), ("refused", '[{"code": "too-late"}]'), ("unanswered", None)):
        await sent(database, named(name))
        await database.execute("UPDATE commands SET faults = $2 WHERE id = $1", named(name), faults)
        await database.execute(
            """
            INSERT INTO drafts (owner, kind, contract, subject, body, saved_by)
            VALUES ($1, 'dates', '', $2, jsonb_build_object('sent', $3::text), $4)
            """,
            HOLDER,
            name,
            str(named(name)),
            ORGANISATION.user_id,
        )
    await housekeeping.tidy(database, at("2007-11-06"))
    assert {row["subject"] for row in await database.fetch("SELECT subject FROM drafts")} == {"refused", "unanswered"}


@pytest.mark.parametrize(
    ("day", "kind"),
    [("2007-11-30", None), ("2007-12-01", "invoice_due_soon"), ("2007-12-06", None), ("2007-12-07", "invoice_late"), ("2007-12-08", None)],
)
async def test_bil_15_agents_are_told_of_an_invoice_that_nobody_decides_before_its_last_day_and_after(
    database: Connection, pool: asyncpg.Pool, day: str, kind: str | None
) -> None:
    log = log_of_an_action.opened()
    log.say(log_of_an_action.issued(log_of_an_action.INVOICE), at("2007-11-06"), SECRETARY)  # to be paid by 6 December
    log.day(day)
    await fold(log, database)
    told = await database.fetch("SELECT kind, audience FROM notifications WHERE kind IN ('invoice_due_soon', 'invoice_late')")
    assert [(row["kind"], row["audience"]) for row in told] == ([(kind, "agents")] if kind else [])
    if kind:
        (first, *_) = await list_notifications(pool, REGION)
        assert "6\u00a0décembre 2007" in first.words.text
        assert first.words.path == f"/region/factures/{log_of_an_action.INVOICE}"


async def test_bil_15_nothing_is_told_of_an_invoice_that_was_decided(database: Connection) -> None:
    log = log_of_an_action.opened()
    log.say(log_of_an_action.issued(log_of_an_action.INVOICE), at("2007-11-06"), SECRETARY)
    by, on = codes.DecidedBy.AGENT, date(2007, 11, 20)
    log.say(billing.InvoiceAccepted(invoice_id=log_of_an_action.INVOICE, decided_by=by, decided_on=on), at("2007-11-20"), AGENT)
    for day in ("2007-12-01", "2007-12-07"):
        log.day(day)
    await fold(log, database)
    assert not await database.fetchval("SELECT count(*) FROM notifications WHERE kind IN ('invoice_due_soon', 'invoice_late')")
