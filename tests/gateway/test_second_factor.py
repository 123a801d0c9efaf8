"""The pages of the second factor and of sessions (ACC-7): what opens what, what is kept, what is refused and noted."""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from contracts import factor_http, identity_http
from contracts.answers import Fault, PersonalRef
from contracts.factor import FactorReset, FactorTurnedOn, ResetFactor
from contracts.identity import AccountCreated
from contracts.message import Command, Message
from contracts.personal import UserRecord
from contracts.refusals.factor import FactorIsNotOn
from gateway.areas.account.access import DEVICE, HALF_OPEN
from gateway.web.identity_client import IdentityClient, IdentityRefused
from gateway.web.security_log import What
from gateway.web.session import COOKIE, Viewer
from gateway.web.visit import FACTOR_PAGE, PHONE_PAGE
from tests import guide
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import hidden_of, text_of, value_of
from tests.gateway.running_portal import ORGANISATION, OURS, Person, RunningPortal, account_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

RIGHT, PASSWORD, SECRET = "123456", "le bon mot de passe", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SESSIONS, CODE = "/compte/sessions", "/connexion/code"
RECOVERY = tuple(f"abcd-efgh-jk{number:02}" for number in range(10))


@dataclass
class Identity:
    """Stands in for identity: one right password, one right code, and what it was asked."""

    viewer: Viewer
    on: bool = False
    begun: bool = False
    must: bool = False
    refuses: str = ""
    left: int = 10
    devices: tuple[factor_http.Device, ...] = ()
    asked: list[Any] = field(default_factory=list)

    @property
    def account(self) -> identity_http.Account:
        return account_of(self.viewer).model_copy(update={"must_turn_on_factor": self.must and not self.on})

    async def ask(self, _client: IdentityClient, path: str, body: Any = None) -> object:
        self.asked.append(body)
        return self.answer(path, body).model_dump(mode="json")

    def answer(self, path: str, body: Any) -> identity_http.Part:
        if self.refuses:
            raise refused(self.refuses, about=self.viewer.user_id)
        if path == identity_http.LOG_IN:
            half_open = identity_http.CodeAsked(half_open="half", about=self.viewer.user_id)  # type: ignore[arg-type]
            return half_open if self.on else identity_http.LoggedIn(**self.account.model_dump(), browser="0.1")
        if path == factor_http.CODES:
            self.code(body)
            device = "a-device" if body.remember else None
            return identity_http.LoggedIn(**self.account.model_dump(), browser="0.1", device=device)  # type: ignore[arg-type]
        if path in (factor_http.BEGIN, factor_http.OFF, factor_http.RECOVERY_CODES):
            self.prove(body)
        if path == factor_http.OFF:
            self.on = False
        if path == factor_http.CONFIRM:
            self.code(body)
            self.on, self.begun = True, False
        if path in (factor_http.CONFIRM, factor_http.RECOVERY_CODES):
            return factor_http.RecoveryCodes(codes=RECOVERY, account=self.account)  # type: ignore[arg-type]
        if path == factor_http.BEGIN or path.endswith("/begun"):
            self.begun = self.begun or path == factor_http.BEGIN
            if not self.begun:
                raise refused("factor-not-begun")
            return factor_http.FactorBegun(secret=SECRET, uri=f"otpauth://totp/x?secret={SECRET}")  # type: ignore[arg-type]
        since = datetime(2008, 3, 1, 9, tzinfo=UTC) if self.on else None
        return factor_http.Factor(on_since=since, must=self.must, recovery_codes_left=self.left, devices=self.devices)

    def prove(self, body: Any) -> None:
        if body.password.get_secret_value() != PASSWORD:
            raise refused("current-password-wrong", "password")
        if self.on:
            self.code(body)

    def code(self, body: Any) -> None:
        if body.code is None or body.code.get_secret_value() not in (RIGHT, RECOVERY[0]):
            raise refused("code-wrong", "code", about=self.viewer.user_id)


def refused(code: str, field: str | None = None, about: UUID | None = None) -> IdentityRefused:
    return IdentityRefused((Fault(code=code, field=field),), about)


@pytest.fixture
def identity(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Identity]:
    identity = Identity(replace(portal.secretary.viewer, user_id=uuid4()))
    monkeypatch.setattr(IdentityClient, "ask", lambda *asked: identity.ask(*asked))
    yield identity


