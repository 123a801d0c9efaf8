"""People who take documents from an installation that runs, as the pages lead them: organisations, and the Region's agent."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile

import httpx

from sesame_local.demo.people import AGENT, PASSWORD
from sesame_local.demo.plan import Plan
from sesame_local.place import Place

PATIENCE = 60
AT_ONCE = 4
TRIES, PAUSE = 60, 0.5


@dataclass
class Taker:
    """Somebody who is logged in."""

    client: httpx.AsyncClient
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def take(self, address: str) -> bytes:
        """A file, asked for again while the portal says that it is in preparation."""
        async with self._turn:
            for _ in range(TRIES):
                answer = await self.client.get(address)
                if answer.status_code != 202:
                    break
                await asyncio.sleep(PAUSE)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content

    async def take_all(self, addresses: Iterable[str]) -> dict[str, bytes]:
        """Files, by their names."""
        listed = list(addresses)
        contents = await asyncio.gather(*map(self.take, listed))
        return {address.rpartition("/")[2]: content for address, content in zip(listed, contents, strict=True)}

    async def links(self, page: str, pattern: str) -> list[str]:
        """Where a page leads, of what matches."""
        answer = await self.client.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        return list(dict.fromkeys(re.findall(rf'href="({pattern})"', answer.text)))

    async def archive(self, address: str) -> dict[str, bytes]:
        """What a ZIP holds, by name, its table of contents first."""
        with ZipFile(BytesIO(await self.take(address))) as archive:
            first, *names = archive.namelist()
            assert first == "00-sommaire.pdf"
            return {first: archive.read(first)} | {name[3:]: archive.read(name) for name in names}


@asynccontextmanager
async def logged_in(place: Place, login: str, password: str) -> AsyncIterator[Taker]:
    """Somebody whose browser stays open as long as the block. The session's cookie is for HTTPS, or `localhost`: it is given by hand."""
    ours = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=place.portal_url, headers=ours, timeout=PATIENCE, trust_env=False) as client:
        answer = await client.post("/connexion", data={"identifiant": login, "mot_de_passe": password})
        assert answer.status_code == 303, answer.text
        client.headers["Cookie"] = "; ".join(line.partition(";")[0] for line in answer.headers.get_list("set-cookie"))
        yield Taker(client)


@dataclass
class Taken:
    """What there was to take, by name."""

    states: dict[str, bytes] = field(default_factory=dict)
    """By the organisations, one after the other, from “États”."""
    archived: dict[str, bytes] = field(default_factory=dict)
    """By the agent, in one file for each action."""
    invoices: dict[str, bytes] = field(default_factory=dict)
    """“Facture (PDF)” on each invoice's page, by its organisation."""
    invoices_of_agent: dict[str, bytes] = field(default_factory=dict)
    """The same by the agent."""
    slips: dict[str, bytes] = field(default_factory=dict)
    """Of what goes with an invoice that is not decided (BIL-14)."""
    blank: dict[str, bytes] = field(default_factory=dict)
    """From “Téléchargements”: forms without an action, the guide."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """Of the archives, by contract."""
    others: list[str] = field(default_factory=list)
    """What an organisation found of another's: nothing."""


async def take_everything(place: Place, plans: Iterable[Plan]) -> Taken:
    """Everybody takes all that their pages offer, and asks for what is another organisation's."""
    taken, every = Taken(), list(plans)
    logins = {plan.partner.login for plan in every}
    async with logged_in(place, *AGENT) as agent:
        for login in sorted(logins):
            async with logged_in(place, login, PASSWORD) as organisation:
                await _theirs(organisation, [plan.number for plan in every if plan.partner.login == login], taken)
                taken.others += await _of_others(organisation, [plan.number for plan in every if plan.partner.login != login])
        for plan in every:
            archive = await agent.archive(f"/region/actions/{plan.number}/etats.zip")
            taken.contents[plan.number] = archive.pop("00-sommaire.pdf")
            taken.archived |= archive
            for page in await agent.links(f"/region/actions/{plan.number}", r"/region/factures/[0-9a-f-]{36}"):
                taken.invoices_of_agent |= _named(await agent.client.get(f"{page}/facture.pdf"))
    return taken


async def _theirs(organisation: Taker, numbers: Iterable[str], taken: Taken) -> None:
    """What an organisation takes of its own."""
    years = {number[:4] for number in numbers}
    listed = [
        link for year in sorted(years) for link in await organisation.links(f"/etats?annee={year}", r"/actions/[^/]+/etats/[^\"]+[.]pdf")
    ]
    taken.states |= await organisation.take_all(listed)
    for number in numbers:
        for page in await organisation.links(f"/actions/{number}/facturation", rf"/actions/{number}/factures/[0-9a-f-]{{36}}"):
            (address,) = await organisation.links(page, rf"{page}/facture[.]pdf")
            taken.invoices |= _named(await organisation.client.get(address))
            for slip in await organisation.links(page, rf"{page}/bordereau[.]pdf"):
                taken.slips |= _named(await organisation.client.get(slip))
    forms = await organisation.links("/telechargements", r"/(?:formulaires/[^\"]+|guide)[.]pdf")
    again = {address.rpartition("/")[2]: (await organisation.client.get(address)).content for address in forms}
    assert not taken.blank or taken.blank == again, "whoever takes them, the blank forms are the same"
    taken.blank = again


def _named(answer: httpx.Response) -> Mapping[str, bytes]:
    assert answer.status_code == 200, answer.url
    return {answer.headers["content-disposition"].partition('"')[2].rstrip('"'): answer.content}


async def _of_others(organisation: Taker, others: Iterable[str]) -> list[str]:
    asked = [f"/actions/{number}/{what}" for number in others for what in ("etats", f"etats/formateurs-{number}.pdf", "etats.zip")]
    statuses = {address: (await organisation.client.get(address)).status_code for address in asked}
    return [address for address, status in statuses.items() if status != 404]
