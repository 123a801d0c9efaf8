"""How often a page asks the database: what everybody opens all day costs a few queries, however much is on it."""

import pytest

from tests.gateway.region_in_march import BTS, CLOSED, SOON, TO_OPEN, Told
from tests.gateway.running_portal import Person, RunningPortal


async def opened(person: Person, path: str, queries: list[str]) -> int:
    """How many queries it takes to open a page."""
    queries.clear()
    answer = await person.get(path)
    assert answer.status_code == 200 and not answer.history
    return len(queries)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 6),  # with the welcome
        ("/", 5),  # nothing has changed since: no action is read again
        (f"/actions/{BTS}", 3),
        (f"/actions/{TO_OPEN}", 4),
        (f"/actions/{CLOSED}", 3),
        (f"/actions/{BTS}/historique", 5),
        (f"/actions/{BTS}/declarations/2008-02", 5),
        (f"/actions/{BTS}/declarations/2007-12", 6),  # reopened: what was rejected stands beside what is corrected
        (f"/actions/{BTS}/declarations/2007-09", 7),  # with its proofs
        (f"/actions/{BTS}/compte", 5),
        (f"/actions/{SOON}/stagiaires/nouveau", 4),
        (f"/actions/{TO_OPEN}/stagiaires/{{trainee}}", 5),
    ],
)
async def test_a_page_takes_few_queries_session_and_frame_included(
    portal: RunningPortal, told: dict[str, Told], queries: list[str], path: str, most: int
) -> None:
    path = path.format(trainee=told[TO_OPEN].trainees[0])
    assert await opened(portal.secretary, path, queries) == most, "\n".join(queries)
