"""Dates and periods of an action between what is typed and the command: saved, or asked for (DAT-2 to DAT-4)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from contracts.actions import ValidateDates
from contracts.periods import Period
from contracts.requests import DatesChange, PlannedDatesChange, RequestChange
from gateway.areas.action import periods
from gateway.areas.action.action import Action
from gateway.areas.action.requests import WHY, why
from gateway.web.values import Fields, Values, as_text

OTHERS = {"planned_start": "debut", "planned_end": "fin", "reason": WHY}
"""Where a fault of anything but a period is shown."""


def shown(of: Iterable[Period], version: int) -> dict[str, Any]:
    """The fields of the periods, and the version of the dates that is shown."""
    return {"version": version, **periods.shown(of)}


def planned(action: Action, start: date | None = None, end: date | None = None) -> dict[str, Any]:
    """The same with the planned dates, as they hold or as they may be asked for: the periods are proposed with them."""
    now = action.planned_start, action.planned_end
    then = start or now[0], end or now[1]
    fields = shown(moved(action.periods, now, then), action.dates_version)
    return {"debut": then[0], "fin": then[1], "avec_debut": then[0], "avec_fin": then[1], **fields}


def moved(of: Iterable[Period], now: tuple[date, date], then: tuple[date, date]) -> tuple[Period, ...]:
    """The periods of an action from `now` between other dates: one that begins or ends with the action still does, the rest is cut off."""
    (start, end), (earliest, latest) = now, then
    between = [
        Period(
            place=period.place,
            start=earliest if period.start == start else max(period.start, earliest),
            end=latest if period.end == end else min(period.end, latest),
        )
        for period in of
        if period.start <= latest and (period.end >= earliest or period.end == end)
    ]
    return tuple(period for period in between if period.start <= period.end)


def move(values: Values, action: Action) -> None:
    """“Adapter les périodes” moves those that are typed from the dates with which they were shown (`avec_debut`, `avec_fin`) to those that
    are typed now, and changes nothing else.
    """
    (start, end), (typed, _) = _planned(values, action), periods.read(values)
    then = (values.date("avec_debut") or action.planned_start, values.date("avec_fin") or action.planned_end)
    if values.ok and start and end:
        fields = shown(moved(typed, then, (start, end)), values.version()) | {"avec_debut": start, "avec_fin": end}
        kept = {name: values.values(name) for name in ("_commande", "debut", "fin", WHY)}
        values.typed = kept | {name: [as_text(value)] for name, value in fields.items()}


def validate(values: Values) -> ValidateDates | None:
    """The periods, all of them (DAT-2); None when a date is missing or cannot be read."""
    typed, _ = periods.read(values)
    return ValidateDates(periods=tuple(typed), base_version=values.version()) if values.ok else None


def request(values: Values) -> RequestChange | None:
    """The Region is asked for these periods (DAT-3); None when a date cannot be read, or nobody says why."""
    (typed, _), reason = periods.read(values), why(values)
    return RequestChange(change=DatesChange(periods=tuple(typed), base_version=values.version()), reason=reason) if values.ok else None


def postpone(values: Values, action: Action) -> RequestChange | None:
    """The Region is asked for other planned dates, with the periods as they shall be then (DAT-4)."""
    (start, end), (typed, _), reason = _planned(values, action), periods.read(values), why(values)
    if not (values.ok and start and end):
        return None
    change = PlannedDatesChange(planned_start=start, planned_end=end, periods=tuple(typed), base_version=values.version())
    return RequestChange(change=change, reason=reason)


def _planned(values: Values, action: Action) -> tuple[date | None, date | None]:
    """The planned dates that are typed; the start of an action that is open stays as it is (REQ-3)."""
    values.names |= {"debut": "Début prévu", "fin": "Fin prévue"}
    start = action.planned_start if action.actual_start else values.date("debut", "Saisissez la nouvelle date de début.")
    return start, values.date("fin", "Saisissez la nouvelle date de fin.")


def fields_of(values: Values) -> Fields:
    """The field that shows an end of a period: periods are sent in the order in which they are read."""
    _, named = periods.read(values)

    def field(path: str) -> str | None:
        return OTHERS[path] if path in OTHERS else periods.field_of(named, path.partition(".")[2])

    return field
