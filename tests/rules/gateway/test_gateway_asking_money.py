"""From what is typed to a command, or to the faults beside their fields: hours, invoices, decisions, surveys, the report."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.billing import DecideInvoice, IssueInvoice
from contracts.codes import AbsenceReason, Decision, EmploymentContract, ExitKind, InvoiceKind, Place, RejectionCode, Situation, SurveyKind
from contracts.declarations import Absence, ConfirmMonth, Exit, Line, PlaceFigures, SaveLine, SeenLine, SetExit
from contracts.month import Month
from contracts.surveys import RecordExitSurvey, RecordLaterSurvey, SubmitReport
from gateway.areas.billing import asking as billing
from gateway.areas.declarations import asking as declarations
from gateway.areas.declarations.queries import Row
from gateway.areas.surveys import asking as surveys
from gateway.web.values import Values

TRAINEE, OTHER, INVOICE = UUID(int=7), UUID(int=8), UUID(int=9)
FEBRUARY = Month("2008-02")
KEY = f"s{TRAINEE.hex}"


def row(line: Line | None = None, leaving: Exit | None = None, version: int = 0) -> Row:
    """A trainee of February, as stored."""
    return Row(
        trainee_id=TRAINEE,
        name="MARTIN Camille",
        sheet=None,
        entered_on=date(2008, 2, 4),
        exit=leaving,
        exit_version=0,
        planned_end=date(2008, 4, 25),
        first=date(2008, 2, 4),
        last=date(2008, 2, 29),
        line=line or Line(),
        version=version,
        complete=False,
        saved_at=None,
        saved_by=None,
        others={},
    )


def typed(of: Row, **changed: str) -> Values:
    """The row's fields as shown, with what was typed over them: `centre_attended` is `centre.attended`."""
    fields = declarations.stored(of) | {f"{KEY}.{name.replace('__', '.')}": [text] for name, text in changed.items()}
    return Values(fields)


def test_dec_03_a_row_that_nobody_touched_says_nothing() -> None:
    stored = row(Line(centre=PlaceFigures(attended=Decimal("41.00"))), version=3)
    assert declarations.row_commands(typed(stored), stored, FEBRUARY) == ()
    assert declarations.row_commands(typed(stored, centre__attended="41"), stored, FEBRUARY) == ()


def test_dec_03_what_was_changed_is_a_line_on_the_version_that_was_shown() -> None:
    stored = row(Line(centre=PlaceFigures(attended=Decimal(41))), version=3)
    commands = declarations.row_commands(typed(stored, centre__attended="3h30"), stored, FEBRUARY)
    line = Line(centre=PlaceFigures(attended=Decimal("3.5")))
    assert commands == (SaveLine(month=FEBRUARY, trainee_id=TRAINEE, line=line, base_version=3),)


def test_dec_03_a_figure_that_cannot_be_read_or_saved_is_a_fault_of_its_cell_and_nothing_is_said() -> None:
    values = typed(row(), centre__attended="douze", company__excused="0,20")
    assert declarations.row_commands(values, row(), FEBRUARY) is None
    assert values.errors.keys() == {f"{KEY}.centre.attended", f"{KEY}.company.excused"}


def test_dec_04_periods_are_numbered_without_those_that_are_empty() -> None:
    part = {"start": "05/02/2008", "end": "06/02/2008", "reason": "summons", "place": "centre", "hours": "7"}
    empty = {f"absences__0__{name}": "" for name in part}
    values = typed(row(), **empty, **{f"absences__4__{name}": text for name, text in part.items()})
    commands = declarations.row_commands(values, row(), FEBRUARY)
    absence = Absence(start=date(2008, 2, 5), end=date(2008, 2, 6), reason=AbsenceReason.SUMMONS, place=Place.CENTRE, hours=Decimal(7))
    assert commands and isinstance(commands[0], SaveLine) and commands[0].line.absences == (absence,)
    assert values.value(f"{KEY}.absences.0.hours") == "7"


def test_dec_05_an_exit_is_a_command_of_its_own_and_an_early_one_needs_its_reason() -> None:
    ended = declarations.row_commands(typed(row(), exit__on="29/02/2008", exit__kind="end_of_training"), row(), FEBRUARY)
    assert ended == (SetExit(trainee_id=TRAINEE, exit=Exit(on=date(2008, 2, 29), kind=ExitKind.END_OF_TRAINING), base_version=0),)
    early = typed(row(), exit__on="15/02/2008", exit__kind="early")
    assert declarations.row_commands(early, row(), FEBRUARY) is None and early.error(f"{KEY}.exit.reason")


