"""What a secretary's tasks take, played in a browser: keys and clicks are counted, and held against what they may be at most (DEC-11)."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.actions import RegisterTrainee
from contracts.billing import IssueInvoice
from contracts.declarations import ConfirmMonth
from contracts.message import Command, Message
from contracts.month import Month
from tests.gateway.pieces import named, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import Service, key, rows_of, running

FEBRUARY, MARCH, APRIL = Month("2008-02"), Month("2008-03"), Month("2008-04")
AIMS = {
    "a month, twelve all present": 15,
    "an absence with its period": 12,
    "the last month, all stay to the end": 20,
    "to the first cell by keyboard": 3,
    "filled month to invoice sent, clicks": 4,
    "one trainee's sheet": 69,
}
"""Keys at most, or clicks."""


class Counted:
    """Presses keys and clicks on a page, and counts them."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    async def press(self, *keys: str) -> None:
        for pressed in keys:
            await self.page.keyboard.press(pressed)
            self.count += 1

    async def go_back_to(self, id_of_field: str) -> None:
        """From field to field, backwards; what stands in the one that is reached is selected."""
        for _ in range(20):
            await self.press("Shift+Tab")
            if await self.focused() == id_of_field:
                return
        raise AssertionError(f"no key leads to {id_of_field}")

    async def go_on(self) -> None:
        """Enter, which leads to the next page."""
        async with self.page.expect_navigation():
            await self.press("Enter")

    async def click(self, words: str) -> None:
        """On a button or a link, which leads to the next page."""
        async with self.page.expect_navigation():
            await self.page.click(f"main :is(a, button):visible:has-text('{words}')")
            self.count += 1

    async def focused(self) -> str:
        """The id of what has the focus."""
        found: str = await self.page.evaluate("document.activeElement.id")
        return found


class Services(Service):
    """Save lines and exits, confirm the month and issue its invoice, as declarations and billing do."""

    def __init__(self, action: Told) -> None:
        super().__init__()
        self.action = action

    async def decide(self, key: str, command: Command) -> Sequence[Message]:
        match command:
            case ConfirmMonth():
                await self.action.confirm(command.month)
            case IssueInvoice():
                await self.action.invoice(*command.months, on=date(2008, 3, 6))
            case _:
                return tuple(self(key, command))
        return ()


async def to_the_first_cell(page: Any) -> int:
    """From the top of the page: the second link leads there."""
    keys = Counted(page)
    await keys.press("Tab", "Tab", "Enter")
    assert (await keys.focused()).endswith("-centre-attended")
    return keys.count


async def all_present(page: Any) -> int:
    """From the first cell back to the hours of who is present: Enter does what the button beside does, and Enter again saves."""
    keys = Counted(page)
    await keys.go_back_to("present-centre")
    await keys.press(*"140")
    await keys.go_on()
    assert await page.evaluate("document.activeElement.textContent") == "Enregistrer le mois"
    await keys.go_on()
    await page.wait_for_selector("#a-faire:has-text('Tout est rempli')")
    return keys.count


async def an_absence(page: Any, row: str) -> int:
    """From what unfolds the exceptions: who, which day, why; the next one can be typed at once."""
    keys = Counted(page)
    await page.fill("#present-centre", "140")
    async with page.expect_navigation():
        await page.press("#present-centre", "Enter")
    await page.focus(".present__more > summary")
    await keys.press("Enter", "Tab", *"DU", "Tab", "5", "Tab", "Tab", *"Con")
    await keys.go_on()
    assert [await page.input_value(f"#{row}-centre-{kind}") for kind in ("attended", "excused")] == ["133,00", "7,00"]
    assert await keys.focused() == "absence-trainee"
    return keys.count


async def to_the_invoice(page: Any) -> int:
    """From the filled month: looked at, confirmed, its invoice looked at, sent."""
    clicks = Counted(page)
    for words in ("Vérifier avant de confirmer", "Confirmer février 2008", "Facturer le mois", "Confirmer la facture"):
        await clicks.click(words)
    await page.wait_for_selector("text=Factures émises")
    return clicks.count


