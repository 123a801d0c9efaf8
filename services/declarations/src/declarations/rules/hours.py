"""A trainee's hours of a month as they are kept: what was typed, whatever becomes of the message that brought it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts import declarations as wire
from contracts.codes import AbsenceReason, Place


@dataclass(frozen=True)
class Figures:
    """The three figures of one place; None is a cell that is still empty."""

    attended: Decimal | None = None
    excused: Decimal | None = None
    unexcused: Decimal | None = None

    @classmethod
    def of(cls, sent: wire.PlaceFigures) -> "Figures":
        """Those of a message."""
        return cls(sent.attended, sent.excused, sent.unexcused)


@dataclass(frozen=True)
class Added:
    """Excused hours that a confirmed month added after an admissible exit (DEC-5)."""

    centre: Decimal = Decimal("0.00")
    company: Decimal = Decimal("0.00")

    @property
    def sent(self) -> wire.AddedHours:
        """As it travels."""
        return wire.AddedHours(centre=self.centre, company=self.company)

    def of_place(self, place: Place) -> Decimal:
        """The hours of `place`."""
        return self.centre if place is Place.CENTRE else self.company


@dataclass(frozen=True)
class Absence:
    """A period of absence (DEC-4); what is not typed yet is None."""

    start: date | None = None
    end: date | None = None
    reason: AbsenceReason | None = None
    place: Place | None = None
    hours: Decimal | None = None

    @classmethod
    def of(cls, sent: wire.Absence) -> "Absence":
        """That of a message."""
        return cls(sent.start, sent.end, sent.reason, sent.place, sent.hours)


@dataclass(frozen=True)
class Line:
    """A trainee's line of a month, half done or whole."""

    centre: Figures = Figures()
    company: Figures = Figures()
    absences: tuple[Absence, ...] = ()

    @classmethod
    def of(cls, sent: wire.Line) -> "Line":
        """That of a message."""
        return cls(Figures.of(sent.centre), Figures.of(sent.company), tuple(Absence.of(absence) for absence in sent.absences))