def test_dec_05_all_that_is_wrong_with_an_exit_is_told_at_once() -> None:
    without = typed(row(), exit__reason="personal")
    assert declarations.row_commands(without, row(), FEBRUARY) is None
    assert without.errors.keys() == {f"{KEY}.exit.{part}" for part in ("on", "kind", "proofs_announced")}
    late = typed(row(), exit__on="26/04/2008", exit__kind="early")
    assert declarations.row_commands(late, row(), FEBRUARY) is None
    assert late.errors.keys() == {f"{KEY}.exit.on", f"{KEY}.exit.reason"}
    last = typed(row(), exit__on="25/04/2008", exit__kind="early", exit__reason="employment", exit__proofs_announced="oui")
    assert declarations.row_commands(last, row(), FEBRUARY) is None and last.errors.keys() == {f"{KEY}.exit.on"}
    unread = typed(row(), exit__on="bientôt")
    assert declarations.row_commands(unread, row(), FEBRUARY) is None
    assert unread.errors.keys() == {f"{KEY}.exit.on", f"{KEY}.exit.kind"}


def test_dec_06_a_month_is_confirmed_as_it_was_seen() -> None:
    values = Values({"vu": [declarations.seen([row(version=2)]) + f" {OTHER.hex}.1.1"]})
    shown = (SeenLine(trainee_id=TRAINEE, version=2, exit_version=0), SeenLine(trainee_id=OTHER, version=1, exit_version=1))
    assert declarations.confirm(values, FEBRUARY) == ConfirmMonth(month=FEBRUARY, seen=shown)
    assert declarations.confirm(Values({"vu": ["n’importe quoi"]}), FEBRUARY) == ConfirmMonth(month=FEBRUARY, seen=())
    assert declarations.confirm(Values(), FEBRUARY).seen == (), "who shows nothing has seen nobody"


def test_bil_02_each_invoice_that_was_chosen_is_a_command_with_the_amount_that_was_seen() -> None:
    values = Values({"choix": ["monthly:2008-02", "balance:"], "montant": ["643.00", "0.00"]})
    asked = billing.issue(values, [FEBRUARY])
    assert values.ok and list(asked) == ["monthly:2008-02", "balance:"]
    monthly, amount = InvoiceKind.MONTHLY, Decimal("643.00")
    assert asked["monthly:2008-02"] == IssueInvoice(kind=monthly, months=(FEBRUARY,), excluding_tax=amount)
    assert asked["balance:"].kind is InvoiceKind.BALANCE and asked["balance:"].months == ()


def test_bil_02_what_is_no_invoice_is_not_asked_for() -> None:
    values = Values({"choix": ["envie:2008-99"], "montant": ["beaucoup"]})
    assert billing.issue(values, [FEBRUARY]) == {} and values.error("choix") == billing.NOTHING_CHOSEN


def test_bil_07_a_month_of_two_chosen_invoices_is_said_before_anything_is_sent() -> None:
    values = Values()
    billing.check_choice(values, [(FEBRUARY, Month("2008-03")), (FEBRUARY,)])
    assert values.error("choix").startswith("Février 2008 : un mois ne va que dans une facture.")


def test_bil_07_a_rejection_has_code_and_text() -> None:
    assert billing.decide(Values(), INVOICE) == DecideInvoice(invoice_id=INVOICE, decision=Decision.ACCEPTED)
    values = Values({"decision": ["rejeter"]})
    assert billing.decide(values, INVOICE) is None and values.errors.keys() == {"motif", "texte"}
    values = Values({"decision": ["rejeter"], "motif": ["hours_wrong"], "texte": ["Les heures de mars."]})
    rejected = DecideInvoice(invoice_id=INVOICE, decision=Decision.REJECTED, code=RejectionCode.HOURS_WRONG, text="Les heures de mars.")
    assert billing.decide(values, INVOICE) == rejected


def test_sur_01_who_is_employed_has_a_kind_of_contract() -> None:
    values = Values({"situation": ["employed_in_sector"], "version": ["2"]})
    assert surveys.record(values, TRAINEE, SurveyKind.EXIT) is None and values.errors.keys() == {"contrat"}
    kind = next(iter(EmploymentContract))
    values = Values({"situation": ["employed_in_sector"], "contrat": [kind], "version": ["2"]})
    employed = Situation.EMPLOYED_IN_SECTOR
    assert surveys.record(values, TRAINEE, SurveyKind.EXIT) == RecordExitSurvey(
        trainee_id=TRAINEE, situation=employed, contract=kind, base_version=2
    )
    other = surveys.record(Values({"situation": ["other"], "contrat": [kind]}), TRAINEE, SurveyKind.ONE_YEAR)
    later = RecordLaterSurvey(trainee_id=TRAINEE, survey=SurveyKind.ONE_YEAR, situation=Situation.OTHER, contract=None, base_version=0)
    assert other == later


def test_sur_02_a_report_has_a_text() -> None:
    values = Values({"texte": ["  "]})
    assert surveys.submit(values) is None and values.error("texte")
    assert surveys.submit(Values({"texte": ["Un bon groupe."]})) == SubmitReport(text="Un bon groupe.")
