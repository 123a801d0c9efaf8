"""The year's money by month and by sector, as files."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.month import Month
from gateway.tables.lists import LONG, MONEY, MONTH, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit

from .queries import Sum, load_money
from .region import PAGE, year_of

AMOUNTS: tuple[Column[Sum], ...] = (
    Column("Déclaré HT", lambda one: one.declared, MONEY),
    Column("Accepté HT", lambda one: one.accepted, MONEY),
    Column("Payé HT", lambda one: one.paid, MONEY),
    Column("Reste à accepter HT", lambda one: one.declared - one.accepted, MONEY),
)
MONTHS: tuple[Column[Sum], ...] = (Column("Mois", lambda one: Month(one.name).first, MONTH), *AMOUNTS)
SECTORS: tuple[Column[Sum], ...] = (Column("Secteur", lambda one: one.name or "Sans secteur", LONG), *AMOUNTS)


@get(files(f"{PAGE}/mois"))
async def export_months(visit: NamedDependency[Visit]) -> Stream:
    """The months of the year that is asked for."""
    money = await load_money(visit.db, visit.viewer, year := year_of(visit))
    return await download(visit, "mois", MONTHS, in_parts(money.months), about=str(year))


@get(files(f"{PAGE}/secteurs"))
async def export_sectors(visit: NamedDependency[Visit]) -> Stream:
    """Its sectors."""
    money = await load_money(visit.db, visit.viewer, year := year_of(visit))
    return await download(visit, "secteurs", SECTORS, in_parts(money.sectors), about=str(year))


ROUTES = [export_months, export_sectors]
