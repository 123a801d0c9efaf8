"""The guide's action, from its award to its balance: two trainees, three months, one invoice rejected and replaced."""

from datetime import date
from decimal import Decimal

from contracts import actions, awards, billing, codes, declarations, identity, personal, requests, surveys
from contracts.answers import PersonalRef
from contracts.month import Month
from tests import guide
from tests.gateway.projections.log import AGENT, HOLDER, SECRETARY, Log, at, named
from tests.guide import CONTRACT

FIRST, SECOND = named("CHOMBIER"), named("DELMAS")
OCTOBER, NOVEMBER, DECEMBER = Month("2007-10"), Month("2007-11"), Month("2007-12")
INVOICE, REPLACEMENT, BALANCE = named("invoice 1"), named("invoice 2"), named("balance")


def terms(**changes: object) -> awards.Terms:
    """The contract of the guide, shortened to a winter."""
    return guide.terms(date(2007, 10, 1), date(2007, 12, 21), paid_headcount=3, **changes)


def award() -> awards.ActionAwarded:
    """The contract, its agent and its trainer."""
    *_, award = guide.award(CONTRACT, terms(), guide.TRAINER)
    assert isinstance(award, awards.ActionAwarded)
    return award


def awarded() -> Log:
    """The Region awards the contract; the organisation gets its account."""
    log = Log()
    for message in guide.award(CONTRACT, terms(), guide.TRAINER):
        log.say(message, at("2007-07-02"), AGENT)
    imported = awards.ContractsImported(awarded=(CONTRACT,), known=(), replaced=(), check_only=False)
    log.say(imported, at("2007-07-02"), AGENT, key="import-1")
    registered = guide.organisation_registered()
    log.say(registered, at("2007-07-02"), AGENT, key=HOLDER)
    user = personal.UserRecord(
        id=str(named("user")), version=1, user_id=named("user"), name="SCENES ET FORMATIONS", email="contact@scenes.example"
    )
    log.say(user, at("2007-07-02"))
    account = identity.AccountCreated(user_id=named("user"), siret=HOLDER, user=PersonalRef(id=str(named("user")), version=1))
    log.say(account, at("2007-07-02"), key=HOLDER)
    log.say(identity.CredentialsSent(user_id=named("user")), at("2007-07-02"), key=HOLDER)
    log.say(identity.AccountActivated(user_id=named("user")), at("2007-07-03"), key=HOLDER)
    moved = registered.model_dump() | {"address": "1 place de la Comédie", "version": 2}
    log.say(identity.OrganisationChanged(**moved), at("2007-07-04"), SECRETARY, key=HOLDER)
    return log


def opened() -> Log:
    """Dates, trainees and trainers are in; the action opens on the 1st of October."""
    log = awarded()
    log.say(actions.DatesValidated(periods=terms().periods, version=1), at("2007-07-05"), SECRETARY)
    log.say(personal.TextRecord(id=f"{CONTRACT}/text-1", version=1, contract_number=CONTRACT, text="Appel du 6 juillet"), at("2007-07-06"))
    log.say(actions.DatesUnlocked(reason=PersonalRef(id=f"{CONTRACT}/text-1", version=1), version=2), at("2007-07-06"), AGENT)
    log.say(actions.DatesValidated(periods=terms().periods, version=3), at("2007-07-07"), SECRETARY)
    for trainee, last, first in ((FIRST, "CHOMBIER", "Gisele"), (SECOND, "DELMAS", "Paul")):
        _register(log, actions.TraineeRegistered, trainee, 1, last, first, complete=False)
        _register(log, actions.TraineeChanged, trainee, 2, last, first, complete=True)
    log.say(actions.TrainersConfirmed(), at("2007-09-20"), SECRETARY)
    entries = tuple(actions.EntryDate(trainee_id=trainee, entered_on=date(2007, 10, 1)) for trainee in (FIRST, SECOND))
    log.say(actions.EntryDatesConfirmed(entries=entries), at("2007-09-21"), SECRETARY)
    opening = actions.ActionOpened(actual_start=date(2007, 10, 1), frequency=codes.Frequency.MONTHLY)
    log.say(opening, at("2007-10-01"), SECRETARY)
    for trainee in (FIRST, SECOND):
        log.say(actions.TraineeEntered(trainee_id=trainee, entered_on=date(2007, 10, 1)), at("2007-10-01"), SECRETARY)
    return log


def invoiced() -> Log:
    """October is declared, confirmed, and its invoice goes to the Region."""
    log = opened()
    log.day("2007-11-01")
    for trainee in (FIRST, SECOND):
        log.say(saved(OCTOBER, trainee, 1), at("2007-11-02"), SECRETARY)
    log.say(confirmed(OCTOBER), at("2007-11-05"), SECRETARY)
    log.say(offered(OCTOBER), at("2007-11-05"), SECRETARY)
    log.say(issued(INVOICE), at("2007-11-06"), SECRETARY)
    log.say(billing.InvoicesOffered(months=(), offers=()), at("2007-11-06"))
    return log


