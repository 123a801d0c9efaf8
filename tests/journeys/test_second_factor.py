"""The second factor in a real browser, against everything that `make up` starts (ACC-7): a phone, its codes, the day it is lost."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import pyotp
import pytest
import pytest_asyncio

from chassis.ids import uuid7
from contracts.awards import ImportContracts
from sesame_local import timeshift
from sesame_local.demo import portal
from sesame_local.supervise import Installation
from tests import guide
from tests.forks import Forked, is_ready, python_m
from tests.infra import free_port
from tests.journeys import journey_action
from tests.journeys.people import AGENT, AGENTS, Person, World, credentials
from tests.log import eventually
from tests.year.people import somebody

pytestmark = pytest.mark.timeout(600)

EMAIL, OPERATED = "secretariat@cevennes.example", "marie.dupont@region.example"
PASSWORD, MARIES, LUCS = "une châtaigne sous la neige", "trois mouettes en terrasse", "neuf barques au mouillage"
STEP = 30


@dataclass
class Phone:
    """What is in somebody's pocket."""

    secret: str
    world: World

    async def code(self) -> str:
        """The code that it shows. Each is right once: the half-minute since the last one has passed."""
        step = int(time.time()) // STEP
        identity = await asyncpg.connect(Installation(self.world.place).server.postgres.dsn("identity"))
        await identity.execute("UPDATE factors SET last_step = least(last_step, $1)", step - 1)
        await identity.close()
        return pyotp.TOTP(self.secret).generate_otp(step)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def awarded(world: World) -> AsyncIterator[None]:
    """An organisation of its own, which has its first contract."""
    organisation = guide.organisation(siret=guide.OTHER_SIRET, name="CEVENNES-GESTION", email=EMAIL)
    contract = journey_action.contract("2008QCA0990", "CHÂTAIGNERS")
    contract = contract.model_copy(update={"terms": contract.terms.model_copy(update={"organisation": organisation})})
    with timeshift.followed(world.place.time_shift):
        async with portal.opened(world.place) as opened:
            await opened.ask(somebody("agent"), str(uuid7()), ImportContracts(contracts=(contract,)))
    yield


@pytest.fixture(autouse=True)
def accessible(world: World) -> Any:
    """No page of a journey has a fault for axe."""
    yield
    assert {page: faults for page, faults in world.faults.items() if faults} == {}


async def turn_on(person: Person, password: str) -> tuple[Phone, list[str]]:
    """The phone takes the secret in, its first code turns it on; the recovery codes are shown once."""
    assert await person.title() == "Double authentification"
    await person.fill("Mot de passe actuel", "un mot de passe qui n’est pas le bon")
    await person.press("Continuer")
    await person.sees("Rien n’est changé")
    await person.fill("Mot de passe actuel", password)
    await person.press("Continuer")
    phone = Phone("".join((await person.page.locator("#cle").inner_text()).split()), person.world)
    assert await person.page.get_by_role("img", name="QR code").locator("svg").count() == 1
    await person.fill("Code à six chiffres", "000000")
    await person.press("Activer")
    await person.sees("Ce code n’est pas le bon")
    await person.fill("Code à six chiffres", await phone.code())
    await person.press("Activer")
    await person.sees("La double authentification est activée")
    codes = await person.page.locator(".recovery .code").all_inner_texts()
    assert len(set(codes)) == 10
    person.world.secrets |= {phone.secret, *codes}
    await person.press("Je les ai notés")
    return phone, codes


async def log_out(person: Person) -> None:
    """By the icon right of the name (ACC-5)."""
    await person.press("Se déconnecter")


async def operator(world: World, *words: str) -> str:
    """What an operator's command says."""
    environment = {"SESAME_FOLDER": str(world.place.folder), "SESAME_PORT": str(world.place.base_port)}
    code, said = await Forked(python_m, "sesame_local", "run", "identity", *words, environment=environment).ended(60)
    assert code == 0, said
    return said