async def a_month(portal: RunningPortal, chromium: Any) -> dict[str, int]:
    """February of twelve trainees, up to its invoice."""
    action = await running(portal, "2008KEYS01", 12)
    async with portal.answering(Services(action).decide) as came:
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/{FEBRUARY}", height=768)
        first = await to_the_first_cell(page)
        counted = {"to the first cell by keyboard": first, "a month, twelve all present": first + await all_present(page)}
        assert [len(rows_of(filled)) for filled in came] == [12]
        counted["an absence with its period"] = await an_absence(page, key(action, 1))
        await Counted(page).click("Enregistrer le mois")
        counted["filled month to invoice sent, clicks"] = await to_the_invoice(page)
        await page.context.close()
    assert [type(command) for command in came[2:]] == [ConfirmMonth, IssueInvoice] and len(action.invoices) == 1
    return counted


async def the_last_month(portal: RunningPortal, chromium: Any) -> dict[str, int]:
    """April of twelve trainees who stay until the training ends."""
    action = await running(portal, "2008KEYS02", 12)
    for month in (FEBRUARY, MARCH):
        await action.confirm(month)
    portal.it_is("2008-05-05T10:00")
    async with portal.answering(Service()) as came:
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/declarations/{APRIL}", height=768)
        count = await to_the_first_cell(page) + await all_present(page)
        await page.context.close()
    portal.it_is("2008-03-06T14:12")
    assert [row.exit is not None for filled in came for row in rows_of(filled)] == [True] * 12
    return {"the last month, all stay to the end": count}


async def a_sheet(portal: RunningPortal, chromium: Any) -> dict[str, int]:
    """Camille MARTIN of Sète, from the first field on; what is optional is passed over, and Enter saves."""
    action = await award(portal, "2008KEYS03", terms("ACCESSOIRISTES", date(2008, 4, 7), date(2008, 12, 19)))

    def register(number: str, command: Command) -> Sequence[Message]:
        assert isinstance(command, RegisterTrainee) and not command.partial
        return trainee_messages(number, named(number, "MARTIN"), command.sheet)

    async with portal.answering(register) as came:
        page = await portal.secretary.open(chromium, f"/actions/{action.number}/stagiaires/nouveau", height=768)
        keys = Counted(page)
        await page.focus("#civilite")
        await keys.press(*"Mm", "Tab", *"MARTIN", "Tab", *"Camille", "Tab", *"14021986", "Tab", "Space", "Tab", "Tab", "Tab")
        await keys.press(*"2 rue Hugo", "Tab", "Tab", *"34200", "Tab")
        async with asyncio.timeout(10):
            while await page.input_value("#ville") != "Sète":
                await page.wait_for_timeout(20)
        await keys.press("Tab", "Tab", "Tab", "Tab", "Tab", "R", "Tab", "N", *["ArrowDown"] * 3, "Tab", "M", "Tab", "F", "Tab", "Space")
        await keys.go_on()
        await page.wait_for_selector("text=MARTIN Camille")
        await page.context.close()
    assert len(came) == 1
    return {"one trainee's sheet": keys.count}


async def test_dec_11_the_tasks_of_a_month_take_as_few_keys_and_clicks_as_they_may(portal: RunningPortal, chromium: Any) -> None:
    counted = await a_month(portal, chromium) | await the_last_month(portal, chromium) | await a_sheet(portal, chromium)
    print(f"\n{'task':40}{'now':>5}{'aim':>5}", *(f"{task:40}{counted[task]:5}{aim:5}" for task, aim in AIMS.items()), sep="\n")  # noqa: T201
    assert {task: count for task, count in counted.items() if count > AIMS[task]} == {} and counted.keys() == AIMS.keys()
