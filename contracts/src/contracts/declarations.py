"""What `declarations` is asked and what it says: hours, exits and months."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from .actions import AskRefused as AskRefused
from .actions import EntryDate, PathwayPlan
from .answers import Fault, PersonalRef
from .codes import AbsenceReason, ExitKind, ExitReason, Place, ProofKind, Standing
from .message import Command, Event, Part
from .month import Month
from .periods import Period
from .proofs import ProofKey
from .types import Figure, Hours


class PlaceFigures(Part):
    """A trainee's three figures of a month in one place, as typed; None is a cell that is still empty."""

    attended: Figure | None = None
    excused: Figure | None = None
    unexcused: Figure | None = None


class PlaceHours(Part):
    """A trainee's hours of a month in one place, complete."""

    attended: Hours
    excused: Hours
    unexcused: Hours


class Absence(Part):
    """A period of absence (DEC-4), days included; what is not typed yet is None."""

    start: date | None = None
    end: date | None = None
    reason: AbsenceReason | None = None
    place: Place | None = None
    hours: Figure | None = None


class Exit(Part):
    """How a trainee left (DEC-5): the last day of presence; an early exit has a reason, an admissible one announces its documents."""

    on: date
    kind: ExitKind
    reason: ExitReason | None = None
    proofs_announced: bool = False


class Line(Part):
    """A trainee's line of a month, half done or whole."""

    centre: PlaceFigures = PlaceFigures()
    company: PlaceFigures = PlaceFigures()
    absences: tuple[Absence, ...] = ()


# Commands


class SaveLine(Command):
    """Keep a trainee's line of a month, half done or whole (DEC-3). `base_version` is the line's version when it was shown, 0 for none."""

    TYPE: ClassVar[str] = "declarations.save-line.v1"

    month: Month
    trainee_id: UUID
    line: Line
    base_version: int


class SetExit(Command):
    """Say that a trainee left, change how, or take it back (`exit` is None) (DEC-5). `base_version`: of the exit when shown, 0 for none."""

    TYPE: ClassVar[str] = "declarations.set-exit.v1"

    trainee_id: UUID
    exit: Exit | None
    base_version: int


class FilledLine(Part):
    """A trainee's line as it is filled in; `base_version` is the line's when it was shown, 0 for none."""

    line: Line
    base_version: int


class FilledExit(Part):
    """A trainee's exit as it is filled in, None to take it back; `base_version` is the exit's when it was shown, 0 for none."""

    exit: Exit | None
    base_version: int


class FilledRow(Part):
    """What is filled in of one trainee: their line, their exit, or both. None is left as it is stored."""

    trainee_id: UUID
    line: FilledLine | None = None
    exit: FilledExit | None = None


class FillMonth(Command):
    """Keep all these rows of a month, or none (DEC-11). Each is kept or refused as `SaveLine` and `SetExit` would; every fault has the
    trainee's id as its item.
    """

    TYPE: ClassVar[str] = "declarations.fill-month.v1"

    month: Month
    rows: tuple[FilledRow, ...]


class AddedHours(Part):
    """Excused hours that a month adds in each place after an admissible exit (DEC-5)."""

    centre: Hours
    company: Hours


class SeenLine(Part):
    """What was shown of a trainee when a month was confirmed: the versions of their line and of their exit, 0 for none, and the hours that
    the month would add; None when these were not shown.
    """

    trainee_id: UUID
    version: int
    exit_version: int
    added: AddedHours | None = None


class ConfirmMonth(Command):
    """The month can be invoiced (DEC-6).

    `seen` is everybody who was shown: where something else is stored meanwhile, nothing is confirmed. None confirms whatever is stored.
    """

    TYPE: ClassVar[str] = "declarations.confirm-month.v1"

    month: Month
    seen: tuple[SeenLine, ...] | None = None


# Events


