"""“Vos courriels”, and the link in a mail that stops them (NOT-1), over HTTP and in a real browser."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.mails import links
from gateway.web.per_minute import PerMinute
from gateway.web.session import Viewer
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import text_of
from tests.gateway.region_in_march import users
from tests.gateway.running_portal import OURS, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = "/compte/courriels"
USUAL = {"decisions": "at_once", "letters": "at_once", "windows": "daily", "surveys": "daily", "account": "at_once", "others": "daily"}


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def people(portal: RunningPortal) -> None:
    await users(portal)


async def chosen(portal: RunningPortal, viewer: Viewer) -> dict[str, str]:
    rows = await portal.db.fetch("SELECT family, pace FROM mail_choices WHERE user_id = $1", viewer.user_id)
    return {row["family"]: row["pace"] for row in rows}


async def link(portal: RunningPortal, viewer: Viewer, *families: str) -> str:
    """The address in a mail to them."""
    return links.PATH + links.signed(await portal.db.fetchval("SELECT key FROM mail_key"), viewer.user_id, families)


def stranger(portal: RunningPortal, **headers: str) -> httpx.AsyncClient:
    """Nobody who is logged in; without headers, a mail program and no browser."""
    return httpx.AsyncClient(base_url=portal.address, headers=headers)


async def test_not_1_each_family_has_its_usual_pace_until_somebody_chooses(portal: RunningPortal) -> None:
    page = await portal.secretary.get(PAGE)
    assert "Décisions de la Région et paiements" in text_of(page) and "Factures à décider" not in text_of(page)
    assert "à x@example.fr" in text_of(page)
    assert page.text.count('value="at_once" checked') == 3 and page.text.count('value="daily" checked') == 3
    assert "Factures à décider" in text_of(await portal.agent.get(PAGE))
    assert PAGE in (await portal.secretary.get("/compte")).text


async def test_not_1_a_choice_is_kept_for_the_user_alone(portal: RunningPortal) -> None:
    done = await portal.secretary.post(PAGE, USUAL | {"windows": "never", "decisions": "daily"})
    assert "Votre choix est enregistré" in text_of(done)
    assert await chosen(portal, portal.secretary.viewer) == USUAL | {"windows": "never", "decisions": "daily"}
    assert (await portal.secretary.get(PAGE)).text.count('value="daily" checked') == 3
    assert await chosen(portal, portal.rival.viewer) == {}


@pytest.mark.parametrize("wrong", [{"windows": "sometimes"}, {"windows": ""}, {"windows": ["never", "daily", "x"] * 50}])
async def test_not_1_a_choice_that_is_none_is_refused_beside_its_field_and_keeps_the_others(
    portal: RunningPortal, wrong: dict[str, str | list[str]]
) -> None:
    before = await chosen(portal, portal.rival.viewer)
    page = await portal.rival.post(PAGE, USUAL | {"decisions": "never"} | wrong)
    if page.status_code == 422:
        assert "Choisissez quand ces courriels vous sont envoyés." in text_of(page)
        assert 'value="never" checked' in page.text, "what was chosen is not lost"
        assert await chosen(portal, portal.rival.viewer) == before


async def test_not_1_an_organisation_chooses_nothing_of_the_agents(portal: RunningPortal) -> None:
    await portal.secretary.post(PAGE, USUAL | {"to_decide": "never", "x" * 300: "never"})
    assert (await chosen(portal, portal.secretary.viewer)).keys() == USUAL.keys()


async def test_not_1_a_mail_program_stops_mails_with_one_click_and_says_nothing_of_itself(portal: RunningPortal) -> None:
    viewer = portal.agent.viewer
    address = await link(portal, viewer, "requests", "reports")
    async with stranger(portal) as program:
        done = await program.post(address, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert await chosen(portal, viewer) == {"requests": "never", "reports": "never"}


async def test_not_1_whoever_only_looks_at_the_link_stops_nothing_and_learns_nothing_else(portal: RunningPortal) -> None:
    viewer = portal.agent.viewer
    await portal.db.execute("DELETE FROM mail_choices WHERE user_id = $1", viewer.user_id)
    address = await link(portal, viewer, "requests")
    async with stranger(portal, **OURS) as browser:
        page = await browser.get(address)
        assert "Demandes de modification" in text_of(page) and page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert await chosen(portal, viewer) == {}
        for known in (viewer.name, "x@example.fr", viewer.login, str(viewer.user_id), "Bilans"):
            assert known not in page.text.replace("/bilans", "")
        done = await browser.post(address)
    assert "Ces courriels sont arrêtés" in text_of(done) and await chosen(portal, viewer) == {"requests": "never"}


@pytest.mark.parametrize("token", ["x", "é", "A" * 80, "..", "%00", "x" * 300, "a/b"])
async def test_not_1_a_link_that_is_not_ours_stops_nothing(portal: RunningPortal, token: str) -> None:
    async with stranger(portal) as program:
        for method in ("GET", "POST"):
            assert (await program.request(method, links.PATH + token)).status_code in (400, 404, 405)


async def test_not_1_a_signed_link_of_another_s_with_one_letter_changed_stops_nothing(portal: RunningPortal) -> None:
    address = await link(portal, portal.rival.viewer, "windows")
    before = await chosen(portal, portal.rival.viewer)
    async with stranger(portal) as program:
        for place in range(len(links.PATH), len(address) - 1, 7):
            other = "A" if address[place] != "A" else "B"
            assert (await program.post(address[:place] + other + address[place + 1 :])).status_code == 404
    assert await chosen(portal, portal.rival.viewer) == before


async def test_not_1_a_family_that_is_no_more_stops_nothing(portal: RunningPortal) -> None:
    async with stranger(portal) as program:
        assert (await program.post(await link(portal, portal.rival.viewer, "gone"))).status_code == 200
    assert "gone" not in await chosen(portal, portal.rival.viewer)


async def test_not_1_whoever_tries_links_is_let_wait(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PerMinute, "count", lambda *_: 1000)
    address = await link(portal, portal.rival.viewer, "windows")
    async with stranger(portal) as program:
        assert (await program.get(address)).status_code == (await program.post(address)).status_code == 429


async def test_acc_7_no_other_form_is_taken_without_a_word_of_where_it_comes_from(portal: RunningPortal) -> None:
    async with stranger(portal) as program:
        program.cookies.set("__Host-sesame", portal.secretary.token, domain="localhost.local")
        for path in (PAGE, f"{PAGE}/reessayer"):
            assert (await program.post(path, data=USUAL)).status_code == 403


async def refuse(portal: RunningPortal, viewer: Viewer, address: str) -> None:
    await portal.db.execute(
        """
        INSERT INTO mail_refusals (user_id, address, code, retry_at)
        VALUES ($1, sha256(convert_to($2, 'UTF8')), 550, now() + interval '6 hours')
        ON CONFLICT (user_id) DO UPDATE SET address = excluded.address, retry_at = excluded.retry_at
        """,
        viewer.user_id,
        address,
    )


async def test_not_1_whose_mailbox_refuses_mails_reads_so_and_can_ask_for_another_try(portal: RunningPortal) -> None:
    await refuse(portal, portal.secretary.viewer, "x@example.fr")
    for path in (PAGE, "/compte"):
        assert "Votre messagerie refuse nos courriels" in text_of(await portal.secretary.get(path)), path
    assert "Votre messagerie refuse" not in text_of(await portal.rival.get(PAGE))
    done = await portal.secretary.post(f"{PAGE}/reessayer", {})
    assert "Un nouvel essai est demandé" in text_of(done) and "réessayer" not in text_of(done)
    assert await portal.db.fetchval("SELECT retry_at <= now() FROM mail_refusals WHERE user_id = $1", portal.secretary.viewer.user_id)
    await refuse(portal, portal.secretary.viewer, "an.earlier@address.example")
    assert "Votre messagerie refuse" not in text_of(await portal.secretary.get(PAGE)), "another address is not refused"


async def test_not_1_an_agent_sees_that_an_organisation_gets_no_mails(portal: RunningPortal) -> None:
    await refuse(portal, portal.secretary.viewer, "x@example.fr")
    page = text_of(await portal.agent.get(f"/region/comptes/{portal.secretary.viewer.siret}"))
    assert "Une messagerie refuse nos courriels depuis le" in page
    await portal.db.execute("DELETE FROM mail_refusals")
    assert "refuse nos courriels" not in text_of(await portal.agent.get(f"/region/comptes/{portal.secretary.viewer.siret}"))


@pytest.mark.timeout(300)
async def test_these_pages_are_accessible_at_every_width(portal: RunningPortal, chromium: Any) -> None:
    await refuse(portal, portal.secretary.viewer, "x@example.fr")
    address = await link(portal, portal.secretary.viewer, *USUAL)
    page = await portal.secretary.open(chromium, PAGE)
    for path in (PAGE, f"{PAGE}?fait=choix", "/compte", address):
        await page.goto(portal.address + path)
        assert await faults_at_every_width(page) == [], path
    await page.get_by_role("button", name="Arrêter ces courriels").click()
    await page.get_by_role("heading", name="Ces courriels sont arrêtés").wait_for()
    assert await faults_at_every_width(page) == []
    await page.goto(portal.address + PAGE)
    assert await page.get_by_role("radio", name="Jamais").first.is_checked()
    await page.context.close()
