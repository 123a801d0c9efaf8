"""The figures of an outcomes report, as people read them: those that were sent, beside those of today (SUR-2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.surveys import ReportFigures, SituationCount
from gateway.words.french import hours
from gateway.words.labels import label


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is another one today than in the report that was sent, both as they are read."""

    name: str
    sent: str
    now: str


COUNTS = {"entered": "Stagiaires entrés", "completed": "Jusqu’à la fin", "left_early": "Sorties anticipées"}
HOURS = {"centre_hours": "Heures en centre", "company_hours": "Heures en entreprise"}


def differences(sent: ReportFigures, now: ReportFigures) -> tuple[Difference, ...]:
    """Every figure that differs; nothing once a correction is taken back."""
    return tuple(figure for figure in _both(sent, now) if figure.sent != figure.now)


def _both(sent: ReportFigures, now: ReportFigures) -> Iterator[Difference]:
    for field, name in COUNTS.items():
        yield Difference(name, str(getattr(sent, field)), str(getattr(now, field)))
    for field, name in HOURS.items():
        yield Difference(name, hours(getattr(sent, field)), hours(getattr(now, field)))
    before, after = situations_of(sent), situations_of(now)
    for name in dict.fromkeys((*before, *after)):
        yield Difference(name, str(before.get(name, 0)), str(after.get(name, 0)))


def situations_of(figures: ReportFigures) -> dict[str, int]:
    """How many left in each situation, by its name."""
    return {_situation(count): count.trainees for count in figures.situations}


def _situation(count: SituationCount) -> str:
    return label(count.situation) + (f", {label(count.contract)}" if count.contract else "")
