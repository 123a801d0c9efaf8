"""The months of one action in plain Python, from the Region's rules alone: what is typed, confirmed, reopened and added, and until when.

Everybody is in training from the first day and leaves on the last, or stays out when that is moved later (DAT-4); but for those who leave
early by an admissible exit, and are paid on (DEC-5). A verdict is the set of rules that what is asked would break; nothing is done when
there is any.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

Verdict = frozenset[str]
FINE: Verdict = frozenset()
QUARTER = Decimal("0.25")


def month_of(day: date) -> str:
    """The month of a day, `2013-10`."""
    return f"{day:%Y-%m}"


def months_of(first: date, last: date) -> list[str]:
    """The months from that of one day to that of the other."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted({month_of(day) for day in days})


@dataclass(frozen=True)
class Typed:
    """What is typed of a trainee's month: centre attended, excused, unexcused; company attended, excused, unexcused."""

    centre: tuple[Decimal, Decimal, Decimal]
    company: tuple[Decimal, Decimal, Decimal]

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """All six."""
        return (*self.centre, *self.company)

    @property
    def paid(self) -> tuple[Decimal, Decimal]:
        """Attended and excused in each place: what is paid (BIL-1)."""
        return self.centre[0] + self.centre[1], self.company[0] + self.company[1]


