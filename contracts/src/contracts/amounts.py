"""What hours are worth (BIL-1), once for who invoices them and who shows them.

worth(335 h, 7.00 €) + worth(100 h, 1.00 €) = 2 345.00 + 100.00 = 2 445.00 €
"""

from decimal import Decimal
from typing import Protocol

from .types import to_cent

ZERO = Decimal(0)


class PaidHours(Protocol):
    """A trainee's hours in one place, or the sum of several trainees'; None is a cell that is still empty."""

    @property
    def attended(self) -> Decimal | None:
        """Hours in training."""

    @property
    def excused(self) -> Decimal | None:
        """Hours of absence with a reason that the Region admits."""


def payable(hours: PaidHours) -> Decimal:
    """The hours that the Region pays: attended and excused; an empty cell counts for nothing."""
    return (hours.attended or ZERO) + (hours.excused or ZERO)


def share(hours: PaidHours, rate: Decimal) -> Decimal:
    """A trainee's exact part of a line, in euros: 0.25 h at 0.95 € is 0.2375 €. It is never rounded."""
    return payable(hours) * rate


def worth(hours: Decimal, rate: Decimal) -> Decimal:
    """An invoice line, in euros: the payable hours of one month and one place at that place's rate, rounded once, half up, to the cent."""
    return to_cent(hours * rate)
