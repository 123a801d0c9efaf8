"""A session that ends: nothing typed is lost, nothing is sent unseen, and only what somebody does keeps it open (ACC-5, ACC-7)."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.identity_http import Account
from contracts.message import Command, Message
from contracts.month import Month, months_between
from contracts.refusals.common import Discarded
from gateway.web.identity_client import IdentityClient
from gateway.web.session import COOKIE
from tests.gateway.browser import faults_of
from tests.gateway.html import regions_of, text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import BTS, OVER, TO_OPEN, Told, award, region_in_march
from tests.gateway.running_portal import Person, RunningPortal, account_of

pytestmark = pytest.mark.asyncio(loop_scope="session")
INVOICE = f"/actions/{BTS}/facturation/verification?choix=monthly:2008-01"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


@asynccontextmanager
async def colleague(portal: RunningPortal) -> AsyncIterator[Person]:
    """Somebody of the same organisation, with a session of their own."""
    person = await portal.person(portal.secretary.viewer)
    yield person
    await person.client.aclose()


def refuse(_key: str, _command: Command) -> Iterable[Message]:
    raise Discarded


def sent(page: httpx.Response) -> dict[str, str | list[str]]:
    """What the page's confirm button would send."""
    return {name: value_of(page, name) for name in ("choix", "montant")}


async def back_from_log_in(portal: RunningPortal, lapsed: httpx.Response) -> httpx.Response:
    """The page to which the login page leads back."""
    assert lapsed.status_code == 401
    return await portal.secretary.get((await portal.secretary.log_in(lapsed)).headers["Location"])


async def closed(portal: RunningPortal, number: str) -> Told:
    """An action whose balance can be confirmed."""
    action = await award(portal, number, terms("ACTION " + number, date(2007, 9, 3), date(2007, 11, 30)))
    await action.open(2)
    await action.leave(surveyed=2)
    for month in months_between(Month("2007-09"), Month("2007-11")):
        await action.confirm(month)
    await action.close()
    await action.report(received=True)
    await action.say(action.offered(balance=Decimal("1989.00")))
    return action


async def test_an_invoice_that_was_confirmed_too_late_is_shown_again_and_was_not_sent(portal: RunningPortal, told: dict[str, Told]) -> None:
    async with colleague(portal) as person:
        preview = await person.get(INVOICE)
        await person.lapse()
        lapsed = await person.post(INVOICE, sent(preview))
    assert "votre saisie n’est pas enregistrée" in text_of(lapsed)
    page = await back_from_log_in(portal, lapsed)
    assert page.status_code == 200
    assert "Votre session avait expiré Rien n’a été envoyé à la Région." in text_of(page) and "Confirmer la facture de" in text_of(page)
    assert "Votre session avait expiré" not in text_of(await portal.secretary.get(INVOICE))
    assert not await portal.db.fetchval("SELECT count(*) FROM commands")


