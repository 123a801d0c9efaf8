"""The hours of a confirmed month as they are kept: those that the Region pays, per trainee and place."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from .. import declarations as wire
from ..codes import Place

NONE = Decimal("0.00")


@dataclass(frozen=True)
class PaidHours:
    """A trainee's hours of a month in one place; `maintained` are those of the excused ones that an admissible exit added (DEC-5)."""

    attended: Decimal = NONE
    excused: Decimal = NONE
    maintained: Decimal = NONE


@dataclass(frozen=True)
class Line:
    """A trainee's hours of a month in both places."""

    trainee_id: UUID
    centre: PaidHours = PaidHours()
    company: PaidHours = PaidHours()

    @classmethod
    def of(cls, sent: wire.ConfirmedLine) -> "Line":
        """That of a message."""
        added = sent.added or wire.AddedHours(centre=NONE, company=NONE)
        centre = PaidHours(sent.centre.attended, sent.centre.excused, added.centre)
        company = PaidHours(sent.company.attended, sent.company.excused, added.company)
        return cls(sent.trainee_id, centre, company)

    def place(self, place: Place) -> PaidHours:
        """The hours in `place`."""
        return self.centre if place is Place.CENTRE else self.company