def rejected() -> Log:
    """The finance system rejects it, and October reopens."""
    log = invoiced()
    log.say(
        personal.TextRecord(id=f"{CONTRACT}/text-2", version=1, contract_number=CONTRACT, text="Les absences manquent"), at("2007-11-12")
    )
    rejection = billing.InvoiceRejected(
        invoice_id=INVOICE,
        decided_by=codes.DecidedBy.FINANCE,
        decided_on=date(2007, 11, 12),
        code=codes.RejectionCode.ABSENCES_WRONG,
        text=PersonalRef(id=f"{CONTRACT}/text-2", version=1),
        months=(OCTOBER,),
        correct_by=date(2007, 11, 27),
    )
    log.say(rejection, at("2007-11-12"))
    log.say(declarations.MonthReopened(month=OCTOBER, invoice_id=INVOICE, correct_by=date(2007, 11, 27)), at("2007-11-12"))
    return log


def paid() -> Log:
    """Corrected, confirmed and invoiced again, accepted, and paid in two parts."""
    log = rejected()
    log.day("2007-11-13")
    log.say(saved(OCTOBER, FIRST, 2), at("2007-11-13"), SECRETARY)
    log.say(confirmed(OCTOBER, again=True), at("2007-11-14"), SECRETARY)
    again = _invoice(REPLACEMENT, 2, OCTOBER).model_copy(update={"replaces": INVOICE})
    log.say(billing.InvoiceIssued(invoice=again), at("2007-11-14"), SECRETARY)
    accepted = billing.InvoiceAccepted(invoice_id=REPLACEMENT, decided_by=codes.DecidedBy.AGENT, decided_on=date(2007, 11, 20))
    log.say(accepted, at("2007-11-20"), AGENT)
    for reference, amount, total in (("P-1", "2000.00", "2000.00"), ("P-2", "445.00", "2445.00")):
        payment = billing.PaymentRecorded(
            invoice_id=REPLACEMENT,
            amount=Decimal(amount),
            paid_on=date(2007, 11, 28),
            reference=reference,
            total_paid=Decimal(total),
            remaining=Decimal("2445.00") - Decimal(total),
        )
        log.say(payment, at("2007-11-28"))
    return log


def closed() -> Log:
    """December is confirmed and November passed over, the action closed, the report sent, the balance paid."""
    log = paid()
    exit_ = declarations.Exit(on=date(2007, 12, 21), kind=codes.ExitKind.END_OF_TRAINING)
    for trainee in (FIRST, SECOND):
        log.say(declarations.TraineeExited(trainee_id=trainee, exit=exit_, version=1), at("2008-01-03"), SECRETARY)
        log.say(saved(DECEMBER, trainee, 1), at("2008-01-03"), SECRETARY)
        situation = surveys.ExitSurveyRecorded(trainee_id=trainee, situation=codes.Situation.OTHER, contract=None, version=1)
        log.say(situation, at("2008-01-04"), SECRETARY)
    log.say(confirmed(DECEMBER, passed_over=(NOVEMBER,), remaining=False), at("2008-01-05"), SECRETARY)
    log.say(actions.ClosingRequested(actual_end=date(2007, 12, 21)), at("2008-01-06"), SECRETARY)
    log.say(declarations.ClosingGranted(actual_end=date(2007, 12, 21)), at("2008-01-06"), SECRETARY)
    log.say(actions.ActionClosed(actual_end=date(2007, 12, 21)), at("2008-01-06"), SECRETARY)
    log.say(prepared(), at("2008-01-06"))
    log.say(
        surveys.ReportSubmitted(figures=prepared().figures, text=PersonalRef(id=f"{CONTRACT}/text-3", version=1)),
        at("2008-01-07"),
        SECRETARY,
    )
    log.say(personal.TextRecord(id=f"{CONTRACT}/text-3", version=1, contract_number=CONTRACT, text="Un bon groupe"), at("2008-01-07"))
    log.say(surveys.ReportAcknowledged(), at("2008-01-08"), AGENT)
    balance = _invoice(BALANCE, None, DECEMBER).model_copy(update={"kind": codes.InvoiceKind.BALANCE})
    log.say(billing.InvoiceIssued(invoice=balance), at("2008-01-09"), SECRETARY)
    decision = billing.InvoiceAccepted(invoice_id=BALANCE, decided_by=codes.DecidedBy.FINANCE, decided_on=date(2008, 1, 10), paid=True)
    log.say(decision, at("2008-01-10"))
    return log


def saved(month: Month, trainee: object, version: int) -> declarations.LineSaved:
    """A trainee's whole line."""
    figures = declarations.PlaceFigures(attended=Decimal(150), excused=Decimal("17.5"), unexcused=Decimal(0))
    company = declarations.PlaceFigures(attended=Decimal(50), excused=Decimal(0), unexcused=Decimal(0))
    line = declarations.Line(centre=figures, company=company)
    return declarations.LineSaved(month=month, trainee_id=trainee, line=line, complete=True, version=version)  # type: ignore[arg-type]