@dataclass(kw_only=True)
class Hours:
    """One action. `planned` are the contract's hours of centre and company for each trainee, `pathways` those of each trainee's own plan,
    on an individualised action (TRN-3).
    """

    start: date
    end: date
    headcount: int
    trainees: int
    planned: tuple[Decimal, Decimal]
    pathways: tuple[tuple[Decimal, Decimal], ...] = ()
    lines: dict[str, dict[int, Typed]] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    reopened: dict[str, date] = field(default_factory=dict)
    """Until when each reopened month can be corrected outside the windows."""
    asked: date | None = None
    """The planned end that the organisation asks for."""
    left: date | None = None
    """When everybody left, but for who did early."""
    exits: dict[int, tuple[date, date]] = field(default_factory=dict)
    """Admissible exits: the last day of presence, and that until which it is paid."""
    added: dict[str, dict[int, tuple[Decimal, ...]]] = field(default_factory=dict)
    """What each confirmed month added for them, in centre and company."""
    closed: bool = False

    @property
    def months(self) -> list[str]:
        """Each needs a declaration: somebody is in training, or paid on (DEC-1, DEC-5)."""
        return months_of(self.start, self.end if self.exits else min(self.end, self.left or self.end))

    def _last_day(self, trainee: int) -> date:
        return self.exits[trainee][0] if trainee in self.exits else min(self.end, self.left or self.end)

    def _is_present(self, trainee: int, month: str) -> bool:
        return month <= month_of(self._last_day(trainee))

    # Declarations

    def save(self, month: str, trainee: int, typed: Typed, today: date) -> Verdict:
        """A line of a month is saved (DEC-1, DEC-3)."""
        if broken := self._against_typing(month, today):
            return broken
        if not self._is_present(trainee, month):
            return frozenset({"DEC-3"})
        if any(figure < 0 or figure % QUARTER for figure in typed.figures):
            return frozenset({"DEC-3"})
        self.lines.setdefault(month, {})[trainee] = typed
        return FINE

    def _against_typing(self, month: str, today: date) -> Verdict:
        if month not in self.months:
            return frozenset({"DEC-1"})
        if month in self.confirmed:
            return frozenset({"DEC-7"})
        broken = {"DEC-1"} if month > month_of(today) else set()
        if month not in self.reopened and any(before < month and not self._is_settled(before) for before in self.months):
            broken.add("DEC-1")
        return frozenset(broken)

    def _is_settled(self, month: str) -> bool:
        """A reopened month holds nothing up (DEC-6)."""
        return month in self.confirmed or month in self.reopened

    def confirm(self, month: str, today: date) -> Verdict:
        """A month is confirmed (DEC-1, DEC-3, DEC-6, DEC-8)."""
        if month not in self.months:
            return frozenset({"DEC-1"})
        if month in self.confirmed:
            return frozenset({"DEC-7"})
        same = [other for other in self.months if other not in self.confirmed and (other in self.reopened) == (month in self.reopened)]
        broken = {"DEC-1", "DEC-6"} if same[0] != month else set()
        in_window = today.day <= 15 and month < month_of(today)
        if not in_window and not (month in self.reopened and today <= self.reopened[month]):
            broken |= {"DEC-6", "BIL-7"} if month in self.reopened else {"DEC-6"}
        if self.left is None and self._is_last_chance(month):
            broken.add("DEC-8")
        for trainee in range(self.trainees):
            broken |= self._wrong_line(month, trainee) if self._is_present(trainee, month) else set()
        if broken:
            return frozenset(broken)
        self.added[month] = {trainee: self._adds(trainee, month) for trainee in self.exits if not self._is_before_exit(trainee, month)}
        self.confirmed.add(month)
        self.reopened.pop(month, None)
        return FINE

    def _is_before_exit(self, trainee: int, month: str) -> bool:
        return month < month_of(self.exits[trainee][0])

    def _planned(self, trainee: int) -> tuple[Decimal, Decimal]:
        return self.pathways[trainee] if self.pathways else self.planned

    def _adds(self, trainee: int, month: str) -> tuple[Decimal, ...]:
        """In each place what remains × the days of the month ÷ those of all months not confirmed, down to the quarter hour; no period of a
        place says less. Where no day is left, the exit's month takes all (DEC-5).
        """
        on, until = self.exits[trainee]
        days = [month_of(on + timedelta(number)) for number in range(1, (until - on).days + 1)]
        among = [of for of in days if of not in self.confirmed] or [month_of(on)]
        added = []
        for place in (0, 1):
            typed = sum(
                (sum((line.centre, line.company)[place]) for lines in self.lines.values() if (line := lines.get(trainee))), Decimal(0)
            )
            before = sum((hours[trainee][place] for hours in self.added.values() if trainee in hours), Decimal(0))
            remains = max(Decimal(0), self._planned(trainee)[place] - typed - before)
            added.append(remains * 4 * among.count(month) // len(among) / 4)
        return tuple(added)

    def leave_early(self, trainee: int, on: date) -> Verdict:
        """An admissible exit, or another day of it (DEC-5)."""
        known = self.exits.get(trainee)
        if known and known[0] == on:
            return FINE
        months = {month_of(day) for day in (on, known[0] if known else self.left) if day}
        later = [lines[trainee] for month, lines in self.lines.items() if month > month_of(on) and trainee in lines]
        added = [hours.get(trainee, ()) for month, hours in self.added.items() if month < month_of(on)]
        if (
            not self.start <= on < self.end
            or months & self.confirmed
            or any(figure for typed in later for figure in typed.figures)
            or any(figure for hours in added for figure in hours)
        ):
            return frozenset({"DEC-5"})
        self.exits[trainee] = (on, self.end)
        return FINE

    def _is_last_chance(self, month: str) -> bool:
        others = [other for other in self.months if other != month]
        return month == self.months[-1] or (
            self.months[-1] in self.confirmed and all(other in self.confirmed for other in others if other > month)
        )

    def _wrong_line(self, month: str, trainee: int) -> set[str]:
        typed = self.lines.get(month, {}).get(trainee)
        if typed is None:
            return {"DEC-6"}
        broken: set[str] = set()
        first, last = max(self.start, date.fromisoformat(f"{month}-01")), min(self._last_day(trainee), _last_day(month))
        if sum(typed.figures) > 10 * ((last - first).days + 1):
            broken.add("DEC-3")
        for place in (0, 1):
            stored = [
                sum((line.centre, line.company)[place])
                for other, lines in self.lines.items()
                if (other == month or self._is_settled(other)) and (line := lines.get(trainee))
            ]
            stored += [hours[trainee][place] for other, hours in self.added.items() if other != month and trainee in hours]
            if sum(stored) > self._planned(trainee)[place]:
                broken |= {"DEC-3", "BIL-7"}
        return broken

    # The end

    def close(self, today: date) -> Verdict:
        """The action is closed (CLO-1)."""
        if self.closed:
            return frozenset({"ACT-2"})
        if today < self.end or self.left is None or set(self.months) != self.confirmed:
            return frozenset({"CLO-1"})
        self.closed, self.asked = True, None
        return FINE

    # Amendments

    def ask(self, end: date) -> Verdict:
        """The Region is asked for another planned end (REQ-1)."""
        if self.closed:
            return frozenset({"ACT-2"})
        if self.asked or end == self.end:
            return frozenset({"REQ-1"})
        self.asked = end
        return FINE

    def amend(self) -> Verdict:
        """It grants what it is asked for (REQ-3)."""
        if self.asked is None or self.closed:
            return frozenset({"ACT-2", "REQ-1"})
        end, settled = self.asked, self.confirmed | set(self.reopened)
        is_early = bool(settled) and end < min(self.end, _last_day(max(settled)))
        beyond = [lines for month, lines in self.lines.items() if month > month_of(end) and month not in settled]
        has_hours = any(figure for lines in beyond for typed in lines.values() for figure in typed.figures)
        if is_early or has_hours or any(day > end for day in (self.left, *(on for on, _ in self.exits.values())) if day):
            return frozenset({"REQ-3"})
        self.end, self.asked = end, None
        self.exits = {trainee: (on, min(until, end)) for trainee, (on, until) in self.exits.items()}
        self.lines = {month: lines for month, lines in self.lines.items() if month <= month_of(end)}
        if self.left is None and month_of(end) in self.confirmed:
            self.left = end
        return FINE


def _last_day(month: str) -> date:
    return (date.fromisoformat(f"{month}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
