"""How many trainees a contract allows, in all and paid by the Region: told early to who registers them, decided by `actions` (TRN-1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from .codes import PaidBy
from .refusals import Refusal
from .refusals import actions as refusals


@dataclass(frozen=True, slots=True)
class Places:
    """What the contract allows, and how many places others have taken."""

    headcount: int
    paid_headcount: int
    registered: int
    paid: int

    def over_headcount(self, count: int) -> list[Refusal]:
        """The fault of `count` trainees more, if they are too many."""
        total = self.registered + count
        if total <= self.headcount:
            return []
        if count == 1:
            return [refusals.HeadcountReached(ceiling=self.headcount)]
        return [refusals.HeadcountExceeded(ceiling=self.headcount, count=count, total=total, excess=total - self.headcount)]

    def over_paid_headcount(self, payers: Sequence[PaidBy | None], field: str) -> list[Refusal]:
        """The fault of the payers of trainees more, if the Region would pay too many; `field` is that of a single one."""
        count = sum(payer is PaidBy.REGION for payer in payers)
        total = self.paid + count
        if count == 0 or total <= self.paid_headcount:
            return []
        if len(payers) == 1:
            return [refusals.PaidHeadcountReached(field=field, ceiling=self.paid_headcount)]
        return [refusals.PaidHeadcountExceeded(ceiling=self.paid_headcount, total=total, excess=total - self.paid_headcount)]
