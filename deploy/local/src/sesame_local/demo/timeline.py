"""From plans to days: who does what when. Pure, so that a history can be read before it is played."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.codes import RejectionCode
from contracts.month import Month
from contracts.surveys import LATER, LaterSurvey, due_on

from .days import deciding_day, declaring_day, late_paying_day, paying_day, shifted, weekday
from .plan import Plan, Until, Wish


@dataclass(frozen=True)
class Import:
    """The agent imports these contracts, or the programme system sends them; organisations that are new choose a password."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Prepare:
    """The organisation validates dates, registers trainees, confirms trainers and entries; not `whole`: it has only begun."""

    plan: Plan
    whole: bool = True


@dataclass(frozen=True)
class Open:
    """The organisation opens the action."""

    plan: Plan


@dataclass(frozen=True)
class GiveUp:
    """The organisation says that the action does not take place."""

    plan: Plan


@dataclass(frozen=True)
class FillIn:
    """The organisation fills in a month: exits, then lines; not `whole`: half of them, one half done."""

    plan: Plan
    month: Month
    whole: bool = True


@dataclass(frozen=True)
class Confirm:
    """The organisation confirms a month, `corrected` first where an invoice was rejected."""

    plan: Plan
    month: Month
    corrected: bool = False


@dataclass(frozen=True)
class Invoice:
    """The organisation confirms the invoice that a month makes possible, if one is."""

    plan: Plan
    month: Month


@dataclass(frozen=True)
class Advance:
    """The organisation confirms the contract's advance."""

    plan: Plan


@dataclass(frozen=True)
class Subcontract:
    """The organisation confirms an invoice of its subcontractor, in a month that can bear it."""

    plan: Plan
    month: Month


@dataclass(frozen=True)
class Accept:
    """The Region's finance system accepts what waits."""

    plan: Plan


@dataclass(frozen=True)
class Reject:
    """The Region's finance system rejects what was issued last; what waits besides, an advance, goes on waiting."""

    plan: Plan
    code: RejectionCode
    text: str


@dataclass(frozen=True)
class Note:
    """The agent writes about the invoice that waits longest, without deciding it; about the report when none waits."""

    plan: Plan
    text: str


@dataclass(frozen=True)
class SendProofs:
    """The organisation sends a file for each proof of a month but the last."""

    plan: Plan
    month: Month


@dataclass(frozen=True)
class NoteProofs:
    """The agent notes the first proof of a month as received, the last as missing."""

    plan: Plan
    month: Month


@dataclass(frozen=True)
class Pay:
    """The Region's finance system pays what is accepted."""

    plan: Plan


@dataclass(frozen=True)
class Close:
    """The organisation closes the action and records some exit surveys, or all."""

    plan: Plan
    surveys: int


@dataclass(frozen=True)
class Report:
    """The organisation submits the outcomes report."""

    plan: Plan


@dataclass(frozen=True)
class FollowUp:
    """Two trainees answer by a personal link, and the organisation says of the others, but one, what has become of them (SUR-3)."""

    plan: Plan
    survey: LaterSurvey


@dataclass(frozen=True)
class Settle:
    """The agent acknowledges the report, the organisation invoices the balance."""

    plan: Plan


@dataclass(frozen=True)
class Ask:
    """The organisation asks the Region to change what is locked."""

    plan: Plan
    wish: Wish


@dataclass(frozen=True)
class Answer:
    """The agent grants what was asked, or refuses it."""

    plan: Plan
    wish: Wish


Preparing = Import | Prepare | Open | GiveUp | FillIn | Confirm
Proving = SendProofs | NoteProofs
Billing = Invoice | Advance | Subcontract | Accept | Reject | Note | Pay | Settle
Act = Preparing | Proving | Billing | Close | Report | FollowUp | Ask | Answer


@dataclass(frozen=True)
class Day:
    """One day: imports first, then what is done on each action, in order."""

    on: date
    imports: tuple[Import, ...]
    acts: tuple[tuple[Act, ...], ...]

    @property
    def count(self) -> int:
        """How many acts."""
        return len(self.imports) + sum(map(len, self.acts))