async def test_a_balance_that_was_confirmed_too_late_is_shown_again_and_was_not_sent(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await closed(portal, "2007SES0001")
    path = f"/actions/{action.number}/solde"
    async with colleague(portal) as person:
        balance = await person.get(path)
        await person.lapse()
        page = await back_from_log_in(portal, await person.post(path, sent(balance)))
    assert page.url.path == path and "Le solde n’a pas été envoyé à la Région." in text_of(page)


async def test_a_refused_invoice_or_balance_goes_on_living_on_its_page(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await closed(portal, "2007SES0002")
    for path, title in ((INVOICE, "La facture n’est pas confirmée"), (f"/actions/{action.number}/solde", "Le solde n’est pas confirmé")):
        page = await portal.secretary.get(path)
        async with portal.answering(refuse):
            refused = await portal.secretary.post(path, sent(page))
        assert refused.status_code == 422 and title in text_of(refused)
        lives = regions_of(refused)
        assert lives.keys() > {"entete"}
        for region, address in lives.items():
            live = await portal.secretary.region(address, region)
            assert live.status_code == 200 and f'id="{region}"' in live.text


async def test_what_is_typed_after_the_session_had_expired_stays_on_its_page_and_is_written_nowhere(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    path = f"/actions/{OVER}/bilan"
    async with colleague(portal) as person:
        page = await person.open(chromium, path)
        await person.lapse()
        await page.fill("#texte", "Un groupe assidu.")
        await page.wait_for_selector("#session-finie", state="visible")
        assert await page.input_value("#texte") == "Un groupe assidu." and "Identification" not in await page.inner_text("body")
        assert await portal.kept(path) == 0
        await page.context.close()


async def test_a_row_of_hours_that_is_left_after_the_session_had_expired_is_found_again_once_the_page_is_sent(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    path, row = f"/actions/{BTS}/declarations/2008-02", f"s{told[BTS].trainees[7].hex}"
    async with colleague(portal) as person:
        page = await person.open(chromium, path)
        await person.lapse()
        await page.fill(f"#{row}-centre-attended", "33")
        await page.focus("#saisie .btn-primary")
        await page.wait_for_selector("#session-finie", state="visible")
        await page.press("#saisie .btn-primary", "Enter")
        await page.wait_for_selector("text=votre saisie n’est pas enregistrée")
        await portal.secretary.log_in(await page.content())
        await page.context.close()
    assert re.search(rf'name="{row}.centre.attended"[^>]* value="33', (await portal.secretary.get(path)).text)


async def test_a_page_whose_session_has_expired_says_so_and_keeps_what_is_typed(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    async with colleague(portal) as person:
        page = await person.open(chromium, f"/actions/{TO_OPEN}/stagiaires/nouveau")
        await page.fill("[name=nom]", "BERTRAND")
        await person.lapse()
        await told[BTS].say(told[BTS].offered())
        await page.wait_for_selector("#session-finie", state="visible")
        assert await page.input_value("[name=nom]") == "BERTRAND" and "Identification" not in await page.inner_text("body")
        assert await faults_of(page) == []
        await page.context.close()


async def test_an_unattended_page_does_not_stay_logged_in_because_others_act(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    async def idle_minutes(person: Person) -> int:
        query = "SELECT extract(epoch FROM now() - seen_at)::int / 60 FROM sessions WHERE token_hash = sha256($1::text::bytea)"
        return int(await portal.db.fetchval(query, person.token))

    async with colleague(portal) as person:
        page = await person.open(chromium, f"/actions/{BTS}/facturation")
        await person.idle("20 minutes")
        seen: list[int] = []
        page.on("response", lambda answer: seen.append(answer.status) if answer.url.endswith("/facturation") else None)
        while not seen:  # the live connection may not be there yet
            await told[BTS].say(told[BTS].offered())
            await page.wait_for_timeout(500)
        assert set(seen) == {200}
        assert await idle_minutes(person) == 20
        await page.reload()
        assert await idle_minutes(person) == 0
        await page.context.close()


# How a session ends


async def is_in(person: Person) -> bool:
    """Whether their session stands: a page is shown, not the login page."""
    return (await person.get("/compte")).url.path == "/compte"


async def test_acc_05_logging_out_ends_the_session_for_good_and_no_other(portal: RunningPortal) -> None:
    async with colleague(portal) as person, colleague(portal) as other:
        left = await person.client.post("/deconnexion", follow_redirects=False)
        assert left.headers["Location"] == "/connexion?deconnecte=1" and f'{COOKIE}=""; ' in left.headers["Set-Cookie"]
        assert not await is_in(person), "a copied cookie opens nothing"
        assert await is_in(other)


@pytest.mark.parametrize(("ago", "stands"), [("11 hours 59 minutes", True), ("12 hours", False)])
async def test_acc_07_a_session_lasts_12_hours_at_most_however_busy_it_is(portal: RunningPortal, ago: str, stands: bool) -> None:
    async with colleague(portal) as person:
        assert await is_in(person)
        await portal.db.execute(
            "UPDATE sessions SET started_at = now() - $2::text::interval WHERE token_hash = sha256($1::text::bytea)", person.token, ago
        )
        assert await is_in(person) is stands


@pytest.mark.parametrize(("idle", "stands"), [("29 minutes", True), ("30 minutes", False)])
async def test_acc_07_a_session_lasts_30_minutes_without_a_page(portal: RunningPortal, idle: str, stands: bool) -> None:
    async with colleague(portal) as person:
        await person.idle(idle)
        assert await is_in(person) is stands


@pytest.mark.parametrize(
    "typed",
    [
        {
            "identifiant": "scenes",
            "actuel": "le mot de passe actuel",
            "nouveau": "un autre mot de passe",
            "confirmation": "un autre mot de passe",
        },
        {"identifiant": "scenes-2", "actuel": "le mot de passe actuel"},
    ],
)
async def test_acc_07_a_changed_password_or_login_ends_the_other_sessions(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch, typed: dict[str, str]
) -> None:
    async def changed(_client: IdentityClient, *_typed: object, **_more: str | None) -> Account:
        return account_of(replace(viewer, login=typed["identifiant"], access=2))

    monkeypatch.setattr(IdentityClient, "choose_password", changed)
    monkeypatch.setattr(IdentityClient, "choose_login", changed)
    viewer = replace(portal.secretary.viewer, user_id=uuid4())
    who, elsewhere, another = await portal.person(viewer), await portal.person(viewer), await portal.person(portal.rival.viewer)
    done = await who.client.post("/compte/acces", data=typed, follow_redirects=False)
    goes_on = Person(portal, viewer, done.cookies[COOKIE])
    page = await goes_on.get(done.headers["Location"])
    assert "Vos accès sont modifiés" in text_of(page) and value_of(page, "identifiant") == typed["identifiant"]
    assert not await is_in(who), "a token never outlives a change of password"
    assert not await is_in(elsewhere) and await is_in(another) and await is_in(goes_on)
    for person in (who, elsewhere, another, goes_on):
        await person.client.aclose()
