"""Personal links: what a stranger could send, what a former trainee sees, and what their organisation reads (SURV-1, SURV-2)."""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.message import Command, Message
from contracts.personal import record_id
from contracts.refusals.surveys import LinkOver, SurveyNotDue
from contracts.surveys import (
    AnswerByLink,
    ExitSurveyRecorded,
    LaterSurveyRecorded,
    OfferSurveyLinks,
    SurveyLink,
    SurveyLinkEnded,
    SurveyLinkOffered,
)
from gateway.mails.invitation import digest, new_token
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import all_of, text_of, value_of, words
from tests.gateway.printed import said, shows
from tests.gateway.region_in_march import CLOSED, OVER, Told
from tests.gateway.running_portal import OURS, RunningPortal
from tests.gateway.verapdf import judged

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIX_MONTHS, EXIT = SurveyKind.SIX_MONTHS, SurveyKind.EXIT
PATH = f"/actions/{CLOSED}/enquetes"
LAST_DAY = date(2008, 4, 30)
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
"""Milliseconds, and bytes a second: a telephone in a valley."""
LIGHT = 175_000
"""Bytes of the page, of all that it shows, and of the answer: some three seconds there."""
JOB = {"emploi": "oui", "secteur": "non", "contrat": "temporary_agency"}


@pytest_asyncio.fixture
async def stranger(portal: RunningPortal) -> AsyncIterator[httpx.AsyncClient]:
    """A phone: nobody is logged in."""
    async with httpx.AsyncClient(base_url=portal.address, headers=OURS, follow_redirects=True) as client:
        yield client


async def offered(told: Told, trainee: UUID, *, which: SurveyKind = SIX_MONTHS, last_day: date = LAST_DAY) -> str:
    """The token of a link that the service has taken."""
    token = new_token()
    link = SurveyLink(trainee_id=trainee, sha256=digest(token))
    await told.say(SurveyLinkOffered(survey=which, link=link, last_day=last_day))
    return token


def record(_key: str, command: Command) -> Iterable[Message]:
    """As the service does."""
    assert isinstance(command, AnswerByLink)
    said = {"trainee_id": command.link.trainee_id, "situation": command.situation, "contract": command.contract}
    if command.survey is EXIT:
        yield ExitSurveyRecorded(**said, version=3, by_link=True)
    else:
        yield LaterSurveyRecorded(**said, survey=command.survey, version=3, by_link=True)


async def test_surv_01_the_page_shows_the_actions_title_and_three_questions_and_nothing_else(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[0])
    page = await stranger.get(f"/enquete/{token}")
    assert page.status_code == 200 and len(all_of(page, "fieldset")) == 3
    assert text_of(page).startswith("Votre situation – Sésame COSTUMIER(ERE) Quelle est votre situation six mois après la formation ?")
    for secret in ("CHOMBIER", "Gisèle", "SCENES", CLOSED, str(told[CLOSED].trainees[0]), token):
        assert secret not in page.text
    assert not all_of(page, "header, nav, footer, script") and not all_of(page, "a")


async def test_surv_01_no_search_engine_finds_it_no_cache_keeps_it_and_no_page_hears_of_it(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[0])
    for path in (f"/enquete/{token}", f"/enquete/{token}?merci=1", "/enquete/rien"):
        headers = (await stranger.get(path)).headers
        assert headers["X-Robots-Tag"] == "noindex, nofollow" and headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer" and "Set-Cookie" not in headers


