"""A month by exception, whatever is done in whatever order: the lines are as if all of it had been typed (DEC-9, DEC-11)."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import UNEXCUSED, AbsenceReason, ExitKind, Place
from contracts.declarations import Absence, Exit, FillMonth, Line
from contracts.lines import FIGURES, wrong_line
from gateway.areas.declarations import asking
from gateway.areas.declarations.pasted import propose
from gateway.web.values import Values
from tests.rules.gateway.test_gateway_pasted import MONTH
from tests.rules.gateway.test_gateway_proposal import FEBRUARY, PLAN, absent, lays, page, row

ROWS = tuple(replace(row(number), name=somebody.name) for number, somebody in enumerate(MONTH, 1))
SEVEN = Decimal(7)
"""Hours of each planned day: 4 to 22 February in centre, 25 to 29 in company."""


@dataclass
class Typed:
    """What somebody would type of a trainee, with pencil and paper."""

    figures: dict[str, Decimal | None] = field(default_factory=lambda: dict.fromkeys(FIGURES))
    absences: list[Absence] = field(default_factory=list)
    last: date = FEBRUARY.last
    leaves: bool = False

    def present(self, place: Place) -> Decimal:
        """Seven hours a day until they leave."""
        return SEVEN * sum(day <= self.last for day in PLAN.places[place].days)

    def write_present(self, place: Place) -> None:
        """The hours of who is present, less the absences."""
        of_place = [absence for absence in self.absences if absence.place is place]
        unexcused = SEVEN * sum(absence.reason in UNEXCUSED for absence in of_place)
        excused = SEVEN * len(of_place) - unexcused
        attended = self.present(place) - excused - unexcused
        self.figures |= {f"{place}.attended": attended, f"{place}.excused": excused, f"{place}.unexcused": unexcused}

    def write_absence(self, day: date, reason: AbsenceReason) -> None:
        """A day's absence in centre: a period, and its hours taken off those that were attended."""
        self.absences.append(Absence(start=day, end=day, reason=reason, place=Place.CENTRE, hours=SEVEN))
        kind, attended = f"centre.{'unexcused' if reason in UNEXCUSED else 'excused'}", self.figures["centre.attended"]
        self.figures[kind] = (self.figures[kind] or Decimal(0)) + SEVEN
        self.figures["centre.attended"] = None if attended is None else max(Decimal(0), attended - SEVEN)

    def write_exit(self, on: date) -> None:
        """Who had the hours of who is present has those until this day; other hours stay."""
        whole = [place for place in Place if self.present(place) == self.total(place)]
        self.last, self.leaves = on, True
        for place in whole:
            self.write_present(place)

    def total(self, place: Place) -> Decimal:
        """All hours there."""
        return sum((hours or Decimal(0) for path, hours in self.figures.items() if path.startswith(place)), Decimal(0))

    @property
    def line(self) -> Line:
        """As it is declared."""
        figures: dict[str, dict[str, Decimal | None]] = {place: {} for place in Place}
        for path, hours in self.figures.items():
            place, kind = path.split(".")
            figures[place][kind] = hours
        return Line.model_validate({**figures, "absences": tuple(self.absences)})

    @property
    def exit(self) -> Exit | None:
        """As it is declared."""
        return Exit(on=self.last, kind=ExitKind.END_OF_TRAINING) if self.leaves else None


@dataclass(frozen=True)
class Paste:
    """A block as somebody copies it, the cell in which it is pasted, and what its cells say."""

    text: str
    start: str
    cells: dict[tuple[int, str], Decimal]


HOURS = st.integers(0, 1200).map(lambda quarters: Decimal(quarters) / 4)
WRITTEN = st.sampled_from(
    [
        lambda hours: f"{hours:.2f}".replace(".", ","),
        lambda hours: f"{hours:g}",
        lambda hours: f"{int(hours)}h{int(hours % 1 * 60):02d}",
        lambda hours: f"{int(hours)}:{int(hours % 1 * 60):02d}",
    ]
)