class EntryGranted(Event):
    """These trainees may enter (TRN-6); those without a date never came."""

    TYPE: ClassVar[str] = "declarations.entry-granted.v1"

    entries: tuple[EntryDate, ...]


class RemovalGranted(Event):
    """The trainee has no hours and is out of every month (TRN-5)."""

    TYPE: ClassVar[str] = "declarations.removal-granted.v1"

    trainee_id: UUID


class PathwayGranted(Event):
    """The trainee may be planned for these hours, and is from now on (TRN-3); what `actions` needs to keep it comes back as it asked."""

    TYPE: ClassVar[str] = "declarations.pathway-granted.v1"

    trainee_id: UUID
    pathway: PathwayPlan
    sheet: PersonalRef
    request_id: UUID | None = None


class ClosingGranted(Event):
    """Every month is confirmed and everybody out (CLO-1)."""

    TYPE: ClassVar[str] = "declarations.closing-granted.v1"

    actual_end: date


class FallenLine(Part):
    """A saved line of zeros in a month after the new planned end, which is no more."""

    month: Month
    trainee_id: UUID


class AmendmentEffect(Part):
    """What an amendment does to the declarations (REQ-3); all of it nothing before the opening.

    `appear` and `vanish` are months from that of the actual start to that of the planned end. `exits` are trainees who are recorded as
    out on the new planned end, end of training, because its month is confirmed. `fallen` are the zeros saved beyond the new end.
    `to_declare` are the months that need a declaration from then on.
    """

    appear: tuple[Month, ...]
    vanish: tuple[Month, ...]
    exits: tuple[UUID, ...]
    fallen: tuple[FallenLine, ...]
    to_declare: tuple[Month, ...]


class AmendmentForeseen(Event):
    """What would come of an open request for other planned dates, once it is made and whenever that changes: what stands `against` it, or
    its effect.
    """

    TYPE: ClassVar[str] = "declarations.amendment-foreseen.v1"

    request_id: UUID
    planned_end: date
    against: tuple[Fault, ...] = ()
    effect: AmendmentEffect | None = None


class AmendmentGranted(Event):
    """The planned dates are these (REQ-3), and this is what came of it; the exits that it records follow."""

    TYPE: ClassVar[str] = "declarations.amendment-granted.v1"

    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]
    effect: AmendmentEffect


class LineSaved(Event):
    """A trainee's line of a month as it now stands; `complete` when the six figures are there (DEC-2)."""

    TYPE: ClassVar[str] = "declarations.line-saved.v1"

    month: Month
    trainee_id: UUID
    line: Line
    complete: bool
    version: int


class StoredLine(Part):
    """As `LineSaved` says it."""

    trainee_id: UUID
    line: Line
    complete: bool
    version: int


class MonthFilled(Event):
    """Lines of a month as they now stand, saved by one command (DEC-11): once instead of a `LineSaved` for each."""

    TYPE: ClassVar[str] = "declarations.month-filled.v1"

    month: Month
    lines: tuple[StoredLine, ...]


class TraineeExited(Event):
    """A trainee left (DEC-5)."""

    TYPE: ClassVar[str] = "declarations.trainee-exited.v1"

    trainee_id: UUID
    exit: Exit
    version: int


class TraineeExitChanged(Event):
    """The exit is another one, or none (DEC-5)."""

    TYPE: ClassVar[str] = "declarations.trainee-exit-changed.v1"

    trainee_id: UUID
    exit: Exit | None
    version: int


class ConfirmedLine(Part):
    """A trainee's hours in a confirmed month. `added` are those of the excused hours that nobody typed: what an admissible exit adds, zeros
    too; None for who did not leave by one (DEC-5). `proofs` are the documents that the month calls for (DEC-10); None when it was confirmed
    before months said so.
    """

    trainee_id: UUID
    centre: PlaceHours
    company: PlaceHours
    added: AddedHours | None = None
    proofs: tuple[ProofKind, ...] | None = None


