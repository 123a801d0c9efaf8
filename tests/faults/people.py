"""Who lives through the faults: training organisations and the Region's agents in front of browsers. They do what pages offer them."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from urllib.parse import urlsplit

from contracts.month import Month
from gateway.areas.contracts_import.workbook import writing
from sesame_local import mail
from sesame_local.demo.plan import Partner, Plan
from tests.faults.browser import LOOKS, Browser, GivenUp, Page
from tests.faults.ground import Ground
from tests.faults.waits import Waits
from tests.journeys.people import credentials

LOOKS_FOR_OTHERS = 1.5
"""Seconds between two looks at what somebody else is to decide."""
PASSWORD = "deux hirondelles et un figuier"
INVOICE = r"/region/factures/[0-9a-f-]{36}(\?.*)?"
CONTRACT = re.compile(r"\b20\d\dQFA\d{4}\b")


@dataclass
class Person:
    """Somebody with a browser and an account."""

    ground: Ground
    email: str
    browser: Browser
    login: str = ""

    @classmethod
    def of(cls, ground: Ground, email: str, waits: Waits, chance: Random) -> "Person":
        """Somebody who waits for the mail with their password."""
        person = cls(ground, email, Browser(ground.portal, waits, chance))
        person.browser.log_in = person.log_in
        return person

    async def first_log_in(self) -> None:
        """Log in with what was mailed, and choose a password (ACC-2)."""
        with self.browser.waits.measured("the first mail"):
            letter = await self._mail()
        self.login, temporary = credentials(letter)
        page = await self.browser.press(
            await self.browser.go("/connexion"), "Se connecter", {"identifiant": self.login, "mot_de_passe": temporary}
        )
        while page.path == "/premiere-connexion":
            page = await self.browser.press(page, "Enregistrer", {"nouveau": PASSWORD, "confirmation": PASSWORD})
        await self.log_in()

    async def _mail(self) -> str:
        give_up = monotonic() + self.browser.waits.patience
        while monotonic() < give_up:
            letters = [mail.readable(letter) for letter in mail.caught(self.ground.place.mails) if self.email in str(letter["To"])]
            if letters:
                return letters[-1]
            await asyncio.sleep(LOOKS)
        raise GivenUp(f"no mail to {self.email}")

    async def log_in(self) -> None:
        """Log in; again when the portal or identity is away."""
        give_up = monotonic() + self.browser.waits.patience
        with self.browser.waits.measured("log in"):
            page = await self.browser.go("/connexion")
            while page.path == "/connexion":
                page = await self.browser.press(page, "Se connecter", {"identifiant": self.login, "mot_de_passe": PASSWORD})
                if page.path == "/connexion":
                    if monotonic() > give_up:
                        raise GivenUp(f"{self.email} cannot log in: {page.errors}")
                    await asyncio.sleep(LOOKS * 3)


@dataclass
class Organisation(Person):
    """Fills in what its actions ask for."""

    plans: list[Plan] = field(default_factory=list)

    async def prepare(self, plan: Plan) -> None:
        """Dates, trainees, trainers, entry dates."""
        path, do = f"/actions/{plan.number}", self.browser.do
        await do("validate the dates", f"{path}/dates", "valider", until=_without("valider"))
        for index in range(plan.trainees):
            await self._register(plan, index)
        await do("confirm the trainers", f"{path}/formateurs", "Confirmer", until=_without("Confirmer"))
        await do("confirm the entries", f"{path}/entrees", "Confirmer", until=lambda page: page.says("Confirmées"))

    async def _register(self, plan: Plan, index: int) -> None:
        path = f"/actions/{plan.number}/stagiaires"
        page = await self.browser.go(f"{path}/nouveau")
        with self.browser.waits.measured("register a trainee"):
            page = await self.browser.press(page, "Enregistrer", _typed_sheet(plan, index))
            if page.errors:
                raise GivenUp(f"{plan.number}: {page.errors}")
            await self._see(path, lambda page: len(page.links(rf"{path}/[0-9a-f-]{{36}}")) > index)

    async def _see(self, address: str, seen: Callable[[Page], bool], looks: float = LOOKS) -> Page:
        give_up = monotonic() + self.browser.waits.patience
        while not seen(page := await self.browser.go(address)) or page.waits:
            if monotonic() > give_up:
                raise GivenUp(f"never seen on {address}: {' '.join(page.root.text().split())[:800]}")
            await asyncio.sleep(looks)
        return page

    async def open(self, plan: Plan) -> None:
        """On the day (OPN-2)."""
        typed = {"debut": f"{plan.start:%d/%m/%Y}", "frequence": "monthly"}
        address = f"/actions/{plan.number}/ouverture"
        await self._see(address, lambda page: page.says("Rien ne manque") or page.says("Ouverte le"))
        await self.browser.do("open the action", address, "Ouvrir", typed, until=lambda page: page.says("Ouverte le"))

    async def fill_in(self, plan: Plan, month: Month) -> None:
        """A month by exception: all present, one absence (DEC-11), until it can be confirmed."""
        path, give_up = f"/actions/{plan.number}/declarations/{month}", monotonic() + self.browser.waits.patience
        with self.browser.waits.measured("fill in a month"):
            while not (await self.browser.go(f"{path}/confirmation")).button("Confirmer"):
                page = await self.browser.go(path)
                if not page.button("presents"):
                    break
                if monotonic() > give_up:
                    raise GivenUp(f"{path} cannot be filled in: {page.errors}")
                if not page.waits:
                    page = await self.browser.press(page, "presents")
                    page = await self.browser.press(page, "absence", _absence(page, month))
                    await self.browser.press(page, "enregistrer")
                await asyncio.sleep(LOOKS)

    async def confirm(self, plan: Plan, month: Month) -> None:
        """The confirm step, in the window (DEC-6)."""
        path = f"/actions/{plan.number}/declarations/{month}"
        await self.browser.do(
            "confirm a month", f"{path}/confirmation", "Confirmer", until=lambda page: page.path == path and not page.button("verifier")
        )

    async def save_again(self, plan: Plan, month: Month) -> None:
        """Save a line once more, with an hour more or less, as long as the month is open; what was changed meanwhile stands."""
        page = await self.browser.go(f"/actions/{plan.number}/declarations/{month}")
        if page.button("Reprendre l’autre"):
            await self.browser.press(page, "Reprendre l’autre")
            return
        cells = page.root.css("input[name$='.centre.attended']")
        if not cells or page.waits or not page.button("enregistrer"):
            return
        name, value = cells[0].attributes["name"] or "", cells[0].attributes.get("value") or ""
        hours = float(value.replace(",", ".") or "2")
        with self.browser.waits.measured("save a line"):
            await self.browser.press(page, "enregistrer", {name: f"{hours - 1:.2f}" if hours >= 2 else f"{hours + 1:.2f}"})

    async def move(self, number: int) -> None:
        """Say that the organisation has another address."""
        page = await self.browser.go("/compte")
        if page.waits:
            return
        with self.browser.waits.measured("change an address"):
            typed = {"adresse": f"{number} rue des Joutes", "cp": "34200", "ville": "SÈTE"}
            page = await self.browser.press(page, "Enregistrer mon adresse", typed)
            if page.errors:
                raise GivenUp(f"{self.email} does not move: {page.errors}")
            await self._see("/compte", lambda page: page.path == "/compte")

    async def invoice(self, plan: Plan, month: Month) -> None:
        """Choose, see it explained, confirm (BIL-2)."""
        path = f"/actions/{plan.number}/facturation"
        offered = re.compile(rf"monthly:{month}")
        with self.browser.waits.measured("invoice a month"):
            page = await self._see(path, lambda page: any(offered.match(value) for value in _choices(page)))
            chosen = next(value for value in _choices(page) if offered.match(value))
            page = await self.browser.press(page, "Générer", {"choix": chosen})
            page = await self.browser.press(page, "Confirmer")
            await self._see(path, lambda page: chosen not in _choices(page))

    async def correct_until_accepted(self, plan: Plan, month: Month) -> None:
        """Look at the invoice until it is accepted; as often as it is rejected, and its month reopened for that (BIL-7), correct the month,
        confirm and invoice it again.
        """

        def is_decided(page: Page) -> bool:
            return any(page.says(words) for words in ("Corriger", "Acceptée", "Payée"))

        while (await self._see(f"/actions/{plan.number}/facturation", is_decided, LOOKS_FOR_OTHERS)).says("Corriger"):
            await self.save_again(plan, month)
            await self.confirm(plan, month)
            await self.invoice(plan, month)

    async def close(self, plan: Plan) -> None:
        """Close, say what became of everybody, send the report (CLO-1, SUR-1, SUR-2)."""
        path, do = f"/actions/{plan.number}", self.browser.do
        await self._see(f"{path}/cloture", lambda page: bool(page.button("Clôturer")) or page.says("Clôturée le"))
        await do("close the action", f"{path}/cloture", "Clôturer", until=lambda page: page.says("Clôturée le"))
        page = await self.browser.go(f"{path}/enquetes")
        for address in page.links(rf"{path}/enquetes/sortie/[0-9a-f-]{{36}}"):
            typed = {"situation": "employed_elsewhere", "contrat": "permanent"}
            await do("record a survey", address, "Enregistrer", typed, until=lambda page: "/sortie/" not in page.path)
        page = await self._see(f"{path}/bilan", lambda page: bool(page.button("verifier")))
        page = await self.browser.press(page, "verifier", {"texte": "Trois stagiaires, trois emplois."})
        with self.browser.waits.measured("send the report"):
            await self.browser.press(page, "envoyer")
            await self._see(f"{path}/bilan", lambda page: not page.button("garder"))

    async def balance(self, plan: Plan) -> None:
        """The last invoice (BIL-11)."""
        path = f"/actions/{plan.number}/solde"
        await self._see(path, lambda page: bool(page.button("Confirmer")) or page.says("Solde émis"))
        await self.browser.do("invoice the balance", path, "Confirmer", until=lambda page: page.says("Solde émis"))

    async def until_settled(self, plan: Plan) -> None:
        """Until the account is at zero."""
        await self._see(f"/actions/{plan.number}/compte", lambda page: page.says("est à zéro"), LOOKS_FOR_OTHERS)


@dataclass
class Agent(Person):
    """Decides what waits, and receives reports."""

    async def award(self, plans: Iterable[Plan]) -> None:
        """Import a workbook (ACT-1)."""
        workbook = writing.write([plan.contract for plan in plans])
        page = await self.browser.go("/region/import")
        with self.browser.waits.measured("check a file of contracts"):
            page = await self.browser.press(page, "Vérifier", files={"fichier": ("contrats.xlsx", workbook)})
            page = await self._see_at(page.url, lambda page: bool(page.button("importer")))
        with self.browser.waits.measured("import contracts"):
            page = await self.browser.press(page, "importer")
            await self._see_at(page.url, lambda page: bool(page.links(r"/region/actions/\w+")))

    async def _see_at(self, address: str, seen: Callable[[Page], bool]) -> Page:
        give_up = monotonic() + self.browser.waits.patience
        while not seen(page := await self.browser.go(address)):
            if monotonic() > give_up or page.errors:
                raise GivenUp(f"never seen on {address}: {' '.join(page.root.text().split())[:800]}")
            await asyncio.sleep(LOOKS)
        return page

    async def decide(self, mine: Callable[[str], bool], rejects: Callable[[str], bool]) -> None:
        """Everything that waits and is `mine`: accepted, but for the first invoice of a contract that it `rejects` (BIL-7)."""
        queue = await self.browser.go("/region/factures")
        for address in self._in_any_order(queue.links(INVOICE)):
            page = await self.browser.go(address)
            contract = CONTRACT.search(page.answer.text)
            if not contract or not mine(contract[0]) or not page.button("rejeter") or page.waits:
                continue
            if rejects(contract[0]) and not page.says("rejetée le"):
                reason = {"motif": "hours_wrong", "texte": "Une heure de trop le dernier jour."}
                await self._settle(address, "Rejeter", reason)
            elif page.button("accepter"):
                await self._settle(address, "accepter", {})

    def _in_any_order(self, addresses: list[str]) -> list[str]:
        """Agents seldom take the same one at the same time."""
        return self.browser.chance.sample(addresses, len(addresses))

    async def _settle(self, address: str, words: str, typed: dict[str, str]) -> None:
        path = urlsplit(address).path
        with self.browser.waits.measured("decide an invoice"):
            page = await self.browser.go(path)
            while page.button(words) or page.waits:
                if not page.waits:
                    page = await self.browser.press(page, words, typed)
                    if page.button("oui"):
                        await self.browser.press(page, "oui")
                await asyncio.sleep(LOOKS)
                page = await self.browser.go(path)

    async def acknowledge(self) -> None:
        """Every report that waits (SUR-2)."""
        page = await self.browser.go("/region/bilans")
        for address in self._in_any_order(page.links(r"/region/bilans/20\w+(\?.*)?")):
            path = urlsplit(address).path
            if (await self.browser.go(path)).button("Accuser"):
                await self.browser.do("receive a report", path, "Accuser", until=_without("Accuser"))


def _without(words: str) -> Callable[[Page], bool]:
    """Whether a page no longer offers a button."""
    return lambda page: page.button(words) is None


def _choices(page: Page) -> list[str]:
    """The invoices that can be chosen."""
    return [node.attributes.get("value") or "" for node in page.root.css("input[name=choix]")]


def _absence(page: Page, month: Month) -> dict[str, str]:
    """The first trainee was away on a morning of the second week, excused."""
    trainees = [node.attributes.get("value") or "" for node in page.root.css("select[name='absence.trainee'] option")]
    trainee = next((value for value in trainees if value), "")
    return {
        "absence.trainee": trainee,
        "absence.start": "10",
        "absence.reason": "summons",
        "absence.place": "centre",
        "absence.hours": "3,5",
    }


def _typed_sheet(plan: Plan, index: int) -> dict[str, str]:
    """A trainee's sheet as it is typed."""
    sheet = plan.sheet(index)
    mail_address = sheet.mail
    assert mail_address and sheet.birth_date and sheet.entry_date
    return {
        "civilite": str(sheet.title or ""),
        "nom": sheet.last_name,
        "prenom": sheet.first_name,
        "naissance": f"{sheet.birth_date:%d/%m/%Y}",
        "sexe": str(sheet.sex or ""),
        "adresse": mail_address.address or "",
        "cp": mail_address.postcode or "",
        "ville": mail_address.town or "",
        "entree": f"{sheet.entry_date:%d/%m/%Y}",
        "remuneration": str(sheet.paid_by or ""),
        "niveau": str(sheet.entry_level or ""),
        "chomage": str(sheet.unemployment or ""),
        "prescripteur": str(sheet.referrer or ""),
        "rmi": "non",
        "homonyme": "",
    }


__all__ = ["Agent", "Organisation", "Partner", "Person"]
