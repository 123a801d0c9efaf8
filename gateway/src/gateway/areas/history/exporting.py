"""The history as a file: a line for each figure that changed, or for an act that changed none."""

from collections.abc import Iterable, Iterator
from contextlib import aclosing

from contracts.month import paris_day
from gateway.tables.lists import DAY, LONG, Column
from gateway.told.fields import Change
from gateway.told.history import Act
from gateway.web.downloads import Parts
from gateway.words.french import hour, months

Line = tuple[Act, Change]
NOTHING = Change("", None, "")


def columns(*, named: bool) -> tuple[Column[Line], ...]:
    """Trainees, and what somebody wrote, stand in the file only when it is `named`; otherwise a trainee is a number."""

    def trainee(act: Act) -> str | None:
        return act.trainee_name if named else str(act.trainee) if act.trainee else ""

    return (
        Column("Date", lambda line: paris_day(line[0].at), DAY),
        Column("Heure", lambda line: hour(line[0].at).removeprefix(", ")),
        Column("Contrat", lambda line: line[0].key),
        Column("Intitulé", lambda line: line[0].title, LONG),
        Column("Organisme", lambda line: line[0].organisation, LONG),
        Column("Qui", lambda line: line[0].who, LONG),
        Column("Quoi", lambda line: line[0].what if named else line[0].unnamed, LONG),
        Column("Stagiaire", lambda line: trainee(line[0]), LONG),
        Column("Mois", lambda line: months(line[0].months) if line[0].months else ""),
        Column("Facture", lambda line: line[0].invoice_name),
        Column("Champ", lambda line: line[1].field, LONG),
        Column("Avant", lambda line: line[1].before, LONG),
        Column("Après", lambda line: line[1].after, LONG),
        Column("Motif ou note", lambda line: line[0].text if named else "", LONG),
    )


async def changes(parts: Parts[Act]) -> Parts[Line]:
    """Each act with each of its changes."""
    async with aclosing(parts):
        async for acts in parts:
            yield _lines(acts)


def _lines(acts: Iterable[Act]) -> Iterator[Line]:
    return ((act, change) for act in acts for change in act.changes or (NOTHING,))