async def mail_says(world: World, address: str, *words: str) -> None:
    """The latest mail to somebody says this, soon."""
    for _ in range(100):
        letter = " ".join((await world.mail_to(address)).split())
        if all(word in letter for word in words):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(letter)


async def test_acc_7_without_javascript_a_phone_a_remembered_browser_and_sessions_that_are_ended(world: World) -> None:
    person = await world.logged_in(EMAIL, PASSWORD, javascript=False)
    login = world.logins[EMAIL]
    await person.go("/compte")
    await person.press("Double authentification")
    phone, _codes = await turn_on(person, PASSWORD)
    await mail_says(world, EMAIL, "La double authentification est activée sur le compte de CEVENNES-GESTION")

    await log_out(person)
    await person.log_in(login, PASSWORD)
    assert await person.title() == "Un code, après le mot de passe"
    await person.go("/compte")
    assert "/connexion" in person.page.url, "half a log-in opens nothing"
    await person.log_in(login, PASSWORD)
    await person.fill("Code à six chiffres", "12 34 56")
    await person.press("Se connecter")
    await person.sees("Ce code n’est pas le bon")
    await person.fill("Code à six chiffres", await phone.code())
    await person.page.get_by_label("Ne plus demander de code sur cet appareil").check()
    await person.press("Se connecter")
    assert await person.title() != "Un code, après le mot de passe"

    await log_out(person)
    await person.log_in(login, PASSWORD)
    assert await person.title() != "Un code, après le mot de passe", "this browser is remembered"
    elsewhere = await world.person(javascript=False)
    await elsewhere.log_in(login, PASSWORD)
    await elsewhere.fill("Code à six chiffres", await phone.code())
    await elsewhere.press("Se connecter")
    await person.go("/compte/sessions")
    assert await person.page.get_by_text("Celle-ci").count() == 1
    await person.press("Fermer la session de Chrome")
    await person.sees("C’est fermé")
    await elsewhere.go("/compte")
    assert "/connexion" in elsewhere.page.url

    await person.go("/compte/double-authentification")
    await person.press("Oublier Chrome")
    await person.sees("Un code sera demandé de nouveau")
    await person.fill("Mot de passe actuel", PASSWORD)
    await person.fill("Code", await phone.code())
    await person.press("Désactiver")
    await person.sees("La double authentification est désactivée")
    await person.page.context.close()
    await elsewhere.page.context.close()


async def test_acc_7_a_lost_phone_is_helped_by_a_recovery_code_and_then_by_an_agent(world: World) -> None:
    person = await world.logged_in(EMAIL, PASSWORD)
    login = world.logins[EMAIL]
    await person.go("/compte/double-authentification")
    _phone, codes = await turn_on(person, PASSWORD)
    await log_out(person)
    await person.log_in(login, PASSWORD)
    await person.page.get_by_text("Vous n’avez pas votre téléphone").click()
    await person.fill("Code de secours (facultatif)", codes[0].upper())
    await person.press("Se connecter")
    assert await person.title() != "Un code, après le mot de passe"
    await mail_says(world, EMAIL, "Un code de secours vient de servir", "Codes qui restent : 9")
    await person.go("/compte/double-authentification")
    await person.sees("Il vous reste 9 codes de secours")

    agent = await world.logged_in(AGENT, AGENTS)
    await agent.go(f"/region/comptes/{guide.OTHER_SIRET}")
    await agent.press("Double authentification")
    await agent.press("Remettre à zéro")
    await agent.sees("Cochez la case")
    await agent.page.get_by_label("La demande vient bien de CEVENNES-GESTION").check()
    await agent.press("Remettre à zéro")
    await agent.sees("La double authentification est remise à zéro", "Désactivée")
    await mail_says(world, EMAIL, "La Région a remis à zéro la double authentification du compte de CEVENNES-GESTION")
    await agent.go(f"/region/comptes/{guide.OTHER_SIRET}")
    await agent.sees("remise à zéro, sessions fermées", "Code de secours utilisé")

    await person.go("/compte")
    assert "/connexion" in person.page.url, "sessions end"
    await person.log_in(login, PASSWORD)
    assert await person.title() != "Un code, après le mot de passe", "the password is enough until a phone is there again"
    for somebody_ in (person, agent):
        await somebody_.page.context.close()


