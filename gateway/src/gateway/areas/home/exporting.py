"""An organisation's actions as a file: what its home page says of each (HOME-1)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from gateway.tables.lists import COUNT, DAY, LONG, Column
from gateway.web.downloads import Parts, download, files
from gateway.web.visit import Visit

from .columns import COLUMNS, Cell
from .lives import Known
from .pages import REMEMBERED, chosen_of
from .queries import Listed

AT_ONCE = 100
"""Actions that are read at once: each has all that its page shows."""


def _said(cell: Cell) -> str:
    """A cell as a text: its lines, and what follows each of them."""
    return "\u00a0; ".join(f"{line.text} ({line.then})" if line.then else line.text for line in cell.lines)


def _column(index: int, title: str) -> Column[Known]:
    return Column(title, lambda known: _said(known.cells[index]), LONG)


ACTIONS: tuple[Column[Known], ...] = (
    Column("Numéro de contrat", lambda known: known.action.contract_number),
    Column("Intitulé", lambda known: known.action.title, LONG),
    Column("Année de programmation", lambda known: known.action.terms.programme_year, COUNT),
    Column("Début prévu", lambda known: known.action.planned_start, DAY),
    Column("Fin prévue", lambda known: known.action.planned_end, DAY),
    Column("Stagiaires inscrits", lambda known: known.action.registered, COUNT),
    *(_column(index, title) for index, title in enumerate(COLUMNS)),
)


@get(files("/actions"))
async def export_actions(visit: NamedDependency[Visit]) -> Stream:
    """The actions of a programme year, searched and sorted as the address says; of the organisation that asks."""
    _, chosen, _, year = await chosen_of(visit)
    return await download(visit, "actions", ACTIONS, _read(visit, chosen), about=str(year or ""))


async def _read(visit: Visit, listed: list[Listed]) -> Parts[Known]:
    for start in range(0, len(listed), AT_ONCE):
        part = listed[start : start + AT_ONCE]
        known = await REMEMBERED.load(visit.db, visit.viewer, visit.today, part)
        yield [known[one.contract_number] for one in part if one.contract_number in known]


ROUTES = [export_actions]
