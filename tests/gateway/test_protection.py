"""What protects every answer, and from where a form may come (decision 0004)."""

import httpx
import pytest
from pydantic import SecretStr

from gateway.settings import WebSettings
from gateway.web.app import create_app
from gateway.web.security import HEADERS
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")


def refused_methods() -> list[tuple[str, str]]:
    return [("PUT", "/connexion"), ("DELETE", "/"), ("POST", "/static/sesame.css")]


async def test_every_answer_has_its_headers_whatever_made_it(portal: RunningPortal) -> None:
    async with httpx.AsyncClient(base_url=portal.address) as stranger:
        asked = [("GET", "/connexion"), ("GET", "/"), ("GET", "/nulle-part"), ("GET", "/static/sesame.css"), ("GET", "/static/rien")]
        answers = [await stranger.request(method, path) for method, path in [*asked, *refused_methods()]]
        answers.append(await stranger.post("/connexion", data={}))
        answers.append(await portal.secretary.client.get("/region/actions"))
        answers.append(await portal.secretary.client.get("/region/factures/not-an-id", follow_redirects=False))
    assert {answer.status_code for answer in answers} >= {200, 303, 403, 404, 405}
    for answer in answers:
        assert answer.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items(), answer.url
        assert "Strict-Transport-Security" not in answer.headers and "Server" not in answer.headers


async def test_where_people_come_by_https_browsers_are_told_to_come_by_nothing_else(portal: RunningPortal) -> None:
    app = create_app(
        WebSettings(
            database="postgresql://nobody@127.0.0.1:1/none",
            identity_url="http://127.0.0.1:1",
            gateway_key=SecretStr("the-gateway-s-own-key"),
            https=True,
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="https://portal") as client:
        for path in ("/nulle-part", "/static/sesame.css"):
            assert (await client.get(path)).headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://ailleurs.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{own}"}, False),
        ({"Origin": "{own}"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
    ],
)
async def test_a_form_is_taken_from_our_own_pages_and_from_no_other(portal: RunningPortal, headers: dict[str, str], taken: bool) -> None:
    said = {name: value.format(own=portal.address) for name, value in headers.items()}
    async with httpx.AsyncClient(base_url=portal.address, headers=said) as browser:
        answer = await browser.post("/connexion", data={})
    assert answer.status_code == (422 if taken else 403)


async def test_what_is_the_same_for_everybody_is_packed_and_no_page_is(portal: RunningPortal) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers={"Accept-Encoding": "gzip"}) as browser:
        packed = {path: "content-encoding" in (await browser.get(path)).headers for path in ("/static/sesame.css", "/connexion")}
    assert packed == {"/static/sesame.css": True, "/connexion": False}