def confirmed(month: Month, **more: object) -> declarations.MonthConfirmed:
    """Both trainees' hours: (300 + 35) × 7.00 + 100 × 1.00 = 2 445.00 €, as in the guide."""
    centre = declarations.PlaceHours(attended=Decimal(150), excused=Decimal("17.5"), unexcused=Decimal(0))
    company = declarations.PlaceHours(attended=Decimal(50), excused=Decimal(0), unexcused=Decimal(0))
    lines = tuple(
        declarations.ConfirmedLine(trainee_id=trainee, centre=centre, company=company, proofs=(codes.ProofKind.ABSENCE,))
        for trainee in (FIRST, SECOND)
    )
    return declarations.MonthConfirmed(month=month, lines=lines, **more)  # type: ignore[arg-type]


def registered(trainee: object, version: int = 1, *, complete: bool = True, key: str = CONTRACT) -> actions.TraineeRegistered:
    """A trainee on the list."""
    return actions.TraineeRegistered(
        trainee_id=trainee,  # type: ignore[arg-type]
        sheet=PersonalRef(id=personal.record_id(key, trainee), version=version),
        complete=complete,
        paid_by=codes.PaidBy.REGION,
        entry_level=codes.EntryLevel.IV,
        age_bracket=codes.AgeBracket.FROM_18_TO_25,
        planned_entry=date(2007, 10, 1),
    )


def asked(request: object, key: str = CONTRACT) -> requests.ChangeRequested:
    """The organisation asks for a longer action: until the middle of January."""
    change = requests.PlannedDatesChange(
        planned_start=date(2007, 10, 1), planned_end=date(2008, 1, 18), periods=terms().periods, base_version=3
    )
    return requests.ChangeRequested(
        request_id=request,  # type: ignore[arg-type]
        change=change,
        reason=PersonalRef(id=personal.record_id(key, f"{request}-reason"), version=1),
    )


def account(user: object) -> identity.AccountCreated:
    """Somebody of the organisation can log in."""
    return identity.AccountCreated(user_id=user, siret=HOLDER, user=PersonalRef(id=str(named("user")), version=1))  # type: ignore[arg-type]


def issued(invoice: object) -> billing.InvoiceIssued:
    """October's first invoice."""
    return billing.InvoiceIssued(invoice=_invoice(invoice, 1, OCTOBER))


def prepared() -> surveys.ReportPrepared:
    """A report that can be sent."""
    figures = surveys.ReportFigures(
        entered=2, completed=2, left_early=0, centre_hours=Decimal(670), company_hours=Decimal(200), situations=()
    )
    return surveys.ReportPrepared(figures=figures, missing=(), can_be_submitted=True)


def _lines(month: Month) -> tuple[billing.InvoiceLine, ...]:
    figures = ((codes.Place.CENTRE, "300", "35", "7", "2345"), (codes.Place.COMPANY, "100", "0", "1", "100"))
    return tuple(
        billing.InvoiceLine(
            month=month,
            place=place,
            trainees=2,
            attended=Decimal(attended),
            excused=Decimal(excused),
            rate=Decimal(rate),
            amount=Decimal(amount),
        )
        for place, attended, excused, rate, amount in figures
    )


def offered(month: Month) -> billing.InvoicesOffered:
    """A month's invoice can be confirmed."""
    billable = billing.BillableMonth(month=month, trainees=2, lines=_lines(month), shares=(), amount=Decimal(2445))
    taxed = billing.Taxed(since=None, tax_rate=Decimal(0), tax=Decimal(0), including_tax=Decimal(2445))
    offer = billing.Offer(kind=codes.InvoiceKind.MONTHLY, months=(month,), windowed=True, excluding_tax=Decimal(2445), taxed=(taxed,))
    return billing.InvoicesOffered(months=(billable,), offers=(offer,), realised=Decimal("0.0353"))


def _invoice(invoice_id: object, number: int | None, month: Month) -> billing.Invoice:
    return billing.Invoice(
        invoice_id=invoice_id,  # type: ignore[arg-type]
        number=number,
        legal_number=f"2007-{number or 9:06d}",
        issuer=HOLDER,
        kind=codes.InvoiceKind.MONTHLY,
        ordinal=None,
        replaces=None,
        months=(month,),
        trainees=2,
        lines=_lines(month),
        shares=(),
        excluding_tax=Decimal(2445),
        tax_rate=Decimal(0),
        tax=Decimal(0),
        including_tax=Decimal(2445),
        issued_on=date(2007, 11, 6),
    )


def _register(
    log: Log, kind: type[actions.TraineeRegistered], trainee: object, version: int, last: str, first: str, *, complete: bool
) -> None:
    sheet = personal.TraineeSheet(last_name=last, first_name=first, entry_date=date(2007, 10, 1))
    log.say(personal.TraineeRecord(id=f"{CONTRACT}/{trainee}", version=version, contract_number=CONTRACT, sheet=sheet), at("2007-09-10"))
    log.say(kind(**dict(registered(trainee, version, complete=complete))), at("2007-09-10"), SECRETARY)
