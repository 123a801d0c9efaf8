"""A service is away, or two: every page is still read, what is asked meanwhile is recorded and told so, and all is answered afterwards."""

import asyncio
from collections.abc import Iterable, Sequence
from time import monotonic

from tests.faults.browser import Browser, Page
from tests.faults.lives import MARCH, Lives
from tests.faults.people import INVOICE
from tests.gateway.html import text_of

PAGES = r"/(?!deconnexion|direct|region/import/modele)[^#]*"
MOST_PAGES = 40
"""Of one person: every kind of page is among them."""
SLOW = 5.0
"""Seconds that a page may take, on a machine that does much else."""


async def read_everything(browser: Browser, whose: str) -> list[str]:
    """Follows links from the home page; the pages that did not come."""
    wrong, known, left = [], {"/"}, ["/"]
    while left and len(known) < MOST_PAGES:
        address, began = left.pop(0), monotonic()
        page = await browser.go(address)
        if page.answer.status_code != 200 or monotonic() - began > SLOW:
            wrong.append(f"{whose} reads {address}: {page.answer.status_code} after {monotonic() - began:.1f} s")
        if page.answer.headers.get("content-type", "").startswith("text/html"):
            new = [found for found in page.links(PAGES) if found.partition("?")[0] not in {each.partition("?")[0] for each in known}]
            known.update(new)
            left += new
    return wrong


async def ask(lives: Lives, service: str, time: int) -> Page:
    """Somebody asks something of this service; the page that they see then."""
    organisation, agent = lives.organisations[0], lives.agents[0]
    contract = organisation.plans[0].number
    match service:
        case "identity":
            browser, typed = organisation.browser, {"adresse": f"{time} rue des Joutes", "cp": "34200", "ville": "SÈTE"}
            return await browser.press(await browser.go("/compte"), "Enregistrer mon adresse", typed)
        case "actions":
            page = await agent.browser.go(f"/region/actions/{contract}")
            trainees = [node.attributes.get("value") or "" for node in page.root.css("select[name=stagiaire] option")]
            trainee = [value for value in trainees if value][time % max(1, len(trainees) - 1)]
            return await agent.browser.press(page, "fiche", {"stagiaire": trainee, "raison_fiche": "Une faute dans le nom."})
        case "declarations":
            page = await organisation.browser.go(f"/actions/{contract}/declarations/{MARCH}")
            cell = page.root.css("input[name$='.centre.attended']")[0].attributes["name"] or ""
            return await organisation.browser.press(page, "enregistrer", {cell: str(7 + time)})
        case "billing":
            address = (await agent.browser.go("/region/factures")).links(INVOICE)[0]
            return await agent.browser.press(await agent.browser.go(address), "Envoyer la note", {"note": f"Une question, la {time}e."})
        case _:
            raise ValueError(service)


ASKED = ("identity", "actions", "declarations", "billing")
"""Of whom something can be asked while a first month waits for its decision; surveys come at the end of an action."""


async def go_on_without(lives: Lives, services: Sequence[str], time: int) -> list[str]:
    """These services are away for a while; what did not go on as it must."""
    ground, wrong = lives.ground, []
    for service in services:
        ground.stop(service)
    asked = [await ask(lives, service, time) for service in services if service in ASKED]
    waiting = await ground.fetch("gateway", "SELECT service FROM commands WHERE answered_at IS NULL")
    if sorted(row["service"] for row in waiting) != sorted(service for service in services if service in ASKED):
        wrong.append(f"without {', '.join(services)}: {sorted(row['service'] for row in waiting)} wait for answers")
    for page in asked:
        if not _tells(page):
            wrong.append(
                f"without {', '.join(services)}: {page.path} does not say that an answer is awaited: {text_of(page.answer)[:1500]}"
            )
    for whose, person in (("the organisation", lives.organisations[0]), ("the agent", lives.agents[0])):
        wrong += [f"without {', '.join(services)}: {line}" for line in await read_everything(person.browser, whose)]
    for service in services:
        ground.add(service)
    await ground.until_ready(lives.waits.patience, services)
    wrong += await _answered(lives, services)
    return wrong


def _tells(page: Page) -> bool:
    return page.waits or page.says("réponse arrive") or page.says("attente de réponse")


async def _answered(lives: Lives, services: Iterable[str]) -> list[str]:
    give_up = monotonic() + lives.waits.patience
    while monotonic() < give_up:
        if not await lives.ground.fetch("gateway", "SELECT id FROM commands WHERE answered_at IS NULL"):
            return []
        await asyncio.sleep(0.3)
    return [f"{', '.join(services)} came back, and not everything was answered"]