@st.composite
def pastes(draw: st.DrawFn) -> Paste:
    """With names or without, with a head or without, from any cell."""
    at, column = draw(st.integers(0, 3)), draw(st.integers(0, 5))
    named = draw(st.booleans())
    rows = draw(st.permutations(range(4))) if named else list(range(at, 4))
    rows, width = rows[: draw(st.integers(1, len(rows)))], draw(st.integers(1, 6 - column))
    lines, cells = [], {}
    for to in rows:
        hours = draw(st.lists(HOURS, min_size=width, max_size=width))
        cells |= {(to, path): hour for path, hour in zip(FIGURES[column:], hours, strict=False)}
        lines.append([*([ROWS[to].name] if named else []), *(draw(WRITTEN)(hour) for hour in hours)])
    if named and draw(st.booleans()):
        lines.insert(0, ["Stagiaire", *("heures" for _ in range(width))])
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    text = ends.join("\t".join(line) for line in lines) + draw(st.sampled_from(["", ends]))
    return Paste(text, f"{ROWS[at].key}.{FIGURES[column]}", cells)


@dataclass(frozen=True)
class Day:
    """An absence of this day, or with no reason the last day of presence, of one trainee."""

    trainee: int
    on: date
    reason: AbsenceReason | None = None


DAYS = st.sampled_from(PLAN.places[Place.CENTRE].days)
ABSENCES = st.builds(Day, st.integers(0, 3), DAYS, st.sampled_from(AbsenceReason))
EXITS = st.builds(Day, st.integers(0, 3), st.integers(11, 29).map(lambda day: date(2008, 2, day)))
STEPS = st.lists(st.sampled_from(["present", "undo"]) | ABSENCES | EXITS | pastes(), max_size=10)


def paste(values: Values, block: Paste) -> None:
    """Proposed, then accepted."""
    values.typed |= {"texte": [block.text], "depart": [block.start]}
    at, column = asking.start_of(values, ROWS)
    proposal = propose(asking.block(values), ROWS, row=at, column=column)
    assert not proposal.wrong
    values.typed |= {f"pose.{name}": [text] for name, text in proposal.cells.items()}
    asking.take_pasted(values, ROWS)
    for name in [name for name in values.typed if name.startswith("pose.")]:
        del values.typed[name]


def can_be(day: Day, typed: Typed) -> bool:
    """Nobody is absent twice on a day, or once they have left; nobody leaves twice."""
    if day.reason:
        return day.on <= typed.last and all(day.on != absence.start for absence in typed.absences)
    return not typed.leaves and all(absence.start <= day.on for absence in typed.absences)


def take(step: object, values: Values, typed: list[Typed]) -> None:
    """The same step, on the page and on paper."""
    if isinstance(step, Paste):
        paste(values, step)
        for (to, path), hours in step.cells.items():
            typed[to].figures[path] = hours
    elif step == "present":
        lays(values, ROWS, "presents")
        for each in typed:
            for place in Place:
                each.write_present(place)
    elif isinstance(step, Day) and can_be(step, typed[step.trainee]):
        whose, of = ROWS[step.trainee], typed[step.trainee]
        if step.reason:
            absent(values, ROWS, whose, (step.on.day, step.on.day), step.reason)
            of.write_absence(step.on, step.reason)
        else:
            lays(values, ROWS, "sortie", leaving_trainee=whose.key, leaving_on=str(step.on.day), leaving_kind="end_of_training")
            of.write_exit(step.on)


@given(STEPS)
def test_dec_11_present_exceptions_pastes_and_undo_in_any_order_give_what_typing_it_all_would_have_given(steps: list[object]) -> None:
    shown, paper = [page(ROWS)], [[Typed() for _ in ROWS]]
    for step in steps:
        if step == "undo":
            shown, paper = shown[:-1] or shown, paper[:-1] or paper
            continue
        shown.append(deepcopy(shown[-1]))
        paper.append(deepcopy(paper[-1]))
        take(step, shown[-1], paper[-1])
        assert shown[-1].ok, shown[-1].errors
    values, is_pasted = shown[-1], any(isinstance(step, Paste) for step in steps)
    for whose, typed in zip(ROWS, paper[-1], strict=True):
        asked = asking.row_commands(values, whose, FEBRUARY)
        assert asked is not None
        assert (asking.read_line(values, whose.key), asking.read_exit(values, whose)) == (typed.line, typed.exit)
        filled = asking.fill_month(FEBRUARY, asked)
        assert not asked or FillMonth.parse(filled.body()) == filled
        if not is_pasted and None not in typed.figures.values():
            assert not wrong_line(typed.line, (whose.first, typed.last), "x")
