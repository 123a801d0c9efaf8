"""“Enquêtes”: what became of trainees, by action, sector and organisation, and how many answered (SURV-3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from asyncpg import Pool
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.codes import SurveyKind
from gateway.tables.lists import COUNT, LONG, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.listing import Asked, page_of
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .asking import ADDRESSES
from .results import LEAST, Group, OfAction, Results, Tally, results

PATH = "/region/enquetes"
BY: Mapping[str, str] = {"organisme": "Organisme", "secteur": "Secteur d’activité", "action": "Action"}
"""What a line can be about: how its column is called."""
ORDER = ("interroges",)
ASKED_OF: Mapping[SurveyKind, LiteralString] = {
    SurveyKind.EXIT: """
        SELECT t.contract_number, t.survey IS NOT NULL AS answered, coalesce((t.survey ->> 'by_link')::boolean, false) AS by_link,
            t.survey ->> 'situation' AS situation
        FROM trainees t WHERE t.state = 'entered' AND t.exit IS NOT NULL AND $1 AND $2::date IS NOT NULL
    """,
    SurveyKind.SIX_MONTHS: """
        SELECT t.contract_number, s.version IS NOT NULL AS answered, coalesce(s.by_link, false) AS by_link, s.situation
        FROM trainees t LEFT JOIN later_surveys s
            ON (s.contract_number, s.trainee_id, s.survey) = (t.contract_number, t.trainee_id, 'six_months')
        WHERE t.state = 'entered' AND (t.exit ->> 'on')::date + interval '6 months' <= $2::date AND $1
    """,
    SurveyKind.ONE_YEAR: """
        SELECT t.contract_number, s.version IS NOT NULL AS answered, coalesce(s.by_link, false) AS by_link, s.situation
        FROM trainees t LEFT JOIN later_surveys s
            ON (s.contract_number, s.trainee_id, s.survey) = (t.contract_number, t.trainee_id, 'one_year')
        WHERE t.state = 'entered' AND (t.exit ->> 'on')::date + interval '12 months' <= $2::date AND $1
    """,
}
"""Who was asked by a day: whoever has left, so long ago. A month that is too short counts to its end, as in `contracts.surveys.due_on`."""


async def load_results(db: Pool, viewer: Viewer, survey: SurveyKind, today: date) -> Results:
    """The results of one survey, for an agent."""
    rows = await db.fetch(
        "WITH asked AS ("
        + ASKED_OF[survey]
        + """)
        SELECT a.contract_number, a.title, a.siret, coalesce(o.name, a.organisation_name) AS organisation, coalesce(a.sector, '') AS sector,
            count(*) AS asked, count(*) FILTER (WHERE answered AND by_link) AS by_link,
            count(*) FILTER (WHERE answered AND NOT by_link) AS by_organisation,
            count(*) FILTER (WHERE situation = 'employed_in_sector') AS in_sector,
            count(*) FILTER (WHERE situation = 'employed_elsewhere') AS elsewhere,
            count(*) FILTER (WHERE situation = 'other') AS other
        FROM asked JOIN actions a USING (contract_number) LEFT JOIN organisations o ON o.siret = a.siret
        GROUP BY a.contract_number, a.title, a.siret, organisation, a.sector
        """,
        viewer.is_agent,
        today,
    )
    figures = ("asked", "by_link", "by_organisation", "in_sector", "elsewhere", "other")
    return results(
        OfAction(
            number=row["contract_number"],
            title=row["title"],
            siret=row["siret"],
            organisation=row["organisation"],
            sector=row["sector"],
            tally=Tally(**{name: row[name] for name in figures}),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """Which results a visit asks for, and the lines of its table."""

    address: str
    survey: SurveyKind
    by: str
    whole: Group
    groups: tuple[Group, ...]


async def load_shown(visit: Visit) -> Shown:
    """What the address asks for: of a survey, by what; those of the exit, by organisation, unless it says otherwise."""
    query = visit.request.query_params
    address = query.get("enquete", "") if query.get("enquete", "") in ADDRESSES else "sortie"
    by = query.get("vue", "") if query.get("vue", "") in BY else "organisme"
    found = await load_results(visit.db, visit.viewer, ADDRESSES[address], visit.today)
    groups = {"organisme": found.organisations, "secteur": found.sectors, "action": found.actions}[by]
    return Shown(address, ADDRESSES[address], by, found.whole, groups)


def share(part: int, whole: int) -> Decimal:
    """The part of a whole; nothing of nothing."""
    return Decimal(part) / whole if whole else Decimal(0)


@get(PATH)
async def results_page(visit: NamedDependency[Visit]) -> Response[str]:
    """One survey, by one thing: a chart, and a table that says the same."""
    shown = await load_shown(visit)
    asked = Asked.of(visit, ORDER, down=True, filters=("enquete", "vue"))
    return visit.page(
        "surveys/region_results.html",
        shown=shown,
        list=page_of(asked, shown.groups),
        surveys=ADDRESSES,
        by=BY,
        least=LEAST,
        share=share,
    )


def columns_of(by: str) -> tuple[Column[Group], ...]:
    """A line's figures; of a group that is not broken down, how many were asked alone."""

    def figure(name: str) -> Column[Group]:
        return Column(TITLES[name], lambda group: getattr(group.tally, name) if group.tally else None, COUNT)

    return (
        Column(BY[by], lambda group: group.name, LONG),
        Column("Interrogés", lambda group: group.asked, COUNT),
        *map(figure, TITLES),
        Column("Détail", lambda group: "Oui" if group.tally else "Non : moins de cinq personnes seraient reconnues", LONG),
    )


TITLES: Mapping[str, str] = {
    "by_link": "Ont répondu par leur lien",
    "by_organisation": "Remplies par l’organisme",
    "unanswered": "Sans réponse",
    "in_sector": "En emploi dans le secteur",
    "elsewhere": "En emploi ailleurs",
    "other": "Autre situation",
}


@get(files(PATH))
async def export_results(visit: NamedDependency[Visit]) -> Stream:
    """The table as a file, all its lines and their total."""
    shown = await load_shown(visit)
    rows = (*shown.groups, shown.whole)
    return await download(visit, f"enquetes-{shown.address}", columns_of(shown.by), in_parts(rows), about=f"par-{shown.by}")


ROUTES = [results_page, export_results]