async def test_acc_7_an_agent_who_has_lost_the_phone_is_helped_by_an_operator(world: World) -> None:
    await operator(world, "agent", "create", "--name", "Marie Dupont", "--email", OPERATED)
    login, temporary = credentials(await world.mail_to(OPERATED))
    marie = await world.person()
    await marie.first_log_in(login, temporary, MARIES)
    await marie.go("/compte/double-authentification")
    await turn_on(marie, MARIES)
    assert f"{login}  depuis le " in await operator(world, "factor", "list")
    said = await operator(world, "factor", "reset", login)
    assert "est remise à zéro, ses sessions sont fermées" in said
    assert f"{login}  non" in await operator(world, "factor", "list")
    await mail_says(world, OPERATED, "L’exploitant de Sésame a remis à zéro la double authentification du compte de Marie Dupont")
    for _ in range(50):
        await marie.go("/compte")
        if "/connexion" in marie.page.url:
            break
        await asyncio.sleep(0.2)
    await marie.log_in(login, MARIES)
    assert await marie.title() != "Un code, après le mot de passe"
    await marie.page.context.close()


@asynccontextmanager
async def where_agents_need_one(world: World) -> AsyncIterator[World]:
    """The same installation through pages of its own, whose identity is told that agents must have one: replicas of both processes."""
    installation, ports = Installation(world.place), [free_port() for _ in range(4)]
    of_identity = {"SESAME_AGENTS_NEED_FACTOR": "true", "SESAME_HTTP_PORT": str(ports[0]), "SESAME_HEALTH_PORT": str(ports[1])}
    of_pages = {
        "SESAME_IDENTITY_URL": f"http://127.0.0.1:{ports[0]}",
        "SESAME_HTTP_PORT": str(ports[2]),
        "SESAME_HEALTH_PORT": str(ports[3]),
    }
    told = installation.environment("identity") | of_identity | {"SESAME_REPLICA": "identity-careful"}
    processes = [
        Forked(python_m, "identity", environment=told),
        Forked(python_m, "gateway", "web", environment=installation.environment("gateway-web") | of_pages),
    ]
    try:
        for port in (ports[1], ports[3]):
            await eventually(lambda port=port: is_ready(port), 60)
        yield replace(world, pages=f"http://localhost:{ports[2]}")
    finally:
        for process in processes:
            await process.stop()


async def test_acc_7_where_agents_must_have_a_second_factor_they_do_nothing_else_before_and_others_are_not_asked(world: World) -> None:
    await operator(world, "agent", "create", "--name", "Luc Fabre", "--email", "luc.fabre@region.example")
    login, temporary = credentials(await world.mail_to("luc.fabre@region.example"))
    first = await world.person()
    await first.first_log_in(login, temporary, LUCS)
    await first.go("/region/factures")
    assert await first.title() != "Double authentification", "it is off by default"
    await first.page.context.close()
    async with where_agents_need_one(world) as careful:
        luc = await careful.person()
        await luc.log_in(login, LUCS)
        for path in ("/region/factures", "/region/comptes", "/compte", "/notifications"):
            await luc.go(path)
            assert await luc.title() == "Double authentification", path
        phone, _codes = await turn_on(luc, LUCS)
        await luc.go("/region/factures")
        assert await luc.title() != "Double authentification"
        await log_out(luc)
        await luc.log_in(login, LUCS)
        assert await luc.title() == "Un code, après le mot de passe"
        await luc.fill("Code à six chiffres", await phone.code())
        await luc.press("Se connecter")
        await luc.go("/region/factures")
        assert "/region/factures" in luc.page.url
        secretary = await careful.logged_in(EMAIL, PASSWORD)
        await secretary.go("/compte")
        assert await secretary.title() == "Modifier votre compte", "an organisation need not"
        for somebody_ in (luc, secretary):
            await somebody_.page.context.close()
