"""“Réalisé horaire de l’action” as a file: each trainee's hours of a month, or of every month that was confirmed (DEC-2)."""

from collections.abc import Sequence

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Stream

from contracts.month import Month
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import DAY, HOURS, LONG, MONTH, Column
from gateway.web.downloads import Parts, download, files
from gateway.words.labels import label

from .month import month_of
from .realised import TraineeHours, load_realised

Line = tuple[Month, TraineeHours]


def columns(action: Action) -> tuple[Column[Line], ...]:
    """Those of the page."""
    return (
        Column("Mois", lambda line: line[0].first, MONTH),
        Column("Stagiaire", lambda line: line[1].row.name, LONG),
        Column("Date de naissance", lambda line: line[1].row.sheet.birth_date if line[1].row.sheet else None, DAY),
        Column("Code Insee", lambda line: line[1].row.sheet.mail.insee_code if line[1].row.sheet else ""),
        Column("FSE", lambda _line: "oui" if action.terms.esf else "non"),
        Column("Date d’entrée", lambda line: line[1].row.entered_on, DAY),
        Column("Date de sortie", lambda line: line[1].row.exit.on if line[1].row.exit else None, DAY),
        Column("Validé", lambda line: "oui" if line[1].complete else "non"),
        Column("Sortie anticipée", lambda line: label(line[1].early), LONG),
        Column("Heures en centre", lambda line: line[1].centre, HOURS),
        Column("Heures en entreprise", lambda line: line[1].company, HOURS),
        Column("Total en centre depuis l’entrée", lambda line: line[1].centre_so_far, HOURS),
        Column("Total en entreprise depuis l’entrée", lambda line: line[1].company_so_far, HOURS),
        Column("Total depuis l’entrée", lambda line: line[1].centre_so_far + line[1].company_so_far, HOURS),
    )


@get(files("/actions/{contract:str}/heures", "/region/actions/{contract:str}/heures"))
async def export_hours(visit: NamedDependency[ActionVisit], mois: FromQuery[str] = "") -> Stream:
    """The month that is named, or all, as they were last confirmed. Raises NotFoundException when that one never was."""
    views = [month_of(visit.action, mois)] if mois else [view for view in visit.action.months if view.was_confirmed]
    if not all(view.was_confirmed for view in views):
        raise NotFoundException
    about = f"{visit.contract}-{views[0].month}" if mois else visit.contract
    return await download(visit, "heures", columns(visit.action), lines(visit, views), about=about)


async def lines(visit: ActionVisit, views: Sequence[MonthView]) -> Parts[Line]:
    """The trainees of each month."""
    for view in views:
        _, trainees, _ = await load_realised(visit, view)
        yield [(view.month, hours) for hours in trainees]


ROUTES = [export_hours]
