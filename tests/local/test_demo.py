"""`make demo`: a history that holds whatever day it is, and a short one played through everything that `make up` starts."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import asyncpg
import pytest
from pydantic import TypeAdapter

from auditor import Promise
from chassis.ids import uuid7
from clock.days import PARIS, day_of
from contracts.account.ledger import Ledger
from contracts.codes import InvoiceKind, Place, Standing
from contracts.month import Month
from contracts.surveys import LATER
from contracts.types import to_cent
from declarations.rules.action import Action
from gateway.web.session import Viewer
from sesame_local import timeshift
from sesame_local.demo import finance, hours, portal
from sesame_local.demo.people import People
from sesame_local.demo.plan import Plan
from sesame_local.demo.play import Progress, accounts, one_after_another
from sesame_local.demo.region import NEWCOMER, region
from sesame_local.demo.timeline import (
    Act,
    Advance,
    Answer,
    Ask,
    Close,
    FillIn,
    FollowUp,
    GiveUp,
    Import,
    Note,
    Open,
    Pay,
    Prepare,
    Reject,
    Report,
    Subcontract,
    history,
)
from sesame_local.move import READERS
from sesame_local.place import Place as Folder
from sesame_local.place import Trouble
from sesame_local.supervise import Installation
from sesame_local.up import set_start
from tests.local.short_story import TODAY, short

pytestmark = pytest.mark.timeout(400)

DAYS = [date(2027, 1, 1) + timedelta(days=number) for number in range(0, 800, 13)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_whatever_day_it_is_an_action_stands_at_every_stage(today: date) -> None:
    acts: dict[str, list[Act]] = {plan.code: [] for plan in region(today)}
    for day in history(region(today), today):
        for of_one in day.acts:
            for act in of_one:
                assert not isinstance(act, Import)
                acts[act.plan.code].append(act)
    last = {code: done[-1] if done else None for code, done in acts.items()}
    assert last["QCA0958"] is None
    assert isinstance(last["QCA0925"], Prepare) and not last["QCA0925"].whole
    assert isinstance(last["QCA0912"], Prepare) and last["QCA0912"].whole
    assert isinstance(last["QCA0840"], GiveUp)
    assert any(isinstance(act, FillIn) and not act.whole for act in acts["QCA0266"])
    assert isinstance(last["QCA0611"], Reject)
    assert isinstance(last["QCA0418"], Close)
    assert [type(act) for act in acts["QCA0315"]][-2:] == [Report, Note]
    follow_ups = [acts["QCA0204"].pop() for _ in LATER]
    assert [act.survey for act in follow_ups if isinstance(act, FollowUp)] == list(LATER)[::-1]
    assert [type(act) for act in acts["QCA0971"]][-2:] == [type(act) for act in acts["QCA0204"]][-2:]
    assert isinstance(last["QCA0971"], Pay)
    assert [type(act) for act in acts["QCA0204"] if isinstance(act, Advance | Subcontract)] == [Advance, Subcontract]
    wishes = {code: [type(act) for act in done if isinstance(act, Ask | Answer)] for code, done in acts.items()}
    assert {code: kinds for code, kinds in wishes.items() if kinds} == {
        "QCA0266": [Ask, Answer],  # granted, not saved
        "QCA0502": [Ask, Answer],  # amended
        "QCA0611": [Ask, Answer],  # refused
        "QCA0733": [Ask],
    }


def test_act_3_the_guides_action_has_the_guides_figures() -> None:
    guide = next(plan for plan in region(TODAY) if plan.code == "QCA0266")
    terms = guide.contract.terms
    assert (terms.centre.hours + terms.company.hours, terms.headcount) == (1232, 10)
    assert terms.centre.price + terms.company.price == Decimal("44590.00")
    assert guide.end - guide.start == date(2007, 6, 12) - date(2006, 9, 28)


@pytest.mark.parametrize("today", DAYS[::10], ids=str)
def test_dec_3_hours_never_exceed_what_is_planned_and_absences_explain_what_is_missing(today: date) -> None:
    for plan in region(today):
        for index in range(plan.trainees):
            lines = [hours.line(plan, index, month) for month in plan.months]
            for place in Place:
                every = [getattr(line, place) for line in lines]
                assert (
                    sum(declared.attended + declared.excused + declared.unexcused for declared in every) <= plan.planned_for(index)[place]
                )
                assert min(min(declared.attended, declared.excused, declared.unexcused) for declared in every) >= 0
            for line in lines:
                away = line.centre.excused + line.centre.unexcused + line.company.excused + line.company.unexcused
                assert sum(absence.hours for absence in line.absences) == away


@pytest.mark.parametrize("today", DAYS[::10], ids=str)
def test_dec_10_a_month_has_a_proof_of_each_state_to_show(today: date) -> None:
    (plan,) = [plan for plan in region(today) if plan.proofs]
    away = [line for index in range(3) if (line := hours.line(plan, index, plan.proofs)) and line.centre.excused + line.company.excused]
    assert len(away) == 3


def test_a_new_installation_can_begin_in_the_past(place: Folder) -> None:
    assert Installation(place).broker.kafka.written("calendar", 1) == 1
    assert day_of(datetime.now(UTC) + timeshift.offset(place.time_shift)) == history(short(TODAY), TODAY)[0].on


async def rows(place: Folder, database: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(Installation(place).server.postgres.dsn(database))
    try:
        records: list[asyncpg.Record] = await connection.fetch(query)
        return records
    finally:
        await connection.close()


def states(place: Folder, database: str, kind: type) -> dict[str, object]:
    records = asyncio.run(rows(place, database, "SELECT key, state::text FROM aggregates WHERE state IS NOT NULL"))
    return {row["key"]: TypeAdapter(kind).validate_json(row["state"]) for row in records}


def test_every_command_was_accepted_and_nobody_is_left_with_an_hourglass(played: Folder) -> None:
    commands = asyncio.run(rows(played, "gateway", "SELECT type, faults::text FROM own.commands"))
    assert len({row["type"] for row in commands}) == 26
    assert [row for row in commands if row["faults"] != "[]"] == []


def test_req_01_a_request_is_pending_another_granted_a_third_refused_and_an_action_is_amended(played: Folder) -> None:
    asked = asyncio.run(rows(played, "gateway", "SELECT object, state, applied FROM view.requests ORDER BY asked_at"))
    assert {(row["object"], row["state"]) for row in asked} == {
        ("planned_dates", "granted"),
        ("trainers", "granted"),
        ("trainee", "refused"),
        ("trainers", "open"),
    }
    (amended,) = asyncio.run(rows(played, "gateway", "SELECT contract_number, planned_end FROM view.amendments"))
    plan = short(TODAY)[1]
    assert (amended["contract_number"], amended["planned_end"]) == (plan.number, plan.end) and plan.end > plan.awarded_end


def test_acc_08_a_colleague_works_for_the_first_organisation_and_somebody_asks_for_an_account(played: Folder) -> None:
    people = asyncio.run(rows(played, "gateway", "SELECT has_right FROM view.accounts WHERE siret IS NOT NULL ORDER BY joined_at"))
    assert [row["has_right"] for row in people] == ["administers", "administers", "works"]
    (asked,) = asyncio.run(rows(played, "gateway", "SELECT state, siret FROM view.account_requests"))
    assert (asked["state"], asked["siret"]) == ("open", NEWCOMER.siret)


def test_dec_10_of_the_proofs_of_a_month_one_is_received_one_sent_one_missing(played: Folder) -> None:
    plan = short(TODAY)[1]
    query = f"""
        SELECT note, file_id IS NOT NULL AS sent, content IS NOT NULL AS kept FROM view.proofs
        LEFT JOIN view.proof_files USING (contract_number, month, trainee_id, kind)
        LEFT JOIN own.proof_contents USING (contract_number, file_id)
        WHERE contract_number = '{plan.number}' AND month = '{plan.proofs}'
    """
    found = [(row["note"], row["sent"], row["kept"]) for row in asyncio.run(rows(played, "gateway", query))]
    assert set(found) == {("received", True, True), (None, True, True), ("missing", False, False)}


def test_act_01_a_contract_came_from_the_programme_system_refused_first_then_awarded(played: Folder) -> None:
    query = "SELECT contract_number, outcome FROM view.programme_messages ORDER BY outcome"
    number = short(TODAY)[3].number
    assert [tuple(row) for row in asyncio.run(rows(played, "gateway", query))] == [(number, "awarded"), (number, "refused")]


def test_no_message_is_parked_anywhere(played: Folder) -> None:
    for database, schema in READERS.items():
        assert asyncio.run(rows(played, database, f'SELECT * FROM "{schema}".parked')) == [], database


def test_the_auditor_finds_that_every_promise_is_kept(played: Folder) -> None:
    where = os.environ | {"SESAME_FOLDER": str(played.folder), "SESAME_PORT": str(played.base_port)}
    audit = subprocess.run([sys.executable, "-m", "sesame_local", "audit"], env=where, capture_output=True, text=True, check=False)
    assert (audit.stdout.splitlines(), audit.stderr) == ([f"oui  {promise.value}." for promise in Promise], "")


def test_bil_12_what_is_invoiced_is_what_is_declared_or_less_and_equal_where_a_balance_stands(played: Folder) -> None:
    declared, ledgers = states(played, "declarations", Action), states(played, "billing", Ledger)
    balances = 0
    for plan in short(TODAY):
        action, ledger = declared[plan.number], ledgers[plan.number]
        assert isinstance(action, Action) and isinstance(ledger, Ledger)
        amount = sum((worth(plan, action, month) for month in action.months if action.standing(month) is Standing.CONFIRMED), Decimal())
        invoiced = sum((invoice.excluding_tax for invoice in ledger.live), Decimal())
        assert invoiced <= amount
        if ledger.balance:
            balances += 1
            assert invoiced == amount > 0
    assert balances == 1


def worth(plan: Plan, action: Action, month: Month) -> Decimal:
    """A month's amount from what declarations keeps and the contract's rates alone (BIL-1), with what it added (DEC-5)."""
    terms, total, declaration = plan.contract.terms, Decimal(), action.declaration(month)
    lines = [declaration.lines[trainee].line for trainee in action.present(month)]
    for place, rate in ((Place.CENTRE, terms.centre.rate), (Place.COMPANY, terms.company.rate)):
        paid = sum((getattr(line, place).attended + getattr(line, place).excused for line in lines), Decimal())
        paid += sum((added.of_place(place) for added in declaration.added.values()), Decimal())
        total += to_cent(paid * rate)
    return total


def test_the_finished_action_was_rejected_once_corrected_and_is_settled_to_the_cent(played: Folder) -> None:
    ledger = states(played, "billing", Ledger)[short(TODAY)[0].number]
    assert isinstance(ledger, Ledger) and ledger.closed
    assert [invoice.live for invoice in ledger.invoices] == [True, False, True, True, True, True]
    assert [invoice.paid - max(invoice.including_tax, 0) for invoice in ledger.live] == [0] * 5
    assert ledger.invoices[2].excluding_tax < ledger.invoices[1].excluding_tax
    assert ledger.balance and ledger.balance.excluding_tax < 0, "an advance that nothing recovered is given back"


def test_bil_4_three_months_without_a_threshold_became_a_quarter(played: Folder) -> None:
    ledger = states(played, "billing", Ledger)[short(TODAY)[1].number]
    assert isinstance(ledger, Ledger)
    assert ledger.invoices[0].kind is InvoiceKind.QUARTER
    assert len(ledger.invoices[0].months) == 3


def test_the_installation_has_come_to_now(played: Folder) -> None:
    days = asyncio.run(rows(played, "billing", "SELECT at FROM ticked"))
    assert [day_of(row["at"]) for row in days] == [day_of(datetime.now(UTC))]


def test_what_is_refused_stops_it_with_the_day_the_action_and_the_reason(played: Folder) -> None:
    plan = short(TODAY)[0]

    async def open_again() -> None:
        agent = Viewer(uuid7(), "agent", None, "agent", "Agent", must_choose_password=False)
        holder = Viewer(uuid7(), "organisation", plan.partner.organisation.siret, "scenes", "Scènes", must_choose_password=False)
        async with portal.opened(played) as opened, finance.opened(played) as paymaster:
            people = People(opened, paymaster, agent, {plan.partner.organisation.siret: holder})
            await one_after_another(people, TODAY, [Open(plan)])

    with pytest.raises(Trouble, match=rf"La démonstration s'arrête au {TODAY:%d/%m/%Y}, action {plan.number} : .* est refusé : \w+"):
        asyncio.run(open_again())


def test_it_refuses_an_installation_that_has_been_used_and_says_what_to_do(played: Folder) -> None:
    with pytest.raises(Trouble, match="make reset"):
        set_start(played, datetime.combine(TODAY - timedelta(days=400), time(8), PARIS), lambda _line: None)


def test_progress_is_a_line_a_month_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(4)
    for on in (date(2027, 1, 4), date(2027, 1, 11), date(2027, 2, 4)):
        progress.show(on, 1)
    assert capsys.readouterr().out == "01/2027 (25%)\n02/2027 (75%)\n"


def test_the_accounts_are_said_with_what_to_look_at(tmp_path_factory: pytest.TempPathFactory) -> None:
    said = accounts(Folder(tmp_path_factory.mktemp("nowhere"), 23_000), region(TODAY))
    assert "http://localhost:23000" in said
    for login in ("agent", "scenes", "cevennes", "littoral", "garrigue"):
        assert f"\n  {login} " in said
