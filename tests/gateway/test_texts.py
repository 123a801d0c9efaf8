"""The texts that the Region's agents write and anybody reads (ACC-8, HOME-3)."""

from collections.abc import AsyncIterator, Callable, Iterable

import httpx
import pytest
import pytest_asyncio

from contracts.codes import PublicText
from contracts.identity import PublishText, TextPublished, text_key
from contracts.message import Command, Message
from contracts.refusals.common import ChangedMeanwhile
from tests.gateway.html import all_of, links_of, one_of, text_of
from tests.gateway.region_in_march import BTS, RIVAL, Told
from tests.gateway.running_portal import OURS, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE, KEY = "/region/textes/contact", text_key(PublicText.CONTACT)
PUBLIC = {"/contact": "Contactez-nous", "/mentions-legales": "Mentions légales", "/conditions": "Conditions d’utilisation"}


@pytest_asyncio.fixture
async def stranger(portal: RunningPortal, told: dict[str, Told]) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not logged in; nothing is published."""
    await portal.db.execute("DELETE FROM texts")
    await portal.db.execute("DELETE FROM drafts")
    async with httpx.AsyncClient(base_url=portal.address, headers=OURS) as client:
        yield client


def deciding(portal: RunningPortal, latest: int = 0) -> Callable[[str, Command], Iterable[Message]]:
    """Identity, to which so many versions are known."""

    def decide(key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, PublishText) and key == text_key(command.name)
        if command.base_version != latest:
            raise ChangedMeanwhile
        return [TextPublished(name=command.name, version=latest + 1, markdown=command.markdown)]

    return decide


async def published(portal: RunningPortal, markdown: str, version: int = 1, name: PublicText = PublicText.CONTACT) -> None:
    await portal.happen(text_key(name), TextPublished(name=name, version=version, markdown=markdown), actor=portal.agent.actor)


@pytest.mark.parametrize(("path", "title"), PUBLIC.items())
async def test_acc_8_anybody_reads_the_texts_before_an_agent_has_written_any(
    portal: RunningPortal, stranger: httpx.AsyncClient, path: str, title: str
) -> None:
    answer = await stranger.get(path)
    assert answer.status_code == 200 and "Texte initial, que la Région n’a pas encore modifié" in text_of(answer)
    assert one_of(answer, "h1").text() == title and all_of(answer, ".written h2")
    for person in (portal.secretary, portal.agent):
        assert one_of(await person.get(path), "h1").text() == title


async def test_acc_8_every_page_leads_to_the_texts_and_the_login_page_to_whom_to_write(
    portal: RunningPortal, stranger: httpx.AsyncClient
) -> None:
    pages = [await stranger.get("/connexion"), await stranger.get("/nulle-part"), await portal.secretary.get(f"/actions/{BTS}")]
    for page in [*pages, await portal.agent.get("/region/factures")]:
        assert links_of(page) >= PUBLIC.keys()
    assert one_of(pages[0], "main a[href='/contact']").text() == "Contactez-nous"
    assert "/region/textes" in links_of(await portal.agent.get("/region/factures"))
    assert "/region/textes" not in links_of(pages[2])


async def test_acc_8_what_an_agent_publishes_is_read_by_everybody_and_says_which_version_it_is(
    portal: RunningPortal, stranger: httpx.AsyncClient
) -> None:
    async with portal.answering(deciding(portal)) as came:
        done = await portal.agent.post(PAGE, {"faire": "publier", "texte": "# Standard\r\n\r\nAppelez le **04**.", "version": "0"})
    assert came == [PublishText(name=PublicText.CONTACT, markdown="# Standard\n\nAppelez le **04**.", base_version=0)]
    assert "Le texte est publié" in text_of(done) and "par Claire BONNET" in text_of(done)
    read = await stranger.get("/contact")
    assert one_of(read, ".written h2").text() == "Standard" and one_of(read, ".written strong").text() == "04"
    assert "Version 1, publiée le 6 mars 2008" in text_of(read) and "BONNET" not in read.text
    listed = text_of(await portal.agent.get("/region/textes"))
    assert "Contactez-nous Version 1, publiée le 6 mars 2008" in listed and "Mentions légales Texte initial" in listed


async def test_acc_8_a_preview_shows_how_a_text_would_read_and_publishes_nothing(
    portal: RunningPortal, stranger: httpx.AsyncClient
) -> None:
    typed = {"faire": "apercevoir", "texte": "Le *standard* <script>alert(1)</script>", "version": "0"}
    async with portal.answering(deciding(portal)) as came:
        page = await portal.agent.post(PAGE, typed)
    assert page.status_code == 200 and came == []
    assert one_of(page, ".written em").text() == "standard" and not all_of(page, ".written script")
    assert one_of(page, "textarea").text() == typed["texte"]
    assert "standard" not in text_of(await stranger.get("/contact")).lower()


async def test_acc_8_a_text_that_somebody_else_changed_meanwhile_is_not_published_over_theirs(
    portal: RunningPortal, stranger: httpx.AsyncClient
) -> None:
    await published(portal, "Le leur")
    async with portal.answering(deciding(portal, latest=1)) as came:
        refused = await portal.agent.post(PAGE, {"faire": "publier", "texte": "Le mien", "version": "0"})
        assert refused.status_code == 422
        assert "Ce texte a changé pendant votre saisie" in text_of(refused)
        assert one_of(refused, ".notice .written").text().strip() == "Le leur"
        assert one_of(refused, "textarea").text() == "Le mien"
        version = one_of(refused, "[name=version]").attributes["value"]
        done = await portal.agent.post(PAGE, {"faire": "publier", "texte": "Les deux", "version": version or ""})
    assert len(came) == 2 and "Le texte est publié" in text_of(done)
    assert "Les deux" in text_of(await stranger.get("/contact"))


@pytest.mark.parametrize(
    ("typed", "says"), [("  \r\n ", "Le texte est vide, et tout le monde le lit"), ("x" * 100_000, "Ce texte a 100 000 caractères")]
)
async def test_acc_8_a_text_that_is_empty_or_too_long_comes_back_as_it_was_typed(
    portal: RunningPortal, stranger: httpx.AsyncClient, typed: str, says: str
) -> None:
    async with portal.answering(deciding(portal)) as came:
        for button in ("publier", "apercevoir"):
            refused = await portal.agent.post(PAGE, {"faire": button, "texte": typed, "version": "0"})
            assert refused.status_code == 422 and says in text_of(refused)
            assert one_of(refused, "textarea").text().strip() == typed.strip()
    assert came == []


async def test_acc_7_what_was_written_while_the_session_lapsed_is_kept(portal: RunningPortal, stranger: httpx.AsyncClient) -> None:
    login = await portal.agent.post_lapsed(PAGE, {"faire": "publier", "texte": "Long travail", "version": "0"})
    await portal.agent.log_in(login)
    page = await portal.agent.get(PAGE)
    assert "Votre session avait expiré" in text_of(page) and one_of(page, "textarea").text() == "Long travail"


async def test_acc_8_every_version_can_be_read_and_taken_up_again(portal: RunningPortal, stranger: httpx.AsyncClient) -> None:
    await published(portal, "Premier texte")
    await published(portal, "Second texte", 2)
    assert {f"{PAGE}/versions/{number}" for number in (0, 1, 2)} <= links_of(await portal.agent.get(PAGE))
    first = await portal.agent.get(f"{PAGE}/versions/1")
    assert "Premier texte" in text_of(first) and "La version publiée est la 2" in text_of(first)
    taken = await portal.agent.get(f"{PAGE}?reprendre=1")
    assert one_of(taken, "textarea").text() == "Premier texte" and one_of(taken, "[name=version]").attributes["value"] == "2"
    assert "Au sujet d’une action" in one_of(await portal.agent.get(f"{PAGE}?reprendre=0"), "textarea").text()
    for nowhere in ("/versions/3", "/versions/x", "/versions/-1", "?reprendre=9", "?reprendre=x"):
        assert (await portal.agent.get(PAGE + nowhere)).status_code == 404
    assert (await portal.agent.get("/region/textes/autre")).status_code == 404


async def test_acc_6_an_organisation_writes_no_text_and_does_not_see_where(portal: RunningPortal, stranger: httpx.AsyncClient) -> None:
    for path in ("/region/textes", PAGE, f"{PAGE}/versions/0"):
        assert (await portal.secretary.get(path)).status_code == 404
    async with portal.answering(deciding(portal)) as came:
        assert (await portal.secretary.post(PAGE, {"faire": "publier", "texte": "x", "version": "0"})).status_code == 404
        assert (await stranger.post(PAGE, data={"faire": "publier", "texte": "x"})).url.path != "/contact"
    assert came == []


async def test_home_3_the_home_page_carries_the_welcome_that_the_region_wrote(portal: RunningPortal, stranger: httpx.AsyncClient) -> None:
    assert "vous souhaite la bienvenue" in text_of(await portal.secretary.get("/"))
    await published(portal, "Bonjour **à tous**", name=PublicText.WELCOME)
    assert one_of(await portal.secretary.get("/"), ".written strong").text() == "à tous"


async def test_acc_8_whom_to_call_about_each_of_its_actions_is_said_to_an_organisation_alone(
    portal: RunningPortal, stranger: httpx.AsyncClient, told: dict[str, Told]
) -> None:
    contact = await portal.db.fetchval("SELECT body ->> 'telephone' FROM people WHERE kind = 'agent' LIMIT 1")
    page = text_of(await portal.secretary.get("/contact"))
    assert BTS in page and RIVAL not in page and contact in page
    assert contact in text_of(await portal.secretary.get(f"/actions/{BTS}"))
    for answer in (await stranger.get("/contact"), await portal.agent.get("/contact")):
        assert BTS not in text_of(answer) and contact not in text_of(answer)


async def test_a_text_that_comes_under_another_key_is_parked(portal: RunningPortal, stranger: httpx.AsyncClient) -> None:
    with pytest.raises(LookupError):
        await portal.happen(BTS, TextPublished(name=PublicText.CONTACT, version=1, markdown="x"))
