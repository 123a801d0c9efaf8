"""The month by exception (DEC-11): the hours of who is present, or those of the month before, laid over the lines, then what differs.

All of it changes what stands in the form's fields and saves nothing. Fields on top of the grid: `present.centre`, `present.company`,
`present.until`, and an exception's: `absence.<part>`, `leaving.<part>`, each with the row's key as `trainee`.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from contracts.codes import UNEXCUSED, AbsenceReason, ExitKind, Place
from contracts.declarations import Line, PlaceDays, PlaceFigures
from contracts.lines import HOURS_A_DAY, PARTS, ZERO, days, explained, of_place, total, wrong_figures
from contracts.month import Month
from contracts.presence import Days, count, offered, own_days, present
from gateway.areas.action.action import Action
from gateway.web.values import Values, as_text

from .asking import periods, put, read_exit, read_hours, read_line, stored
from .queries import Row

EXIT = ("on", "kind", "reason", "proofs_announced")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is offered of a month: of each place its working days and planned hours, and until when the action is planned; on an
    individualised action all its working days, of which each trainee has those in the periods of their pathway.
    """

    month: Month
    places: Mapping[Place, PlaceDays]
    planned_end: date
    working_days: tuple[date, ...] = ()

    @classmethod
    def of(cls, action: Action, month: Month) -> "Plan":
        """As declarations said it last; hours without days as long as it has not."""
        said = action.presence_offered
        return cls(month, {place.place: place for place in said.places}, action.planned_end, said.working_days)

    def place_of(self, row: Row, place: Place) -> PlaceDays:
        """The trainee's own days and hours in `place`: those of their pathway, when they have one (TRN-3)."""
        return own_days(self.places[place], row.pathway, self.working_days)

    @property
    def whole(self) -> Days:
        """The whole month."""
        return self.month.first, self.month.last

    @property
    def is_last(self) -> bool:
        """Whether the action ends in it: everybody leaves then (DEC-8)."""
        return Month.of(self.planned_end) == self.month

    def fields(self, rows: Sequence[Row]) -> dict[str, str]:
        """What stands in the fields on top until somebody types there: what is stored of most who are present on all working days, or what
        is planned.
        """
        hours = {f"present.{place}": as_text(self._of_most(rows, place)) for place in self.places}
        return hours | ({"present.until": as_text(self.planned_end)} if self.is_last else {})

    def _of_most(self, rows: Sequence[Row], place: Place) -> Decimal | None:
        offer = self.places[place]
        whole = count(offer, self.whole)
        stored = [
            total(figures)
            for row in rows
            if (figures := of_place(row.line, place)).attended is not None and count(offer, (row.first, row.last)) == whole
        ]
        for hours, many in Counter(stored).most_common(1):
            if 2 * many > len(stored):
                return hours
        return offered(offer, self.whole)


def begin(values: Values, plan: Plan, rows: Sequence[Row]) -> None:
    """Offer what is stored or planned, where nothing was typed."""
    for name, text in plan.fields(rows).items():
        values.typed.setdefault(name, [text])


Lay = Callable[[Values, Sequence[Row], Plan], None]


def typed_hours(values: Values) -> dict[Place, Decimal]:
    """The hours of a trainee present on the whole month, of the places where they were given."""
    hours = {place: _quarters(values, f"present.{place}") for place in Place}
    return {place: given for place, given in hours.items() if given is not None}


def _quarters(values: Values, name: str) -> Decimal | None:
    """A field's hours; notes what is negative or no quarter hour (DEC-3)."""
    hours = read_hours(values, name)
    for wrong in wrong_figures(Line(centre=PlaceFigures(attended=hours))):
        values.refuse(name, wrong)
    return hours


