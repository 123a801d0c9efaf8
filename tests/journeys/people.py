"""Who plays: people in front of a browser, the finance system behind its topic, and time, which one command moves.

What a person sees is looked for by its words and labels, as they would; nothing here knows a table or a topic.
"""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import TimeoutError

from sesame_local import mail, timeshift
from sesame_local.move import move, parse
from sesame_local.place import Place
from tests.forks import Forked, python_m
from tests.gateway.browser import faults_of
from tests.guide import ORGANISATION

AGENT, SECRETARY = "agent@region.example", ORGANISATION.email
AGENTS, CHOSEN = "le mistral tourne la page", "le rideau se lève à vingt heures"
"""The passwords that these two choose."""
PATIENCE = 20_000
"""Milliseconds until something that another one did shows on an open page."""


@dataclass
class World:
    """An installation that runs, its clock, its mail, and the Region's finance system."""

    place: Place
    browser: Any
    faults: dict[str, list[str]] = field(default_factory=dict)
    """What axe found, by page."""
    secrets: set[str] = field(default_factory=set)
    """Passwords that somebody typed."""
    logins: dict[str, str] = field(default_factory=dict)
    """Of who has chosen a password, by their address."""
    pages: str = ""
    """Where they are; the installation's own, unless others are named."""

    def __post_init__(self) -> None:
        self.pages = self.pages or self.place.portal_url

    async def it_becomes(self, instant: str) -> None:
        """Time moves: every day in between is lived through by every service."""
        await asyncio.to_thread(move, self.place, parse(instant), lambda _line: None)

    async def is_at_least(self, instant: str) -> None:
        """The same, unless that time has come already: whichever journeys were made before."""
        if parse(instant) > datetime.now(UTC) + timeshift.offset(self.place.time_shift):
            await self.it_becomes(instant)

    async def finance(self, *words: str) -> str:
        """What the sample finance system answers: it knows the published contract alone."""
        environment = {"SESAME_FOLDER": str(self.place.folder), "SESAME_PORT": str(self.place.base_port)}
        code, said = await Forked(python_m, "sesame_local", "finance", *words, environment=environment).ended(60)
        assert code == 0, said
        return said

    async def mail_to(self, address: str) -> str:
        """The latest mail to somebody, once there is one."""
        for _ in range(100):
            letters = [mail.readable(letter) for letter in mail.caught(self.place.mails) if address in str(letter["To"])]
            if letters:
                return letters[-1]
            await asyncio.sleep(0.1)
        raise AssertionError(f"no mail to {address}")

    async def person(self, *, javascript: bool = True) -> "Person":
        """Somebody in front of a browser of their own."""
        context = await self.browser.new_context(
            viewport={"width": 1366, "height": 900}, locale="fr-FR", java_script_enabled=javascript, accept_downloads=True
        )
        return Person(self, await context.new_page(), javascript)

    async def logged_in(self, address: str, password: str, *, javascript: bool = True) -> "Person":
        """Who has this address, logged in; the first time with what their first mail says, to choose this password (ACC-1, ACC-2)."""
        person = await self.person(javascript=javascript)
        if address in self.logins:
            await person.log_in(self.logins[address], password)
        else:
            self.logins[address], temporary = credentials(await self.mail_to(address))
            await person.first_log_in(self.logins[address], temporary, password)
        return person


@dataclass
class Person:
    """Sees pages, fills in fields by their labels, presses buttons by their words."""

    world: World
    page: Any
    javascript: bool

    async def go(self, path: str) -> None:
        """Open a page; each kind of page is checked for accessibility and for 320 px, once."""
        await self.page.goto(self.world.pages + path)
        await self.check()

    async def check(self) -> None:
        """What axe says of this page (WCAG 2.2 AA), once per kind of page: at 320 px, where everything stands below everything else."""
        path = self.page.url.partition("?")[0].removeprefix(self.world.pages)
        kind = re.sub(r"/[0-9a-f-]{36}|/\d{4}[A-Z]{3}\d+|/\d{4}-\d{2}", "/…", path)
        if not self.javascript or kind in self.world.faults:
            return
        await self.page.set_viewport_size({"width": 320, "height": 800})
        self.world.faults[kind] = await faults_of(self.page)
        await self.page.set_viewport_size({"width": 1366, "height": 900})

    async def fill(self, label: str, value: str, *, within: Any = None) -> None:
        """Type into the field with this label."""
        await (within or self.page).get_by_label(label, exact=True).first.fill(value)

    async def choose(self, label: str, option: str) -> None:
        """Choose in the list with this label."""
        await self.page.get_by_label(label, exact=True).first.select_option(label=option)

    async def tick(self, group: str, choice: str) -> None:
        """Tick a choice of a group."""
        await self.page.get_by_role("group", name=re.compile(f"^{re.escape(group)}")).get_by_label(choice, exact=True).check()

    async def press(self, words: str, *, within: Any = None) -> None:
        """Press the button, or follow the link, that says this; wait for the page that comes."""
        pattern = re.compile(re.escape(words))
        control = (within or self.page).get_by_role("button", name=pattern).or_((within or self.page).get_by_role("link", name=pattern))
        await self.follow(control)

    async def follow(self, control: Any) -> None:
        """The same with a control that is known."""
        async with self.page.expect_navigation(timeout=60_000):
            await control.first.click()
        await self.check()

    async def sees(self, *words: str) -> None:
        """These words are on the page, now or when others have acted."""
        for word in words:
            await self.comes(self.page.get_by_text(word).first)

    async def comes(self, shown: Any) -> None:
        """This is on the page, now or when others have acted: by itself, or by reloading where there is no JavaScript."""
        if self.javascript:
            with suppress(TimeoutError):
                await shown.wait_for(state="attached", timeout=PATIENCE)
        for _ in range(0 if self.javascript else PATIENCE // 500):
            if await shown.count():
                return
            await asyncio.sleep(0.5)
            await self.page.reload()
        assert await shown.count(), f"{shown} is not on {self.page.url}: {await self.page.locator('main').inner_text()}"

    def row(self, words: str) -> Any:
        """The row of a table that says this."""
        return self.page.get_by_role("row").filter(has_text=words).first

    async def title(self) -> str:
        """The page's first heading."""
        return str(await self.page.locator("h1").first.inner_text())

    async def log_in(self, login: str, password: str) -> None:
        """Log in from the login page."""
        await self.go("/connexion")
        await self.fill("Identifiant", login)
        await self.fill("Mot de passe", password)
        await self.press("Se connecter")

    async def first_log_in(self, login: str, temporary: str, chosen: str) -> None:
        """Log in with what the mail says, and choose a password (ACC-2)."""
        self.world.secrets |= {temporary, chosen}
        await self.log_in(login, temporary)
        assert await self.title() == "Choisissez votre mot de passe"
        await self.fill("Nouveau mot de passe", chosen)
        await self.fill("Confirmation du mot de passe", chosen)
        await self.press("Enregistrer mon mot de passe")
        assert await self.title() != "Choisissez votre mot de passe", await self.page.locator("main").inner_text()


def credentials(letter: str) -> tuple[str, str]:
    """Login and temporary password, as a mail gives them."""
    matches = [re.search(rf"{word}[^:\n]*: *(\S+)", letter) for word in ("[Ii]dentifiant", "[Mm]ot de passe")]
    assert all(matches), letter
    return matches[0][1], matches[1][1]  # type: ignore[index]
