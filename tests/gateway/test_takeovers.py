"""Nobody takes an account over: an older session, an older log-in, a browser's former user (ACC-2, ACC-3, ACC-7)."""

from dataclasses import replace
from unittest.mock import AsyncMock
from uuid import uuid4

import pytest

from gateway.web.identity_client import IdentityClient
from gateway.web.session import COOKIE
from tests.gateway.html import text_of
from tests.gateway.running_portal import Person, RunningPortal, account_of, logged_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
FIRST = {"identifiant": "scenes", "nouveau": "cheval agrafe pile", "confirmation": "cheval agrafe pile"}


@pytest.fixture
def log_in(monkeypatch: pytest.MonkeyPatch) -> AsyncMock:
    """What identity answers to whoever logs in."""
    answer = AsyncMock()
    monkeypatch.setattr(IdentityClient, "log_in", answer)
    return answer


async def is_in(person: Person) -> bool:
    """Whether their session stands."""
    return (await person.get("/compte")).url.path == "/compte"


async def entered(portal: RunningPortal, browser: Person | None = None) -> str:
    """Log in, in a browser where `browser` was logged in before; the new session's token."""
    client = (browser or await portal.person(replace(portal.rival.viewer, user_id=uuid4()))).client
    answer = await client.post("/connexion", data={"identifiant": "x", "mot_de_passe": "y"}, follow_redirects=False)
    assert answer.status_code == 303, text_of(answer)
    return answer.cookies[COOKIE]


async def test_acc_03_a_mailed_password_that_is_used_ends_every_other_session(portal: RunningPortal, log_in: AsyncMock) -> None:
    viewer = replace(portal.secretary.viewer, user_id=uuid4())
    thief, another = await portal.person(viewer), await portal.person(portal.rival.viewer)
    assert await is_in(thief)
    recovering = replace(viewer, must_choose_password=True, access=2)
    log_in.return_value = logged_in(recovering)
    owner = Person(portal, recovering, await entered(portal))
    assert not await is_in(thief) and await is_in(another)
    assert (await owner.get("/")).url.path == "/premiere-connexion"


async def test_acc_02_the_first_password_is_chosen_by_a_session_that_must_and_by_no_other(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = AsyncMock(return_value=account_of(replace(portal.secretary.viewer, access=2)))
    monkeypatch.setattr(IdentityClient, "choose_first", chosen)
    thief = await portal.person(replace(portal.secretary.viewer, user_id=uuid4()))
    answer = await thief.client.post("/premiere-connexion", data=FIRST, follow_redirects=False)
    assert answer.headers["Location"] == "/" and not chosen.called


async def test_acc_07_a_log_in_with_an_older_password_that_ends_late_opens_nothing(portal: RunningPortal, log_in: AsyncMock) -> None:
    viewer = replace(portal.secretary.viewer, user_id=uuid4())
    await portal.person(replace(viewer, access=2))
    log_in.return_value = logged_in(viewer)
    assert not await is_in(Person(portal, viewer, await entered(portal)))


async def test_acc_07_who_logs_in_ends_the_session_that_the_browser_had(portal: RunningPortal, log_in: AsyncMock) -> None:
    before = await portal.person(replace(portal.rival.viewer, user_id=uuid4()))
    log_in.return_value = logged_in(replace(portal.secretary.viewer, user_id=uuid4()))
    await entered(portal, before)
    assert not await is_in(before), "a token that somebody else put there, or copied, is worth nothing any more"


async def test_acc_07_whoever_holds_a_lapsed_session_writes_nothing(portal: RunningPortal) -> None:
    path = "/compte/adresse"
    answer = await portal.secretary.post_lapsed(path, {"adresse": "9 rue Neuve", "ville": "<b>Agde"})
    assert answer.status_code == 401 and answer.headers["Cache-Control"] == "no-store"
    assert 'name="saisie.ville" value="&lt;b&gt;Agde"' in answer.text
    assert await portal.kept(path) == 0