def everybody(values: Values, rows: Sequence[Row], plan: Plan) -> None:
    """“Tous présents”: every line has the hours of who is present, less its absences. In the last month, who has no exit leaves on
    `present.until`, at the end of the training (DEC-8).
    """
    hours, until = typed_hours(values), values.date("present.until") if plan.is_last else None
    if not hours:
        values.wrong("present.centre", "Saisissez les heures d’un stagiaire présent tout le mois.")
    if until and not plan.month.first <= until <= plan.planned_end:
        values.wrong("present.until", "Saisissez un jour de ce mois, au plus tard le dernier jour prévu de l’action.")
    if not values.ok:
        return
    for row in rows:
        _begin_row(values, row)
        if until and until >= row.first and not values.value(f"{row.key}.exit.on").strip():
            values.typed |= {f"{row.key}.exit.on": [as_text(until)], f"{row.key}.exit.kind": [ExitKind.END_OF_TRAINING]}
    for row, (line, own) in zip(rows, _shown(values, rows, plan), strict=True):
        _lay(values, row, line, _of_presence(row, plan, own, hours))


def like_before(values: Values, rows: Sequence[Row], plan: Plan) -> None:
    """“Comme le mois dernier”: every line has the hours of the trainee's last declared month, absences attended; a new trainee those of
    who is present.
    """
    hours = typed_hours(values)
    if not values.ok:
        return
    for row in rows:
        _begin_row(values, row)
    for row, (line, own) in zip(rows, _shown(values, rows, plan), strict=True):
        if last := max((month for month in row.others if month < plan.month), default=None):
            known = row.others[last]
            _lay(values, row, line, {place: min(total(of_place(known, place)), _left(plan, row, place)) for place in Place})
        else:
            _lay(values, row, line, _of_presence(row, plan, own, hours))


def absence(values: Values, rows: Sequence[Row], plan: Plan) -> None:
    """An absence of one trainee: a period more, hours attended less, as many as the plan has on these days unless others are typed."""
    row = _whose(values, rows, "absence")
    start = _day(values, "absence.start", plan, "Saisissez le premier jour de l’absence.")
    end = _day(values, "absence.end", plan) or start
    reason = values.code("absence.reason", AbsenceReason, "Choisissez le motif de l’absence.")
    place, hours, given = values.code("absence.place", Place), _quarters(values, "absence.hours"), typed_hours(values)
    if row is None or start is None or end is None or reason is None or not values.ok:
        return
    ((line, own),) = _shown(values, [row], plan)
    if not own[0] <= start <= end <= own[1]:
        values.wrong("absence.start", f"Les jours d’absence vont du {as_text(own[0])} au {as_text(own[1])}, le premier avant le dernier.")
        return
    worked = [at for at in plan.places if count(plan.place_of(row, at), (start, end))]
    place = place or (worked[0] if len(worked) == 1 else None)
    if place is None:
        values.wrong("absence.place", "Choisissez le lieu : le plan a des heures dans les deux, ou dans aucun, ces jours-là.")
        return
    if hours is None and place in given:
        already = explained(line, place, "excused") + explained(line, place, "unexcused")
        left = _present(plan, row, place, given[place], own) - already
        hours = min(_present(plan, row, place, given[place], (start, end)), left, HOURS_A_DAY * days(start, end))
    if not hours:
        values.wrong("absence.hours", "Saisissez les heures de cette absence : le plan n’en a pas ces jours-là.")
        return
    kind = "unexcused" if reason in UNEXCUSED else "excused"
    _set(values, f"{row.key}.{place}.{kind}", (getattr(of_place(line, place), kind) or ZERO) + hours)
    if (attended := of_place(line, place).attended) is not None:
        _set(values, f"{row.key}.{place}.attended", max(ZERO, attended - hours))
    begin = f"{row.key}.absences.{max(periods(values, row.key), default=-1) + 1}"
    period = dict(zip(PARTS, (start, end, reason, place, hours), strict=True))
    values.typed |= {f"{begin}.{part}": [as_text(value)] for part, value in period.items()}
    _clear(values, "absence")


