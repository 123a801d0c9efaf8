"""What an open page hears, and what its live regions then fetch: themselves alone, as the whole page shows them (NOT-1)."""

import re

import pytest

from tests.gateway.html import regions_of
from tests.gateway.region_in_march import BTS, OVER, TO_OPEN, Told
from tests.gateway.running_portal import Person, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = [
    *("/", "/notifications", "/etats", "/compte", f"/actions/{BTS}", f"/actions/{BTS}/dates", f"/actions/{BTS}/stagiaires"),
    *(f"/actions/{BTS}/{part}" for part in ("formateurs", "entrees", "ouverture", "declarations", "declarations/2008-02", "facturation")),
    *(f"/actions/{BTS}/{part}" for part in ("compte", "cloture", "enquetes", "bilan", "solde", "etats")),
    *(f"/actions/{BTS}/{part}" for part in ("demandes", "dates/demande", "formateurs/demande")),
    *(f"/actions/{TO_OPEN}", f"/actions/{TO_OPEN}/ouverture", f"/actions/{TO_OPEN}/stagiaires", f"/actions/{OVER}/bilan"),
]
AGENTS = [
    "/region/factures",
    "/region/factures?etat=decidees",
    "/region/bilans",
    "/region/demandes",
    "/region/actions",
    f"/region/actions/{BTS}",
    "/region/import",
    "/region/import/programme",
    "/region/tableau-de-bord",
]


def element_of(page: str, region: str) -> str:
    """The element of that id, tags balanced, blanks aside."""
    opening = re.search(rf'<(\w+)\b[^<>]*\bid="{re.escape(region)}"', page)
    assert opening, f"no element {region}"
    depth = 0
    for tag in re.finditer(rf"<(/?){opening[1]}\b[^>]*>", page[opening.start() :]):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return plain(page[opening.start() : opening.start() + tag.end()])
    raise AssertionError(f"{region} does not end")


def plain(text: str) -> str:
    """Without blanks, and without what each answer makes anew."""
    return " ".join(re.sub(r'(name="_commande" value=)"[^"]*"', r"\1", text).split())


async def check(person: Person, path: str) -> None:
    page = await person.get(path)
    assert page.status_code == 200
    for region, address in regions_of(page).items():
        alone = await person.region(address, region)
        assert alone.status_code == 200, region
        assert plain(alone.text) == element_of(page.text, region)


@pytest.mark.parametrize("path", PAGES)
async def test_a_live_region_alone_is_what_its_page_shows_there(portal: RunningPortal, told: dict[str, Told], path: str) -> None:
    await check(portal.secretary, path)


@pytest.mark.parametrize("path", AGENTS)
async def test_an_agents_live_region_alone_is_what_its_page_shows_there(portal: RunningPortal, told: dict[str, Told], path: str) -> None:
    await check(portal.agent, path)


@pytest.mark.parametrize(
    ("path", "region", "most"),
    [
        ("/", "nouvelles", 3),
        ("/", "entete", 2),
        (f"/actions/{BTS}/declarations/2008-02", "etapes", 3),
        (f"/region/actions/{BTS}", "tete", 3),
        ("/region/tableau-de-bord", "montants", 3),
    ],
)
async def test_a_live_region_asks_for_no_more_than_it_shows(
    portal: RunningPortal, told: dict[str, Told], queries: list[str], path: str, region: str, most: int
) -> None:
    person = portal.agent if path.startswith("/region") else portal.secretary
    page = await person.get(path)
    whole = len(queries)
    queries.clear()
    alone = await person.region(regions_of(page)[region], region)
    assert len(queries) <= most < whole, "\n".join(queries)
    assert len(alone.text) < len(page.text) / 2


async def test_a_region_that_a_page_does_not_have_is_nothing(portal: RunningPortal, told: dict[str, Told]) -> None:
    for region in ("mois", "main", "title", "nothing"):
        answer = await portal.secretary.region(f"/actions/{BTS}/facturation", region)
        assert (answer.status_code, answer.text) == (204, ""), region