async def test_surv_02_an_answer_is_asked_for_by_the_link_and_by_nobody(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    trainee = told[CLOSED].trainees[0]
    token = await offered(told[CLOSED], trainee)
    async with portal.answering(record) as came:
        page = await stranger.post(f"/enquete/{token}", data=JOB)
    assert "Merci Votre réponse est reçue" in text_of(page) and "jusqu’au 30 avril 2008" in text_of(page)
    link = SurveyLink(trainee_id=trainee, sha256=digest(token))
    situation, kind = Situation.EMPLOYED_ELSEWHERE, EmploymentContract.TEMPORARY_AGENCY
    assert came == [AnswerByLink(survey=SIX_MONTHS, link=link, situation=situation, contract=kind)]
    row = await portal.db.fetchrow(
        "SELECT user_id, siret, path FROM commands WHERE type = $1 ORDER BY sent_at DESC LIMIT 1", AnswerByLink.TYPE
    )
    assert row["user_id"] not in {portal.secretary.viewer.user_id, portal.agent.viewer.user_id}
    assert (row["siret"], row["path"]) == ("link", "/enquete/")
    again = await stranger.get(f"/enquete/{token}")
    assert "Vous avez déjà répondu" in text_of(again) and "checked" not in again.text, "who finds the letter reads no answer"


async def test_surv_02_the_organisation_sees_who_answered_reads_it_and_does_not_change_it(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    trainee = told[CLOSED].trainees[1]
    token = await offered(told[CLOSED], trainee)
    async with portal.answering(record):
        await stranger.post(f"/enquete/{token}", data={"emploi": "non"})
    row = next(words(row) for row in all_of(await portal.secretary.get(PATH), "#fiches tbody tr") if str(trainee) in row.html)
    assert "Répondue par le stagiaire Autre situation Consulter l’enquête à six mois" in row
    page = await portal.secretary.get(f"{PATH}/six-mois/{trainee}")
    assert "a répondu par son lien personnel" in text_of(page) and not all_of(page, "main form")
    history = text_of(await portal.secretary.get(f"/actions/{CLOSED}/historique?qui=stagiaires"))
    assert "enquête à six mois remplie" in history and "Le stagiaire, par son lien" in history


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, ["Dites si vous avez un emploi."]),
        ({"emploi": "oui"}, ["Dites si cet emploi est dans le métier de la formation.", "Choisissez le contrat de travail."]),
        ({"emploi": "oui", "secteur": "oui", "contrat": "x"}, ["Choisissez le contrat de travail."]),
    ],
)
async def test_surv_02_what_lacks_is_said_and_what_was_chosen_is_kept(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient, typed: dict[str, str], wrong: list[str]
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[2])
    page = await stranger.post(f"/enquete/{token}", data=typed)
    assert page.status_code == 422 and all(sentence in text_of(page) for sentence in wrong)
    assert [field.attributes["value"] for field in all_of(page, "input[checked]")] == [value for value in typed.values() if value != "x"]


