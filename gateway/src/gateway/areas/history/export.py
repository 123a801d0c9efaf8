"""The history as a file: a line for each figure that changed, or for an act that changed none."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator

from contracts.month import paris_day
from gateway.tables.text import MARK, Cell, lines
from gateway.told.fields import Change
from gateway.told.history import Act
from gateway.words.french import clock, months

TITLES = (
    *("Date", "Heure", "Contrat", "Intitulé", "Organisme", "Qui", "Quoi", "Stagiaire", "Mois", "Facture"),
    *("Champ", "Avant", "Après", "Motif ou note"),
)


async def as_csv(parts: AsyncIterable[list[Act]], *, named: bool) -> AsyncIterator[bytes]:
    """The file, as it is read. Trainees, and what somebody wrote, stand in it only when it is `named`; otherwise a trainee is a number."""
    yield (MARK + lines([TITLES])).encode()
    async for acts in parts:
        yield (await asyncio.to_thread(_written, acts, named)).encode()


def _written(acts: list[Act], named: bool) -> str:
    return lines(row for act in acts for row in rows_of(act, named=named))


def rows_of(act: Act, *, named: bool) -> Iterator[tuple[Cell, ...]]:
    """The lines of an act, under `TITLES`."""
    trainee = act.trainee_name if named else str(act.trainee) if act.trainee else ""
    about = (
        *(paris_day(act.at), clock(act.at), act.key, act.title, act.organisation, act.who, act.what if named else act.unnamed),
        *(trainee, months(act.months) if act.months else "", act.invoice_name),
    )
    for change in act.changes or (Change("", None, ""),):
        yield *about, change.field, change.before, change.after, act.text if named else ""
