"""One request stops nobody: what is too large is refused before it is read, and others are served meanwhile."""

import asyncio
import gc
import re
from datetime import date
from pathlib import Path
from time import thread_time

import pytest
from litestar.types import Empty

from gateway.web import budget
from gateway.web.posted import LARGEST_BODY
from gateway.web.routes import ROUTES
from tests.gateway.html import text_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import award
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


async def longest_pause(work: asyncio.Task[object]) -> float:
    """How long, in seconds of work, the web process did nothing else (it shares this event loop, whose thread is measured)."""
    gc.collect()
    gc.freeze()  # what other tests left behind is not looked through again
    longest, last = 0.0, thread_time()
    while not work.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, thread_time() - last), thread_time()
    gc.unfreeze()
    return longest


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"a=&" * 1_200_000, id="1.2 million fields"),
        pytest.param(b"a=&" * 200_000, id="200,000 fields"),
        pytest.param(b"texte=" + b"%C3%A9" * 500_000, id="3 MB of text"),
    ],
)
async def test_a_form_that_no_page_could_send_is_refused_with_a_sentence_and_holds_up_nobody(portal: RunningPortal, body: bytes) -> None:
    asked = asyncio.create_task(portal.secretary.client.post("/connexion", content=body, headers=URLENCODED))
    pause = await longest_pause(asked)
    answer = await asked
    assert answer.status_code == 413
    assert "trop volumineux" in answer.text
    assert pause < 0.5


async def test_the_largest_form_that_is_read_holds_up_nobody(portal: RunningPortal) -> None:
    body = b"&".join(b"champ%d=%%C3%%A9%%C3%%A9%%C3%%A9%%C3%%A9" % number * 5 for number in range(9_000))
    asked = asyncio.create_task(portal.secretary.client.post("/connexion", content=body, headers=URLENCODED))
    pause = await longest_pause(asked)
    assert (await asked).status_code == 422
    assert pause < 0.5


async def test_only_the_page_that_takes_files_takes_a_large_body(portal: RunningPortal) -> None:
    file = {"fichier": ("contrats.xlsx", b"0" * 9 * 1024 * 1024)}
    assert (await portal.agent.client.post("/region/import", files=file)).status_code == 422
    assert (await portal.agent.client.post("/connexion", files=file)).status_code == 415


def in_front(path: str) -> int:
    """How large a body of this page may be for the example of the server in front, in bytes: what is exact goes before what is alike."""
    conf = (Path(__file__).parents[2] / "deploy/front/nginx.conf").read_text()
    [usual] = re.findall(r"^ {8}client_max_body_size (\d+)m;", conf, re.MULTILINE)
    limits = {"": usual}
    for kind, place, block in re.findall(r"location (=|~) (\S+) \{(.*?)\}", conf, re.DOTALL):
        limit = re.search(r"client_max_body_size (\d+)m;", block)
        if place == path if kind == "=" else re.search(place, path):
            limits[kind] = limit[1] if limit else usual
    return int(limits.get("=") or limits.get("~") or limits[""]) * 1024 * 1024


async def test_the_server_in_front_lets_through_what_each_page_takes() -> None:
    sizes = {path: getattr(handler, "request_max_body_size", Empty) for handler in ROUTES for path in getattr(handler, "paths", ())}
    taken = {path: LARGEST_BODY if size is Empty else size for path, size in sizes.items()}
    assert sum(size > LARGEST_BODY for size in taken.values()) == 4
    assert {path: in_front(re.sub(r"\{[^}]+\}", "2008-02", path)) for path in taken} == taken


async def test_no_form_is_remembered_once_it_is_answered(portal: RunningPortal) -> None:
    """Litestar's own parser keeps the last 1,024 forms: 1,024 passwords, or as many times what a body may hold."""
    from litestar._parsers import parse_url_encoded_form_data

    before = parse_url_encoded_form_data.cache_info().currsize
    await portal.secretary.client.post("/connexion", data={"identifiant": "scenes", "mot_de_passe": "Un-secret"})
    assert parse_url_encoded_form_data.cache_info().currsize == before


async def test_who_has_sent_as_many_commands_as_a_minute_holds_is_told_to_wait_and_loses_nothing(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MOST", 3)
    told = await award(portal, "2008LIM001", terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    path, sheet = f"/actions/{told.number}/stagiaires/nouveau", {"nom": "CHOMBIER", "prenom": "Gisèle", "faire": "partiel"}
    async with portal.answering(lambda _key, _command: ()) as came:
        sent = [await portal.secretary.post(path, sheet) for _ in range(5)]
        assert len(came) == 3
        assert [answer.status_code for answer in sent] == [200, 200, 200, 422, 422]
        assert "Trop de demandes viennent de votre compte : 3 en une minute." in text_of(sent[-1])
        assert 'value="CHOMBIER"' in sent[-1].text
        portal.it_is("2008-03-06T14:14")
        assert (await portal.secretary.post(path, sheet)).status_code == 200
    portal.it_is("2008-03-06T14:12")


async def test_requests_at_the_same_time_share_one_minute(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST", 3)
    portal.it_is("2008-03-06T14:20")
    numbers = [f"2008LIM01{index}" for index in range(8)]
    for number in numbers:
        await award(portal, number, terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    async with portal.answering(lambda _key, _command: ()) as came:
        sheet = {"nom": "CHOMBIER", "prenom": "Gisèle", "faire": "partiel"}
        await asyncio.gather(*(portal.secretary.post(f"/actions/{number}/stagiaires/nouveau", sheet) for number in numbers))
        assert len(came) == 3
    portal.it_is("2008-03-06T14:12")
