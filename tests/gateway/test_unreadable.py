"""What no page of ours sends gets the page that fits, and nothing typed is lost; an account has so many live connections."""

import asyncio
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

from contracts.message import Command, Message
from gateway.web import live
from tests.gateway.html import one_of, text_of
from tests.gateway.region_in_march import BTS, Told
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def accept(_key: str, _command: Command) -> list[Message]:
    return []


async def test_a_text_that_is_too_long_is_shown_whole_with_how_long_it_may_be(portal: RunningPortal, told: dict[str, Told]) -> None:
    answer = await portal.secretary.post(
        "/compte/adresse", {"adresse": "é" * 20_001, "cp": "34000", "ville": "MONTPELLIER", "version": "1"}
    )
    assert answer.status_code == 422
    assert "Ce texte a 20 001 caractères, il en faut 300 au plus. Raccourcissez-le." in text_of(answer)
    assert one_of(answer, 'input[name="adresse"]').attributes["value"] == "é" * 20_001


async def test_an_account_has_so_many_live_connections_and_the_next_account_its_own(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_OPEN", 3)
    streams, lines = [portal.secretary.client.stream("GET", "/evenements") for _ in range(3)], []
    for stream in streams:
        lines.append((await stream.__aenter__()).aiter_lines())
        await anext(lines[-1])
    assert (await portal.secretary.client.get("/evenements")).status_code == 429
    async with portal.rival.client.stream("GET", "/evenements") as other:
        assert other.status_code == 200
    await streams.pop().__aexit__(None, None, None)
    await asyncio.sleep(0.3)
    async with portal.secretary.client.stream("GET", "/evenements") as again:
        assert again.status_code == 200
    for stream in streams:
        await stream.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/static/%00", 404),
        ("/actions/a%00b", 404),
        ("/%00", 404),
        (f"/static/{'a' * 3_000}", 404),
        (f"/static/{'%C3%A9' * 200}", 404),
        ("/region/actions?q=%00", 400),
        ("/notifications?page=%C2%B2", 200),
        (f"/notifications?page={'1' * 5_000}", 200),
        (f"/actions/{BTS}/stagiaires?par=%C2%B2&page=%C2%B2", 200),
        (f"/actions/{BTS}/stagiaires?par={'5' * 5_000}", 200),
        ("/?annee=%C2%B2%C2%B2%C2%B2%C2%B2", 200),
        (f"/actions/{BTS}/declarations/2008-%C2%B2", 404),
        (f"/actions/{BTS}/declarations/2008-99", 404),
        ("/region/actions?annee=%C2%B2%C2%B2%C2%B2%C2%B2", 200),
        ("/notifications?page=%ff%fe", 200),
    ],
)
async def test_an_address_that_no_page_of_ours_has_gets_the_page_that_fits(
    portal: RunningPortal, told: dict[str, Told], path: str, status: int
) -> None:
    who = portal.agent if path.startswith("/region") else portal.secretary
    assert (await who.get(path)).status_code == status


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"adresse=%ff%fe", FORM["Content-Type"], 400),
        (b"adresse=%ed%a0%80", FORM["Content-Type"], 400),
        (b"adresse=\xff", FORM["Content-Type"], 400),
        (b"adresse=a", FORM["Content-Type"] + "; charset=nothing", 415),
        (b"adresse=a", FORM["Content-Type"] + "; charset=utf-16", 415),
        (b"{}", "application/json", 415),
        (urlencode({"adresse": "3\0 rue Foch", "cp": "34000", "ville": "M\0", "version": "²"}).encode(), FORM["Content-Type"], 303),
    ],
)
async def test_a_body_that_no_page_of_ours_sends_gets_the_page_that_fits(
    portal: RunningPortal, told: dict[str, Told], body: bytes, kind: str, status: int
) -> None:
    client = portal.secretary.client
    async with portal.answering(accept):
        answer = await client.post("/compte/adresse", content=body, headers={"Content-Type": kind}, follow_redirects=False)
    assert answer.status_code == status


async def test_a_zero_byte_in_a_form_whose_session_had_lapsed_is_kept_as_the_rest_without_it(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    answer = await portal.secretary.post_lapsed("/compte/adresse", {"adresse": "3\0 rue Foch", "\0": "x"})
    assert answer.status_code == 401
    assert one_of(answer, 'input[name="saisie.adresse"]').attributes["value"] == "3 rue Foch"


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "//", "/%00"])
async def test_htmx_on_a_page_that_cannot_be_read_is_told_to_log_in(portal: RunningPortal, url: str) -> None:
    async with httpx.AsyncClient(base_url=portal.address) as nobody:
        headers = {"HX-Request": "true", "HX-Current-URL": url}
        assert (await nobody.get("/notifications", headers=headers)).status_code == 401


async def test_the_id_of_one_form_sends_no_other(portal: RunningPortal, told: dict[str, Told]) -> None:
    form = uuid4()
    address = {"adresse": "3 rue Foch", "cp": "34000", "ville": "MONTPELLIER", "version": "1"}
    async with portal.answering(accept) as came:
        assert (await portal.secretary.post("/compte/adresse", address, command_id=form)).status_code == 200
        other = await portal.secretary.post(f"/actions/{BTS}/formateurs", {"faire": "confirmer"}, command_id=form)
    assert other.status_code == 400 and len(came) == 1