def history(plans: Iterable[Plan], today: date) -> list[Day]:
    """Every day before `today` on which somebody does something, in order."""
    imports: dict[date, list[Plan]] = {}
    acts: dict[date, dict[str, list[Act]]] = {}
    for plan in plans:
        imports.setdefault(plan.awarded, []).append(plan)
        for on, act in sorted(_life(plan), key=lambda dated: dated[0]):
            acts.setdefault(on, {}).setdefault(plan.number, []).append(act)
    return [
        Day(
            on,
            imports=(Import(tuple(imports[on])),) if on in imports else (),
            acts=tuple(tuple(of_one) for of_one in acts.get(on, {}).values()),
        )
        for on in sorted({*imports, *acts})
        if on < today
    ]


def _life(plan: Plan) -> Iterator[tuple[date, Act]]:
    if plan.until is Until.AWARDED:
        return
    before = Month.of(plan.start).previous()
    yield max(plan.awarded, min(declaring_day(before.previous()), plan.start)), Prepare(plan, whole=plan.until is not Until.PREPARING)
    if plan.until is Until.NOT_OPENED:
        yield weekday(plan.start + timedelta(days=1)), GiveUp(plan)
    if plan.until < Until.OPENED:
        return
    yield plan.start, Open(plan)
    if plan.advance:
        yield weekday(plan.start + timedelta(days=1)), Advance(plan)
    for wish in plan.wishes:
        yield wish.on, Ask(plan, wish)
        if wish.answered_on:
            yield wish.answered_on, Answer(plan, wish)
    for month in plan.months:
        yield from _month(plan, month)
    yield from _end(plan)


def _month(plan: Plan, month: Month) -> Iterator[tuple[date, Act]]:
    if plan.half_filled and month >= plan.half_filled[0]:
        if month == plan.half_filled[0]:
            yield plan.half_filled[1], FillIn(plan, month, whole=False)
        return
    on = declaring_day(month)
    yield on, FillIn(plan, month)
    yield on, Confirm(plan, month)
    if month == plan.proofs:
        yield on, SendProofs(plan, month)
        yield weekday(on + timedelta(days=1)), NoteProofs(plan, month)
    if month == plan.months[-1]:
        return  # left for the balance
    if plan.subcontractor and month == plan.months[1]:
        yield on, Subcontract(plan, month)
    yield on, Invoice(plan, month)
    decided = plan.undecided is None or month < plan.undecided
    if month == plan.undecided and month != plan.rejected:
        yield weekday(on + timedelta(days=1)), Note(plan, "Joignez la feuille d’émargement de la dernière semaine : nous décidons ensuite.")
    if month == plan.rejected:
        rejected = plan.rejected_on or deciding_day(month)
        again = weekday(rejected + timedelta(days=6))
        yield rejected, Reject(plan, RejectionCode.HOURS_WRONG, "Deux heures de trop pour le premier stagiaire : reprenez le dernier jour.")
        yield again, Confirm(plan, month, corrected=True)
        yield again, Invoice(plan, month)
    if decided:
        yield paying_day(month) if month == plan.rejected else deciding_day(month), Accept(plan)
        yield late_paying_day(month) if month == plan.paid_late else paying_day(month), Pay(plan)


def _end(plan: Plan) -> Iterator[tuple[date, Act]]:
    if plan.until < Until.CLOSED:
        return
    last = plan.months[-1]
    yield deciding_day(last), Close(plan, plan.trainees if plan.until > Until.CLOSED else plan.trainees // 2)
    if plan.until < Until.REPORTED:
        return
    yield deciding_day(last), Report(plan)
    if plan.until < Until.BALANCED:
        yield (
            weekday(deciding_day(last) + timedelta(days=1)),
            Note(plan, "Précisez les suites données aux deux soutiens en expression écrite."),
        )
        return
    yield paying_day(last), Settle(plan)
    yield deciding_day(shifted(last, 1)), Accept(plan)
    yield paying_day(shifted(last, 1)), Pay(plan)
    for survey in LATER:
        yield weekday(due_on(survey, plan.end) + timedelta(days=10)), FollowUp(plan, survey)
