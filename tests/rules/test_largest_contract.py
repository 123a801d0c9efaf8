"""The largest contract that the Region can award (ACT-4): whatever is said of it fits a message, with room to spare."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from billing.rules import invoices
from billing.rules.offered import changed
from chassis.settings import MAX_MESSAGE_BYTES
from contracts.account import ledger
from contracts.account.offers import offer_of
from contracts.account.without_months import MOST_TO_DEDUCT
from contracts.awards import MOST_MONTHS, MOST_TRAINEES
from contracts.codes import AbsenceReason, ExitKind, ExitReason, Frequency, Place, ProofKind, ProofNote, Standing
from contracts.declarations import AddedHoursForeseen, ConfirmMonth, FilledExit, FilledLine, FilledRow, FillMonth, MonthConfirmed
from contracts.message import Message
from contracts.month import Month, months_between
from contracts.proofs import MOST_FILES, MOST_NOTED, NoteProofs, ProofKey, SeenProof
from contracts.requests import AmendmentRequested
from declarations.rules import action as actions
from declarations.rules import declaration, filling
from declarations.rules.action import Action
from declarations.rules.amendment import foreseen_changed, grant_amendment
from declarations.rules.hours import Line
from declarations.rules.overview import overview_changed
from declarations.rules.said import said
from gateway.web.posted import MOST_FIELDS
from surveys.rules import outcomes
from tests import guide
from tests.guide import CONTRACT, SIRET, day, terms
from tests.rules.billing import billed_action
from tests.rules.billing.billed_action import BALANCE, instant, line, place_hours
from tests.rules.declarations.declared_action import absence, ended, figures

TRAINEES = tuple(UUID(int=2**100 + number) for number in range(MOST_TRAINEES))
START, END = day("2007-02-01"), day("2010-01-31")
LARGEST = terms(START, END, headcount=MOST_TRAINEES, periods=(guide.period("2007-02-01", "2010-01-31"),))
MONTHS = months_between(Month.of(START), Month.of(END))


def fits(*messages: Message) -> None:
    """Each is at most half of what its topic takes."""
    assert {message.TYPE: size for message in messages if (size := len(message.body())) > MAX_MESSAGE_BYTES / 2} == {}


def opened() -> Action:
    """Everybody is in training from the first day."""
    everybody = {trainee: actions.Trainee(entered_on=START) for trainee in TRAINEES}
    return replace(actions.opened(actions.awarded(LARGEST), START), trainees=everybody)


def row(trainee: UUID, month: Month) -> FilledRow:
    """Every cell of a trainee's row, with five periods of absence and an exit."""
    periods = [absence(f"{month}-05", f"{month}-05", AbsenceReason.SUMMONS, Place.CENTRE, "0.50") for _ in range(5)]
    kept = figures("20.25 2.50 0 0 0 0").model_copy(update={"absences": tuple(periods)})
    left = FilledExit(exit=ended(str(month.last)), base_version=0)
    return FilledRow(trainee_id=trainee, line=FilledLine(line=kept, base_version=0), exit=left)


def test_dec_11_a_month_of_everybody_is_filled_in_and_confirmed_by_messages_that_fit():
    action, month = opened(), MONTHS[0]
    command = FillMonth(month=month, rows=tuple(row(trainee, month) for trainee in TRAINEES))
    filled = filling.fill(action, command, month.last)
    confirmed = declaration.confirm(filled.state, ConfirmMonth(month=month), month.next().first)
    assert len(confirmed.events[0].lines) == MOST_TRAINEES  # type: ignore[attr-defined]
    fits(command, *filled.events, *said(action, filled.state), *confirmed.events, *said(filled.state, confirmed.state))


def test_dec_07_where_all_months_stand_fits_a_message_though_everybody_counts_with_zeros_in_each():
    confirmed = {month: actions.Declaration(standing=Standing.CONFIRMED) for month in MONTHS}
    (overview,) = overview_changed(None, replace(opened(), declarations=confirmed))
    assert sum(len(month.with_zeros) for month in overview.months) == MOST_TRAINEES * MOST_MONTHS
    fits(overview)


