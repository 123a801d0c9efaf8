"""One request stops nobody: what is too large is refused before it is read, and others are served meanwhile."""

import asyncio
from time import monotonic

import pytest

from tests.gateway.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


async def longest_pause(work: asyncio.Task[object]) -> float:
    """How long, in seconds, the web process did nothing else while it was at work (it shares this event loop)."""
    longest, last = 0.0, monotonic()
    while not work.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, monotonic() - last), monotonic()
    return longest


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"a=&" * 1_200_000, id="1.2 million fields"),
        pytest.param(b"a=&" * 200_000, id="200,000 fields"),
        pytest.param(b"texte=" + b"%C3%A9" * 500_000, id="3 MB of text"),
    ],
)
async def test_a_form_that_no_page_could_send_is_refused_with_a_sentence_and_holds_up_nobody(stage: Stage, body: bytes) -> None:
    asked = asyncio.create_task(stage.secretary.client.post("/connexion", content=body, headers=URLENCODED))
    pause = await longest_pause(asked)
    answer = await asked
    assert answer.status_code == 413
    assert "trop volumineux" in answer.text
    assert pause < 0.5


async def test_the_largest_form_that_is_read_holds_up_nobody(stage: Stage) -> None:
    body = b"&".join(b"champ%d=%%C3%%A9%%C3%%A9%%C3%%A9%%C3%%A9" % number * 5 for number in range(9_000))
    asked = asyncio.create_task(stage.secretary.client.post("/connexion", content=body, headers=URLENCODED))
    pause = await longest_pause(asked)
    assert (await asked).status_code == 422
    assert pause < 0.5


async def test_only_the_page_that_takes_files_takes_a_large_body(stage: Stage) -> None:
    file = {"fichier": ("contrats.xlsx", b"0" * 9 * 1024 * 1024)}
    assert (await stage.agent.client.post("/region/import", files=file)).status_code == 422
    assert (await stage.agent.client.post("/connexion", files=file)).status_code == 415


async def test_no_form_is_remembered_once_it_is_answered(stage: Stage) -> None:
    """Litestar's own parser keeps the last 1,024 forms: 1,024 passwords, or as many times what a body may hold."""
    from litestar._parsers import parse_url_encoded_form_data

    before = parse_url_encoded_form_data.cache_info().currsize
    await stage.secretary.client.post("/connexion", data={"identifiant": "scenes", "mot_de_passe": "Un-secret"})
    assert parse_url_encoded_form_data.cache_info().currsize == before