class MonthConfirmed(Event):
    """The month can be invoiced, with these hours (DEC-6).

    `passed_over` names the months before it in which nobody was present (DEC-1); `again` says that it had been reopened;
    `remaining` says whether a later month needed a declaration at that moment. What needs one now is in DeclarationsChanged.
    `lapsed` are the proofs, still called for, of which what the Region had noted counts no more, because what they prove was corrected
    (DEC-10); None when it was confirmed before months said so.
    """

    TYPE: ClassVar[str] = "declarations.month-confirmed.v1"

    month: Month
    lines: tuple[ConfirmedLine, ...]
    passed_over: tuple[Month, ...] = ()
    again: bool = False
    remaining: bool = True
    lapsed: tuple[ProofKey, ...] | None = None


class MonthReopened(Event):
    """A rejected invoice's month can be corrected and confirmed again, until `correct_by` at least (BIL-7)."""

    TYPE: ClassVar[str] = "declarations.month-reopened.v1"

    month: Month
    invoice_id: UUID
    correct_by: date


class MonthStanding(Part):
    """Where one month stands. `present` trainees are in training at least one of its days; `owed` ones left before it by an admissible
    exit, and are declared in it with nothing to type (DEC-5).

    `waits_for` is the earlier month that is to be confirmed first: a draft's hours are not even typed before, a reopened month's are
    (DEC-1, DEC-6). `correct_by` is the last day on which a reopened month can be confirmed outside the windows too (BIL-7). `with_zeros`
    are trainees whose presence has come to reach into the month since it was confirmed: they count there with zeros (DEC-7).
    """

    month: Month
    standing: Standing
    present: int
    waits_for: Month | None = None
    correct_by: date | None = None
    with_zeros: tuple[UUID, ...] = ()
    owed: int = 0


class MonthAdds(AddedHours):
    """What a month will add."""

    month: Month


class TraineeIsOwed(Part):
    """What the months that are not confirmed will add for a trainee who left by an admissible exit, in their order."""

    trainee_id: UUID
    months: tuple[MonthAdds, ...]


class AddedHoursForeseen(Event):
    """What the months that are not confirmed will add after admissible exits, zeros too, as long as nothing else changes (DEC-5); whenever
    that changes. One that can be confirmed next adds just this; of the others, it is what is left for them when all are confirmed in
    their order. A month that is confirmed says itself what it added.
    """

    TYPE: ClassVar[str] = "declarations.added-hours-foreseen.v1"

    trainees: tuple[TraineeIsOwed, ...]


class DeclarationsChanged(Event):
    """Where an action's declarations stand, from the opening on, whenever that changes; never because hours were typed.

    `months` are all from that of the actual start to that of the planned end, in order; `to_declare` those that need a declaration, still
    or again. `without_exit` and `without_entry` hold up the last month and the closing (DEC-8, CLO-1); `closes_on` is the first day on
    which the closing can be sent. `can_enter`: there is a month left in which somebody may enter (TRN-6).
    """

    TYPE: ClassVar[str] = "declarations.declarations-changed.v1"

    months: tuple[MonthStanding, ...]
    to_declare: tuple[Month, ...]
    without_exit: tuple[UUID, ...]
    without_entry: tuple[UUID, ...]
    closes_on: date
    can_enter: bool


class PlaceDays(Part):
    """Over which days, in order, the planned `hours` of one trainee in one place are spread (DEC-11)."""

    place: Place
    hours: Hours
    days: tuple[date, ...]


class PresenceOffered(Event):
    """What a trainee who is present is offered to have done (DEC-11), from the opening on, whenever that changes: of each place, the
    working days that lie in its periods. `contracts.presence` makes hours of them; nothing is declared by an offer.
    """

    TYPE: ClassVar[str] = "declarations.presence-offered.v1"

    places: tuple[PlaceDays, ...]
    working_days: tuple[date, ...] = ()
    """On individualised actions, all from the actual start to the planned end: those of a trainee lie in the periods of their own
    pathway.
    """