@pytest_asyncio.fixture(loop_scope="session")
async def user(portal: RunningPortal, identity: Identity) -> AsyncIterator[Person]:
    """Whose factor it is, logged in."""
    await portal.db.execute("DELETE FROM security_log")
    async with of(portal, identity.viewer) as person:
        yield person


@asynccontextmanager
async def of(portal: RunningPortal, viewer: Viewer) -> AsyncIterator[Person]:
    person = await portal.person(viewer)
    yield person
    await person.client.aclose()


@asynccontextmanager
async def nobody(portal: RunningPortal) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has logged in with. It keeps secure cookies, though the portal of these tests has no TLS, as browsers do of
    `localhost`.
    """

    async def keep(answer: httpx.Response) -> None:
        for header in answer.headers.get_list("Set-Cookie"):
            for name, cookie in SimpleCookie(header).items():
                kept[name] = "" if cookie["max-age"] == "0" else cookie.value
        client.cookies = httpx.Cookies({name: value for name, value in kept.items() if value})

    kept: dict[str, str] = {}
    headers = OURS | {"User-Agent": "X11; Linux Firefox/140"}
    async with httpx.AsyncClient(base_url=portal.address, headers=headers, event_hooks={"response": [keep]}) as client:
        yield client


async def noted(portal: RunningPortal) -> list[str]:
    return [row["what"] for row in await portal.db.fetch("SELECT what FROM security_log ORDER BY at")]


LOG_IN = {"identifiant": "scenes", "mot_de_passe": PASSWORD}


async def test_acc_07_the_code_is_asked_after_the_password_and_half_a_log_in_opens_nothing(
    portal: RunningPortal, user: Person, identity: Identity
) -> None:
    identity.on = True
    async with nobody(portal) as browser:
        asked = await browser.post("/connexion", data=LOG_IN | {"suite": "/compte/sessions"})
        assert asked.status_code == 200 and "Un code, après le mot de passe" in text_of(asked)
        assert COOKIE not in browser.cookies and "HttpOnly" in asked.headers["Set-Cookie"]
        assert (await browser.get("/compte")).status_code == 303
        wrong = await browser.post(CODE, data=hidden_of(asked) | {"code": "000000", "memoriser": "oui"})
        assert wrong.status_code == 422 and "Ce code n’est pas le bon" in text_of(wrong) and "checked" in wrong.text
        done = await browser.post(CODE, data=hidden_of(wrong) | {"code": f" {RIGHT} ", "memoriser": "oui"})
        assert (done.status_code, done.headers["Location"]) == (303, SESSIONS)
        assert browser.cookies[DEVICE] == "a-device"
        assert HALF_OPEN not in browser.cookies
        assert "Firefox sous Linux" in text_of(await browser.get(SESSIONS))
        assert identity.asked[-1].remember == "Firefox sous Linux"
    assert await noted(portal) == [What.CODE_ASKED, What.CODE_REFUSED, What.BROWSER_REMEMBERED, What.LOGGED_IN]


async def test_acc_07_a_remembered_browser_shows_what_it_keeps(portal: RunningPortal, user: Person, identity: Identity) -> None:
    async with nobody(portal) as browser:
        browser.cookies = httpx.Cookies({DEVICE: "kept"})
        await browser.post("/connexion", data=LOG_IN)
    assert identity.asked[-1].device.get_secret_value() == "kept"


@pytest.mark.parametrize("typed", [{}, {"code": " "}, {"code": "x" * 400}, {"secours": "y" * 400}])
async def test_acc_07_nothing_or_too_much_is_asked_of_nobody(
    portal: RunningPortal, user: Person, identity: Identity, typed: dict[str, str]
) -> None:
    identity.on = True
    async with nobody(portal) as browser:
        await browser.post("/connexion", data=LOG_IN)
        before = len(identity.asked)
        answer = await browser.post(CODE, data=typed)
        assert answer.status_code == 422 and "Votre code" in text_of(answer)
        assert len(identity.asked) == before


async def test_acc_07_a_code_page_without_a_password_leads_back(portal: RunningPortal, user: Person, identity: Identity) -> None:
    async with nobody(portal) as browser:
        assert (await browser.get(CODE)).headers["Location"] == "/connexion"
        late = await browser.post(CODE, data={"code": RIGHT, "suite": "/compte"})
        assert late.status_code == 422 and "Recommencez la connexion" in text_of(late) and value_of(late, "suite") == "/compte"
    assert identity.asked == []


async def test_acc_07_what_was_typed_while_the_session_lapsed_goes_through_both_steps(
    portal: RunningPortal, user: Person, identity: Identity
) -> None:
    identity.on = True
    address = {"adresse": "9 rue Neuve", "ville": "Lodève", "cp": "34700", "version": "1"}
    await portal.happen(ORGANISATION, guide.organisation_registered())
    lapsed = await user.post_lapsed("/compte/adresse", address)
    async with nobody(portal) as browser:
        asked = await browser.post("/connexion", data=hidden_of(lapsed) | LOG_IN)
        identity.refuses = "log-in-over"
        over = await browser.post(CODE, data=hidden_of(asked) | {"code": RIGHT})
        assert over.status_code == 422 and "Identification" in text_of(over) and "Trop de temps a passé" in text_of(over)
        identity.refuses = ""
        again = await browser.post("/connexion", data=hidden_of(over) | LOG_IN)
        done = await browser.post(CODE, data=hidden_of(again) | {"code": RIGHT})
        assert value_of(await browser.get(done.headers["Location"]), "adresse") == "9 rue Neuve"


# Turning it on and off


async def test_acc_07_a_phone_is_taken_in_and_the_other_sessions_end(portal: RunningPortal, user: Person, identity: Identity) -> None:
    assert "Désactivée" in text_of(await user.get(FACTOR_PAGE))
    assert (await user.get(PHONE_PAGE)).url.path == FACTOR_PAGE, "nothing is begun"
    for typed, says in (({}, "Saisissez votre mot de passe actuel"), ({"actuel": "faux"}, "Le mot de passe actuel n’est pas")):
        wrong = await user.post(FACTOR_PAGE, {"faire": "activer", **typed})
        assert wrong.status_code == 422 and says in text_of(wrong)
    phone = await user.post(FACTOR_PAGE, {"faire": "activer", "actuel": PASSWORD})
    assert phone.url.path == PHONE_PAGE and "GEZD GNBV" in text_of(phone) and "<svg" in phone.text
    assert phone.headers["Cache-Control"] == "no-store"
    wrong = await user.post(PHONE_PAGE, {"code": "000000"})
    assert wrong.status_code == 422 and "GEZD GNBV" in text_of(wrong), "the same secret is still there"
    async with of(portal, identity.viewer) as elsewhere:
        codes = await user.post(PHONE_PAGE, {"code": RIGHT})
        assert codes.status_code == 200 and all(code in codes.text for code in RECOVERY)
        assert (await elsewhere.get("/compte")).url.path == "/connexion", "it was opened without a code"
    again = await user.post(PHONE_PAGE, {"code": RIGHT})
    assert again.url.path == PHONE_PAGE and again.status_code in (200, 422)
    assert "Activée" in text_of(await user.get(FACTOR_PAGE))
    assert [what for what in await noted(portal) if what == What.FACTOR_TURNED_ON]


async def test_acc_07_what_is_on_is_changed_with_the_password_and_a_code(portal: RunningPortal, user: Person, identity: Identity) -> None:
    identity.on, identity.left = True, 2
    page = await user.get(FACTOR_PAGE)
    assert "Il vous reste 2 codes de secours" in text_of(page)
    proof = {"activee": "oui", "actuel": PASSWORD, "code": RIGHT}
    for what in ("activer", "codes", "desactiver"):
        without = await user.post(FACTOR_PAGE, {"faire": what, "activee": "oui", "actuel": PASSWORD})
        assert without.status_code == 422 and "Saisissez le code" in text_of(without)
        wrong = await user.post(FACTOR_PAGE, proof | {"faire": what, "code": "999999"})
        assert wrong.status_code == 422 and "Ce code n’est pas le bon" in text_of(wrong)
    assert RECOVERY[3] in (await user.post(FACTOR_PAGE, proof | {"faire": "codes"})).text
    assert (await user.post(FACTOR_PAGE, proof | {"faire": "activer"})).url.path == PHONE_PAGE
    off = await user.post(FACTOR_PAGE, proof | {"faire": "desactiver"})
    assert "La double authentification est désactivée" in text_of(off)
    assert {What.RECOVERY_CODES_RENEWED, What.FACTOR_TURNED_OFF, What.CHANGE_REFUSED} <= set(await noted(portal))


async def test_acc_07_remembered_browsers_are_listed_and_forgotten(portal: RunningPortal, user: Person, identity: Identity) -> None:
    at = datetime(2008, 3, 2, 9, tzinfo=UTC)
    device = factor_http.Device(id=uuid4(), browser="Edge sous Windows", remembered_at=at, used_at=at)
    identity.on, identity.devices = True, (device,)
    assert "Edge sous Windows" in text_of(await user.get(FACTOR_PAGE))
    done = await user.post(f"{FACTOR_PAGE}/appareils", {"appareil": str(device.id)})
    assert "Un code sera demandé de nouveau" in text_of(done)
    assert [body.device for body in identity.asked if isinstance(body, factor_http.ForgetDevices)] == [device.id]
    await user.post(f"{FACTOR_PAGE}/appareils", {"tous": "oui"})
    assert (await user.post(f"{FACTOR_PAGE}/appareils", {"appareil": "x"})).status_code == 404
    assert (await noted(portal)).count(What.BROWSERS_FORGOTTEN) == 2


async def test_acc_07_an_agent_who_must_turn_it_on_does_nothing_else_before(portal: RunningPortal, identity: Identity) -> None:
    identity.viewer, identity.must = replace(portal.agent.viewer, user_id=uuid4()), True
    async with nobody(portal) as browser:
        entered = await browser.post("/connexion", data=LOG_IN | {"suite": "/region/actions"})
        assert entered.headers["Location"] == FACTOR_PAGE
        for path in ("/", "/region/actions", "/compte", SESSIONS, "/notifications"):
            assert (await browser.get(path)).headers["Location"] == FACTOR_PAGE
        assert (await browser.post("/region/textes/contact", data={})).headers["Location"] == FACTOR_PAGE
        page = text_of(await browser.get(FACTOR_PAGE))
        assert "La Région la demande à tous ses agents" in page and "Tableau de bord" not in page
        await browser.post(FACTOR_PAGE, data={"faire": "activer", "actuel": PASSWORD})
        assert RECOVERY[0] in (await browser.post(PHONE_PAGE, data={"code": RIGHT})).text
        assert (await browser.get("/region/actions")).status_code == 200
        assert "Désactiver" not in (await browser.get(FACTOR_PAGE)).text


# Sessions


async def test_acc_07_sessions_are_listed_and_ended_one_by_one_or_all_but_this_one(portal: RunningPortal, identity: Identity) -> None:
    viewer = identity.viewer
    async with of(portal, viewer) as this, of(portal, viewer) as second, of(portal, viewer) as third, of(portal, viewer) as lapsed:
        await lapsed.lapse()
        page = await this.get(SESSIONS)
        assert text_of(page).count("Navigateur inconnu") == 3 and text_of(page).count("Celle-ci") == 1
        rows = await portal.db.fetch(
            "SELECT id, token_hash = sha256($2::text::bytea) AS it FROM sessions WHERE user_id = $1", viewer.user_id, second.token
        )
        [ended] = [row["id"] for row in rows if row["it"]]
        assert "C’est fermé" in text_of(await this.post(SESSIONS, {"session": str(ended)}))
        assert (await second.get("/compte")).url.path == "/connexion" and (await third.get("/compte")).url.path == "/compte"
        rivals = await portal.db.fetchval("SELECT id FROM sessions WHERE user_id = $1", portal.rival.viewer.user_id)
        await this.post(SESSIONS, {"session": str(rivals)})
        assert (await portal.rival.get("/compte")).url.path == "/compte", "nobody ends another's"
        await this.post(SESSIONS, {"toutes": "oui"})
        assert (await third.get("/compte")).url.path == "/connexion"
        assert "Vous n’êtes connecté nulle part ailleurs" in text_of(await this.get(SESSIONS))
        assert (await this.post(SESSIONS, {})).status_code == 404


# A lost phone


@pytest_asyncio.fixture(loop_scope="session")
async def holder(portal: RunningPortal, identity: Identity) -> AsyncIterator[Person]:
    """Somebody of the organisation whose factor is on, as the log knows."""
    await portal.db.execute("DELETE FROM accounts")
    user_id = identity.viewer.user_id
    ref = PersonalRef(id=str(user_id), version=1)
    await portal.happen(str(user_id), UserRecord(id=str(user_id), version=1, user_id=user_id, name="Marie SCENE", email="a@b.fr"))
    created = AccountCreated(user_id=user_id, siret=ORGANISATION, user=ref)
    await portal.happen(ORGANISATION, guide.organisation_registered(), created, FactorTurnedOn(user_id=user_id))
    async with of(portal, identity.viewer) as person:
        yield person


LOST = f"/region/comptes/{ORGANISATION}/double-authentification"


async def test_acc_07_an_agent_resets_the_factor_of_somebody_whose_phone_is_lost(portal: RunningPortal, holder: Person) -> None:
    user_id = holder.viewer.user_id
    page = text_of(await portal.agent.get(LOST))
    assert "Marie SCENE" in page and "Activée le" in page
    unsure = await portal.agent.post(LOST, {"personne": str(user_id)})
    assert unsure.status_code == 422 and "Cochez la case" in text_of(unsure)
    assert (await portal.agent.post(LOST, {"personne": "x", "certain": "oui"})).status_code == 422

    def reset(key: str, command: Command) -> Iterable[Message]:
        assert (key, command) == (ORGANISATION, ResetFactor(user_id=user_id))
        return [FactorReset(user_id=user_id, access=2)]

    async with portal.answering(reset):
        done = text_of(await portal.agent.post(LOST, {"personne": str(user_id), "certain": "oui"}))
    assert "La double authentification est remise à zéro" in done and "Le mot de passe suffit pour se connecter" in done
    assert (await holder.get("/compte")).url.path == "/connexion"
    assert "remise à zéro, sessions fermées" in text_of(await portal.agent.get(f"/region/comptes/{ORGANISATION}"))


async def test_acc_07_what_identity_refuses_is_said_on_the_page(portal: RunningPortal, holder: Person) -> None:
    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise FactorIsNotOn

    async with portal.answering(refuse):
        refused = await portal.agent.post(LOST, {"personne": str(holder.viewer.user_id), "certain": "oui"})
    assert refused.status_code == 422 and "n’est pas activée sur ce compte" in text_of(refused)


async def test_acc_06_no_organisation_sees_or_resets_anything_there(portal: RunningPortal, holder: Person) -> None:
    for who in (holder, portal.rival):
        assert (await who.get(LOST)).status_code == 404
        assert (await who.post(LOST, {"personne": str(holder.viewer.user_id), "certain": "oui"})).status_code == 404
    assert (await portal.agent.get("/region/comptes/00000000000000/double-authentification")).status_code == 404


async def test_no_page_of_it_has_an_accessibility_fault(portal: RunningPortal, user: Person, identity: Identity, chromium: Any) -> None:
    at = datetime(2008, 3, 2, 9, tzinfo=UTC)
    identity.on, identity.begun, identity.left = True, True, 1
    identity.devices = (factor_http.Device(id=uuid4(), browser="Samsung Internet sous Android", remembered_at=at, used_at=at),)
    async with of(portal, identity.viewer):
        for path in (FACTOR_PAGE, PHONE_PAGE, SESSIONS, "/compte"):
            page = await user.open(chromium, path)
            assert (path, await faults_at_every_width(page)) == (path, [])
            await page.context.close()
        page = await user.open(chromium, PHONE_PAGE)
        await page.fill("[name=code]", "0")
        await page.press("[name=code]", "Enter")
        await page.wait_for_selector("#erreurs")
        assert await faults_at_every_width(page) == []
        await page.fill("[name=code]", RIGHT)
        await page.press("[name=code]", "Enter")
        await page.wait_for_selector(".recovery")
        assert await faults_at_every_width(page) == []
        await page.context.close()
    window = await chromium.new_context(locale="fr-FR")
    page = await window.new_page()
    await page.goto(portal.address + "/connexion")
    for name, value in LOG_IN.items():
        await page.fill(f"[name={name}]", value)
    await page.press("[name=mot_de_passe]", "Enter")
    await page.wait_for_selector("#code")
    assert await faults_at_every_width(page) == []
    await window.close()