async def test_surv_01_whoever_has_no_link_that_works_reads_one_and_the_same_page(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    action, (first, second, third, _) = told[CLOSED], told[CLOSED].trainees
    over = await offered(action, first, last_day=date(2008, 3, 5))
    replaced = await offered(action, second)
    await offered(action, second)
    ended = await offered(action, third)
    await action.say(SurveyLinkEnded(trainee_id=third, survey=SIX_MONTHS))
    tokens = [over, replaced, ended, new_token(), "x", digest(replaced), "%00", "a/b", "é" * 40]
    pages = [await stranger.get(f"/enquete/{token}") for token in tokens[:6]]
    answers = [await stranger.post(f"/enquete/{token}", data=JOB) for token in tokens[:6]]
    assert {page.status_code for page in (*pages, *answers)} == {404}
    assert len({page.text for page in (*pages, *answers)}) == 1
    assert {(await stranger.get(f"/enquete/{token}")).status_code for token in tokens[6:]} == {404}


async def test_surv_01_a_link_that_works_until_today_works_today(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[3], last_day=date(2008, 3, 6))
    assert (await stranger.get(f"/enquete/{token}")).status_code == 200


async def test_surv_01_a_link_that_the_service_refuses_is_over(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise LinkOver

    token = await offered(told[CLOSED], told[CLOSED].trainees[3])
    async with portal.answering(refuse):
        page = await stranger.post(f"/enquete/{token}", data=JOB)
    assert page.status_code == 404 and "Ce lien ne permet pas de répondre" in text_of(page)


async def test_prv_1_a_link_ends_with_its_trainees_record(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    trainee = told[OVER].trainees[0]
    token = await offered(told[OVER], trainee, which=EXIT)
    assert (await stranger.get(f"/enquete/{token}")).status_code == 200
    await portal.erase(record_id(OVER, trainee))
    assert (await stranger.get(f"/enquete/{token}")).status_code == 404


async def test_a_browser_that_says_nothing_of_where_a_form_comes_from_is_heard_here_alone(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[3])
    async with httpx.AsyncClient(base_url=portal.address, headers={"Origin": "null"}) as old:
        assert (await old.post(f"/enquete/{token}", data={})).status_code == 422
        assert (await old.post("/connexion", data={})).status_code == 403


def take(_key: str, command: Command) -> Iterable[Message]:
    """The service takes links."""
    assert isinstance(command, OfferSurveyLinks)
    for link in command.links:
        yield SurveyLinkOffered(survey=command.survey, link=link, last_day=date(2008, 5, 5))


def addresses(pdf: bytes) -> list[str]:
    """Those that letters print, which break anywhere."""
    return re.findall(r"/enquete/([\w-]{43})", said(pdf).replace(" ", ""))


async def test_surv_01_letters_carry_the_only_copy_of_each_link(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient, tmp_path: Path
) -> None:
    page = await portal.secretary.get(f"/actions/{OVER}/enquetes")
    assert "Imprimer 4 lettres, enquête à la sortie" in text_of(page)
    async with portal.answering(take) as came:
        answer = await portal.secretary.post(f"/actions/{OVER}/lettres/sortie", {})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="lettres-sortie-{OVER}.pdf"'
    assert judged({"letters.pdf": answer.content}, tmp_path) == {"letters.pdf": []}
    (command,) = came
    assert isinstance(command, OfferSurveyLinks)
    tokens = addresses(answer.content)
    assert [digest(token) for token in tokens] == [link.sha256 for link in command.links] and len(tokens) == 4
    shows(
        answer.content, "Lettres aux stagiaires, enquête à la sortie", "2 rue Victor-Hugo", "Il vaut jusqu’au 5 mai 2008", "RÉGISSEURS SON"
    )
    for token in tokens:
        assert (await stranger.get(f"/enquete/{token}")).status_code == 200
        everywhere = "SELECT count(*) FROM own.commands, own.outbox WHERE commands::text LIKE $1 OR outbox::text LIKE $1"
        assert await portal.db.fetchval(everywhere, f"%{token}%") == 0
    page = await portal.secretary.get(f"/actions/{OVER}/enquetes")
    assert text_of(page).count("lien valable jusqu’au 05/05/2008") == 4


async def test_surv_01_a_letter_for_one_trainee_is_theirs_alone(portal: RunningPortal, told: dict[str, Told]) -> None:
    trainee = told[OVER].trainees[4]
    form = await portal.secretary.get(f"/actions/{OVER}/enquetes/sortie/{trainee}")
    async with portal.answering(take) as came:
        answer = await portal.secretary.post(f"/actions/{OVER}/lettres/sortie", {"stagiaire": value_of(form, "stagiaire")})
    (command,) = came
    assert isinstance(command, OfferSurveyLinks) and [link.trainee_id for link in command.links] == [trainee]
    assert len(addresses(answer.content)) == 1


@pytest.mark.parametrize("which", ["un-an", "six-mois", "jamais"])
async def test_surv_01_there_is_no_letter_where_nothing_is_due(portal: RunningPortal, told: dict[str, Told], which: str) -> None:
    page = await portal.secretary.post(f"/actions/{OVER}/lettres/{which}", {})
    assert page.status_code == (404 if which == "jamais" else 422)
    assert which == "jamais" or "Cette enquête n’attend plus de réponse" in text_of(page)


async def test_surv_01_letters_that_are_refused_are_not_printed(portal: RunningPortal, told: dict[str, Told]) -> None:
    def refuse(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, OfferSurveyLinks)
        trainee = str(command.links[0].trainee_id)
        raise SurveyNotDue(item=trainee, trainee=trainee, day=date(2008, 9, 1))

    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{OVER}/lettres/sortie", {})
    assert page.status_code == 422 and "Les lettres ne sont pas imprimées" in text_of(page)


async def test_letters_that_were_asked_for_too_late_are_asked_for_again_on_their_page(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert "Imprimer" in text_of(await portal.secretary.get(f"/actions/{OVER}/lettres/sortie"))
    assert (await portal.secretary.get(f"/actions/{OVER}/lettres/jamais")).status_code == 404


async def test_acc_06_nobody_prints_anothers_letters(portal: RunningPortal, told: dict[str, Told]) -> None:
    for person in (portal.rival, portal.agent):
        assert (await person.post(f"/actions/{OVER}/lettres/sortie", {})).status_code == 404


async def test_surv_03_the_region_reads_results_and_nobody_is_recognised(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.agent.get("/region/enquetes")
    row = next(words(row) for row in all_of(page, "tbody tr"))
    assert row.startswith("SCENES ET FORMATIONS 10 ") and "non détaillé" not in row
    by_action = [words(row) for row in all_of(await portal.agent.get("/region/enquetes?vue=action"), "tbody tr")]
    assert len(by_action) == 2 and all("non détaillé" in row for row in by_action), "four of ten: the other six would tell them"
    six_months = text_of(await portal.agent.get("/region/enquetes?enquete=six-mois&vue=secteur"))
    assert "4 stagiaires interrogés." in six_months and "non détaillé" in six_months
    assert "Aucun stagiaire interrogé" in text_of(await portal.agent.get("/region/enquetes?enquete=un-an"))
    for kind in ("csv", "xlsx"):
        assert (await portal.agent.get(f"/region/enquetes.{kind}?vue=action")).status_code == 200
    assert (await portal.secretary.get("/region/enquetes")).status_code == 404


@pytest.mark.timeout(300)
async def test_the_page_reads_on_a_small_phone_and_for_everybody(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[3])
    page = await (await chromium.new_context(locale="fr-FR")).new_page()
    wrong: dict[str, list[str]] = {}
    for path in (f"/enquete/{token}", f"/enquete/{token}?merci=1", "/enquete/rien"):
        await page.goto(portal.address + path)
        if faults := await faults_at_every_width(page):
            wrong[path.removeprefix(f"/enquete/{token}")] = faults
    await page.context.close()
    agent = await portal.agent.open(chromium, "/region/enquetes?vue=action")
    wrong |= {"results": faults} if (faults := await faults_at_every_width(agent)) else {}
    await agent.context.close()
    assert wrong == {}


async def test_surv_02_a_small_phone_on_a_slow_network_answers_by_a_light_page(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    token = await offered(told[CLOSED], told[CLOSED].trainees[3])
    context = await chromium.new_context(viewport={"width": 320, "height": 560}, locale="fr-FR")
    page, loaded = await context.new_page(), list[int]()
    network = await context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", SLOW)
    async with portal.answering(record):
        await page.goto(f"{portal.address}/enquete/{token}")
        await page.locator("input[name=emploi][value=non]").check()
        await page.get_by_role("button", name="Envoyer").click()
        await page.get_by_role("heading", name="Merci").wait_for()
    assert 0 < sum(loaded) < LIGHT
    await context.close()


async def test_a_client_that_asks_all_the_time_is_slowed_down(
    portal: RunningPortal, told: dict[str, Told], stranger: httpx.AsyncClient
) -> None:
    """The last one here: it spends the minute of this machine's address."""
    statuses = {(await stranger.get("/enquete/rien")).status_code for _ in range(125)}
    assert 429 in statuses
