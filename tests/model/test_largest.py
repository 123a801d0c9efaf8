"""The largest contract that a workbook holds lives: from its import to its balance, through the commands that the portal sends."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from contracts import actions, awards, surveys
from contracts.actions import EntryDate, NewTrainee
from contracts.awards import MOST_MONTHS, MOST_TRAINEES, ImportContracts
from contracts.billing import IssueInvoice, MonthPriced
from contracts.codes import ActionKind, ExitKind, Frequency, InvoiceKind, Place, Situation
from contracts.declarations import ConfirmMonth, Exit, FilledExit, FilledLine, FilledRow, FillMonth, Line, PlaceFigures
from contracts.envelope import Actor
from contracts.message import Command
from contracts.month import Month, months_between
from gateway.areas.contracts_import.workbook import reading, writing
from gateway.areas.contracts_import.workbook.columns import SHEETS
from gateway.tables import cells
from tests import guide
from tests.model.memory import Memory
from tests.model.played import at, priced

HOLDER = Actor("secretary", "organisation", guide.SIRET)
START, END, LAST_START = date(2011, 1, 3), date(2013, 12, 31), date(2013, 11, 4)
HOURS, RATE = Decimal("30.25"), Decimal("5.00")


def imported(contract: awards.Contract) -> ImportContracts:
    """The command of a workbook that holds the contract."""
    with CalamineWorkbook.from_filelike(BytesIO(writing.write((contract,)))) as book:
        sheets = {sheet.name: cells.rows_of(book.get_sheet_by_name(sheet.name).iter_rows(), cells.Room()) for sheet in SHEETS}
    workbook = reading.read(sheets)
    assert workbook.problems == ()
    return ImportContracts(contracts=workbook.contracts, replace=False, check_only=False)


def test_act_04_the_largest_contract_that_a_workbook_holds_comes_to_its_balance() -> None:
    """It is individualised, and opened two months before its end: everybody's hours of these are filled in, by one command each."""
    places = {name: priced(hours, RATE, MOST_TRAINEES) for name, hours in (("centre", Decimal(800)), ("company", Decimal(400)))}
    periods = (guide.period(str(START), str(END)),)
    weeks = [START + timedelta(weeks=number) for number in range(30)]
    longest = (*periods, *(guide.period(str(week), str(week), Place.COMPANY) for week in weeks))
    kind = ActionKind.INDIVIDUALISED
    contract = guide.contract(planned_start=START, planned_end=END, headcount=MOST_TRAINEES, periods=periods, kind=kind, **places)
    assert len(months_between(Month.of(START), Month.of(END))) == MOST_MONTHS
    memory = Memory()

    def must(command: Command, on: date, actor: Actor = HOLDER, key: str = contract.number) -> None:
        assert memory.ask(key, command, actor, at(on)) == ()

    with memory.playing():
        must(imported(contract), START, guide.AGENT, "import-1")
        must(actions.ValidateDates(periods=periods, base_version=0), LAST_START)
        planned: dict[str, Any] = {"centre_hours": 800, "company_hours": 400, "company_periods": 30, "periods": longest}
        pathway = guide.pathway(str(START), str(END), **planned)
        names = [f"DUPONT {chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(MOST_TRAINEES)]
        sheets = tuple(NewTrainee(sheet=guide.sheet(last_name=name, entry_date=LAST_START, pathway=pathway)) for name in names)
        must(actions.RegisterTrainees(trainees=sheets), LAST_START)
        trainees = list(memory.state("actions", contract.number).trainees)
        must(actions.ConfirmTrainers(), LAST_START)
        must(
            actions.ConfirmEntryDates(entries=tuple(EntryDate(trainee_id=trainee, entered_on=LAST_START) for trainee in trainees)),
            LAST_START,
        )
        must(actions.OpenAction(actual_start=LAST_START, frequency=Frequency.THREE_INSTALMENTS), LAST_START)
        months = months_between(Month.of(LAST_START), Month.of(END))
        for month in months:
            worked = PlaceFigures(attended=HOURS, excused=Decimal(0), unexcused=Decimal(0))
            row = FilledLine(line=Line(centre=worked, company=worked), base_version=0)
            left = FilledExit(exit=Exit(on=END, kind=ExitKind.END_OF_TRAINING), base_version=0) if month == months[-1] else None
            must(FillMonth(month=month, rows=tuple(FilledRow(trainee_id=trainee, line=row, exit=left) for trainee in trainees)), month.last)
            must(ConfirmMonth(month=month), month.next().first)
        for trainee in trainees:
            must(surveys.RecordExitSurvey(trainee_id=trainee, situation=Situation.OTHER, contract=None, base_version=0), END)
        must(actions.CloseAction(actual_end=END), END + timedelta(days=2))
        must(surveys.SubmitReport(text="Bilan."), END + timedelta(days=2))
        total = len(months) * MOST_TRAINEES * 2 * HOURS * RATE
        must(IssueInvoice(kind=InvoiceKind.BALANCE, months=months, excluding_tax=total), END + timedelta(days=3))
    assert [(bill.kind, bill.excluding_tax) for bill in memory.state("billing", contract.number).invoices] == [("balance", total)]
    shares = [len(event.shares) for _, event in memory.said if isinstance(event, MonthPriced)]
    assert shares == [2 * MOST_TRAINEES] * len(months)
