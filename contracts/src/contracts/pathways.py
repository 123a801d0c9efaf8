"""What is right and wrong in a trainee's own pathway, on individualised actions: said early to who types it, decided when the sheet is
saved (TRN-3). That it is never below the hours that are stored is for `declarations` to decide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .actions import PathwayPlan
from .codes import ActionKind, Place
from .lines import ZERO, wrong_hours
from .periods import wrong_periods
from .personal import Pathway
from .refusals import Refusal
from .refusals import actions as refusals

REQUIRED = (
    *("project", "centre_hours", "company_hours", "company_periods", "general_modules", "vocational_modules", "company_goals", "goals"),
    *("vae", "planned_start", "planned_end"),
)
"""What a whole pathway needs beside its periods, as paths in it."""
Hours = dict[Place, Decimal]
"""Hours in each place."""


@dataclass(frozen=True, slots=True)
class Room:
    """What an individualised action leaves to a pathway: its planned dates, and of what the contract plans for the whole headcount in each
    place (`ceiling`) the hours that are not in others' pathways (`left`).
    """

    start: date
    end: date
    ceiling: Hours
    left: Hours

    def beside(self, taken: Hours) -> "Room":
        """What is left once a pathway of these hours is planned as well."""
        return Room(self.start, self.end, self.ceiling, {place: left - taken.get(place, ZERO) for place, left in self.left.items()})


def room(kind: ActionKind, start: date, end: date, hours: Hours, headcount: int, others: Iterable[Hours]) -> Room | None:
    """The room beside the pathways of the `others` who count, on an action planned from `start` to `end` with `hours` for each trainee;
    None on a collective action, where nobody has a pathway.
    """
    if kind is ActionKind.COLLECTIVE:
        return None
    ceiling = {place: planned * headcount for place, planned in hours.items()}
    left = Room(start, end, ceiling, ceiling)
    for other in others:
        left = left.beside(other)
    return left


def plan_of(pathway: Pathway | None) -> PathwayPlan | None:
    """What `events` may say of a pathway: nothing that is freely written."""
    if pathway is None:
        return None
    return PathwayPlan(
        centre=pathway.centre_hours,
        company=pathway.company_hours,
        periods=pathway.periods,
        planned_start=pathway.planned_start,
        planned_end=pathway.planned_end,
    )


def planned(pathway: Pathway | PathwayPlan | None) -> Hours:
    """The hours that a pathway plans, of each place for which it says so."""
    match pathway:
        case Pathway(centre_hours=centre, company_hours=company) | PathwayPlan(centre=centre, company=company):
            hours = {Place.CENTRE: centre, Place.COMPANY: company}
        case None:
            hours = {}
    return {place: planned for place, planned in hours.items() if planned is not None}


def without_period(pathway: Pathway) -> list[Place]:
    """The places in which hours are planned, and no period."""
    return [
        place for place, hours in planned(pathway).items() if hours > 0 and not any(period.place is place for period in pathway.periods)
    ]


def company_periods(pathway: Pathway) -> int:
    """How many periods in a company the pathway lists."""
    return sum(period.place is Place.COMPANY for period in pathway.periods)


def has_its_periods(pathway: Pathway) -> bool:
    """Whether the periods are there: one at least of each place with hours, and in a company as many as are said."""
    return not without_period(pathway) and pathway.company_periods == company_periods(pathway)


def wrong_pathway(pathway: Pathway, beside: Room, *, partial: bool, at: str) -> list[Refusal]:
    """Every fault of a pathway but an empty field: what is given must be right even in a `partial` sheet (TRN-4). `at` is where it stands
    in its command.
    """
    return [
        *_wrong_hours(pathway, beside, at),
        *_wrong_dates(pathway, beside, at),
        *_wrong_periods(pathway, beside, at, partial=partial),
    ]


def over_room(hours: Hours, beside: Room, at: str) -> Iterator[Refusal]:
    """The hours that with the others' exceed the contract's hours × headcount."""
    over = {Place.CENTRE: refusals.CentrePathwaysExceeded, Place.COMPANY: refusals.CompanyPathwaysExceeded}
    for place, typed in hours.items():
        left = max(ZERO, beside.left[place])
        if typed > left:
            yield over[place](field=f"{at}.{place}_hours", excess=typed - left, left=left, ceiling=beside.ceiling[place])


def _wrong_hours(pathway: Pathway, beside: Room, at: str) -> Iterator[Refusal]:
    hours = planned(pathway)
    for place, typed in hours.items():
        yield from wrong_hours(typed, f"{at}.{place}_hours")
    yield from over_room(hours, beside, at)
    if len(hours) == len(Place) and not any(hours.values()):
        yield refusals.NoPathwayHours(field=f"{at}.centre_hours")


def _wrong_dates(pathway: Pathway, beside: Room, at: str) -> Iterator[Refusal]:
    start, end = pathway.planned_start, pathway.planned_end
    for name, on in (("planned_start", start), ("planned_end", end)):
        if on and not beside.start <= on <= beside.end:
            yield refusals.PathwayOutsideAction(field=f"{at}.{name}", start=beside.start, end=beside.end)
    if start and end and end < start:
        yield refusals.PathwayReversed(field=f"{at}.planned_end", start=start, end=end)


def _wrong_periods(pathway: Pathway, beside: Room, at: str, *, partial: bool) -> Iterator[Refusal]:
    """Within the pathway's own dates, as far as they are given; a partial sheet may still lack some, never hold too many."""
    start, end = pathway.planned_start or beside.start, pathway.planned_end or beside.end
    yield from wrong_periods(pathway.periods, start, end, f"{at}.periods", refusals.PeriodOutsidePathway)
    lacking = {Place.CENTRE: refusals.CentrePeriodMissing, Place.COMPANY: refusals.CompanyPeriodMissing}
    without = without_period(pathway)
    if not partial:
        yield from (lacking[place](field=f"{at}.{place}_hours") for place in without)
    listed, said = company_periods(pathway), pathway.company_periods
    if said is not None and (listed > said or (listed < said and not partial and Place.COMPANY not in without)):
        yield refusals.CompanyPeriodsDiffer(field=f"{at}.company_periods", said=said, listed=listed)