def leaving(values: Values, rows: Sequence[Row], plan: Plan) -> None:
    """An exit of one trainee; a line that has the hours of who is present has those until that day."""
    row = _whose(values, rows, "leaving")
    on = _day(values, "leaving.on", plan, "Saisissez le dernier jour de présence.")
    if row is None or on is None:
        return
    typed = Values({f"{row.key}.exit.{part}": [values.value(f"leaving.{part}")] for part in EXIT} | {f"{row.key}.exit.on": [as_text(on)]})
    read_exit(typed, row)
    for name, said in typed.errors.items():
        values.errors[f"leaving.{name.rpartition('.')[2]}"] = said
    if not values.ok:
        return
    hours = typed_hours(values)
    ((line, before),) = _shown(values, [row], plan)
    values.typed |= typed.typed
    ((_line, own),) = _shown(values, [row], plan)
    default = {place: given for place, given in hours.items() if total(of_place(line, place)) == _present(plan, row, place, given, before)}
    _lay(values, row, line, _of_presence(row, plan, own, default))
    _clear(values, "leaving")


def _begin_row(values: Values, row: Row) -> None:
    """Somebody who came into the month since the page was shown has a row too."""
    if f"{row.key}.version" not in values.typed:
        put(values, row.key, stored(row))


def _shown(values: Values, rows: Sequence[Row], plan: Plan) -> list[tuple[Line, Days]]:
    """Of each row the line and the days of presence as they are typed; what is wrong there is said when it is saved."""
    of_rows: dict[str, dict[str, list[str]]] = {row.key: {} for row in rows}
    for name, texts in values.typed.items():
        if (key := name.partition(".")[0]) in of_rows:
            of_rows[key][name] = texts
    shown: list[tuple[Line, Days]] = []
    for row in rows:
        typed = Values(of_rows[row.key])
        line, left = read_line(typed, row.key), read_exit(typed, row)
        shown.append((line, (row.first, min(plan.month.last, left.on if left else plan.planned_end))))
    return shown


def _of_presence(row: Row, plan: Plan, own: Days, hours: Mapping[Place, Decimal]) -> dict[Place, Decimal]:
    """The row's hours in each place, when those of who is present on the whole month are `hours`; none when they left before it."""
    return {place: _present(plan, row, place, given, own) for place, given in hours.items()} if own[0] <= own[1] else {}


def _lay(values: Values, row: Row, line: Line, hours: Mapping[Place, Decimal]) -> None:
    """The hours of each place over the row's figures: what its periods explain is absent, the rest attended."""
    for place, given in hours.items():
        excused, unexcused = explained(line, place, "excused"), explained(line, place, "unexcused")
        for kind, of_kind in (("attended", max(ZERO, given - excused - unexcused)), ("excused", excused), ("unexcused", unexcused)):
            _set(values, f"{row.key}.{place}.{kind}", of_kind)


def _present(plan: Plan, row: Row, place: Place, typed: Decimal, days: Days) -> Decimal:
    """As offered by the contract, they are offered by the trainee's own plan."""
    own = plan.place_of(row, place)
    if typed == offered(plan.places[place], plan.whole):
        typed = offered(own, plan.whole) or ZERO
    return present(own, typed, plan.whole, days, _left(plan, row, place))


def _left(plan: Plan, row: Row, place: Place) -> Decimal:
    """What remains of the trainee's plan, other months' hours taken off (DEC-3)."""
    return max(ZERO, plan.place_of(row, place).hours - row.used(place))


def _whose(values: Values, rows: Sequence[Row], kind: str) -> Row | None:
    row = next((row for row in rows if row.key == values.value(f"{kind}.trainee")), None)
    if row is None:
        values.wrong(f"{kind}.trainee", "Choisissez le stagiaire.")
    else:
        _begin_row(values, row)
    return row


def _day(values: Values, name: str, plan: Plan, missing: str | None = None) -> date | None:
    """A day; its number alone is one of the month's."""
    number = re.fullmatch(r"[0-9]{1,2}", values.value(name).strip())
    if number and 1 <= int(number[0]) <= plan.month.last.day:
        return plan.month.first + timedelta(int(number[0]) - 1)
    return values.date(name, missing)


def _set(values: Values, name: str, hours: Decimal) -> None:
    values.typed[name] = [as_text(hours)]


def _clear(values: Values, kind: str) -> None:
    for name in [name for name in values.typed if name.startswith(f"{kind}.")]:
        del values.typed[name]


WAYS: Mapping[str, Lay] = {"presents": everybody, "precedent": like_before, "absence": absence, "sortie": leaving}
"""What each button on top of the grid lays over the lines."""