def test_dec_05_what_all_months_will_add_fits_a_message_though_everybody_left_on_the_first_day():
    left = actions.Exit(START, ExitKind.EARLY, ExitReason.EMPLOYMENT, proofs_announced=True)
    gone = {trainee: actions.Trainee(entered_on=START, exit=left, exit_version=1, paid_until=END) for trainee in TRAINEES}
    before, after = opened(), replace(opened(), trainees=gone)
    (told,) = (event for event in said(before, after) if isinstance(event, AddedHoursForeseen))
    assert sum(len(owed.months) for owed in told.trainees) == MOST_TRAINEES * MOST_MONTHS
    fits(*said(before, after))


def test_req_03_what_the_shortest_end_would_do_fits_a_message_though_everybody_has_zeros_in_every_month():
    zeros = {trainee: actions.SavedLine(Line.of(figures("0 0 0 0 0 0")), 1) for trainee in TRAINEES}
    action = replace(opened(), declarations={month: actions.Declaration(lines=zeros) for month in MONTHS})
    asked = actions.asked(action, UUID(int=1), MONTHS[0].last)
    (told,) = foreseen_changed(action, asked)
    assert told.effect and len(told.effect.fallen) == MOST_TRAINEES * (MOST_MONTHS - 1)
    confirmed = replace(asked, declarations={MONTHS[0]: actions.Declaration(standing=Standing.CONFIRMED, lines=zeros)})
    ask = AmendmentRequested(planned_start=START, planned_end=MONTHS[0].last, periods=())
    granted = grant_amendment(confirmed, ask)
    assert len(granted.events) == 1 + MOST_TRAINEES
    fits(told, *granted.events, *said(confirmed, granted.state))


def test_bil_02_what_is_offered_and_a_balance_of_every_month_fit_a_message():
    account = ledger.open_(ledger.award(CONTRACT, LARGEST), Frequency.THREE_INSTALMENTS)
    worked = place_hours("20.25", "2.50")
    for month in MONTHS:
        lines = tuple(line(trainee, worked, worked) for trainee in TRAINEES)
        before, account = account, ledger.confirm(account, MonthConfirmed(month=month, lines=lines))
    fits(*changed(before, account))
    account = ledger.submit_report(ledger.close(account))
    offer = offer_of(account, BALANCE, MONTHS)
    issued = invoices.issue(account, offer, account.siret, UUID(int=1), instant("2010-02-15"), 1)
    assert offer.excluding_tax == MOST_MONTHS * MOST_TRAINEES * Decimal("22.75") * (guide.CENTRE_RATE + guide.COMPANY_RATE)
    fits(*issued.events, *issued.outside, *changed(account, issued.state))


def test_sur_02_the_report_fits_a_message_while_everybodys_survey_is_missing():
    everybody = {trainee: outcomes.Trainee(exit=outcomes.Exit(END, ExitKind.END_OF_TRAINING)) for trainee in TRAINEES}
    report = outcomes.prepared(outcomes.Outcomes(SIRET, trainees=everybody))
    assert len(report.missing) == MOST_TRAINEES
    fits(report)


def test_dec_11_the_grid_of_a_month_is_a_form_that_the_portal_reads():
    fields_of_a_row, fields_of_a_period = 16, 5
    assert MOST_TRAINEES * (fields_of_a_row + 3 * fields_of_a_period) < MOST_FIELDS


def test_dec_10_what_one_command_notes_is_a_form_that_the_portal_reads():
    fields_of_a_proof = 3
    assert MOST_NOTED * fields_of_a_proof + 3 < MOST_FIELDS
    key = ProofKey(month=MONTHS[0], trainee_id=TRAINEES[0], kind=ProofKind.ABSENCE)
    seen = SeenProof(**key.model_dump(), note=ProofNote.RECEIVED, files=TRAINEES[:MOST_FILES], was=ProofNote.MISSING)
    fits(NoteProofs(proofs=(seen,) * MOST_NOTED))


def test_bil_06_offers_that_all_deduct_as_many_as_may_wait_fit_a_message():
    named = billed_action.subcontractor("1500").model_copy(update={"name": "É" * 300})
    contract = terms(START, END, headcount=MOST_TRAINEES, periods=LARGEST.periods, subcontractors=(named,))
    action = billed_action.BilledAction(Frequency.MONTHLY, contract)
    for month in MONTHS:
        action.confirm(month, "20")
    for _ in range(MOST_TO_DEDUCT):
        action.subcontract("1", "2010-02-01")
    told = action.told()
    assert [len(offer.adjustments) for offer in told.offers] == [MOST_TO_DEDUCT] * MOST_MONTHS
    fits(told)
