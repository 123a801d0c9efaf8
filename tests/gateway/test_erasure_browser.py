"""The report of what was erased and the request for access in a real browser: everybody can read them (PRV-1)."""

from datetime import date
from typing import Any
from uuid import uuid4

from contracts.codes import ContractEnd
from contracts.erasure import ErasedByActions, ErasedByBilling, ErasedBySurveys, ErasureDue
from tests.gateway.browser import faults_at_every_width
from tests.gateway.pieces import named, sheet, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

DUE = ErasureDue(end=ContractEnd.LAST_PAYMENT, ended_on=date(2008, 3, 3), years=5, due_on=date(2014, 1, 1))
LONG = "MONTMORENCY-LUXEMBOURG-" * 3


async def test_prv_01_the_report_and_the_request_for_access_have_no_accessibility_fault_at_any_width(
    portal: RunningPortal, told: dict[str, Told], chromium: Any
) -> None:
    gone = await award(portal, f"E{uuid4().hex[:8]}", terms("MARIONNETTISTES " * 3, date(2008, 2, 4), date(2008, 4, 25)))
    await gone.register(2)
    await portal.happen(gone.number, DUE, ErasedByActions(trainees=2, trainers=2, agents=1), ErasedByBilling(texts=1))
    done = await award(portal, f"E{uuid4().hex[:8]}", terms("SOUFFLEURS", date(2008, 2, 4), date(2008, 4, 25)))
    await portal.happen(done.number, DUE, ErasedByActions(trainees=0), ErasedByBilling(), ErasedBySurveys(texts=1))
    here = await award(portal, f"E{uuid4().hex[:8]}", terms("DÉCORATEURS", date(2008, 2, 4), date(2008, 4, 25)))
    there = await award(portal, f"E{uuid4().hex[:8]}", terms("PEINTRES", date(2008, 6, 2), date(2008, 9, 26)))
    for action in (here, there):
        await action.say(*trainee_messages(action.number, named(action.number, "long"), sheet(LONG, "Anne", date(2008, 2, 4))))
    person = f"/region/personnes/{here.number}/{named(here.number, 'long')}"
    page = await portal.agent.open(chromium, "/region/personnes")
    wrong = {"/region/personnes": await faults_at_every_width(page)}
    await page.get_by_label("Nom, prénom").fill("montmorency")
    await page.get_by_role("button", name="Chercher").click()
    await page.get_by_role("link", name=here.number).wait_for()
    wrong["found"] = await faults_at_every_width(page)
    for path in (person, "/region/effacements", f"/region/actions/{gone.number}"):
        await page.goto(portal.address + path)
        wrong[path] = await faults_at_every_width(page)
    assert {path: faults for path, faults in wrong.items() if faults} == {}
    async with page.expect_download() as downloading:
        await page.goto(portal.address + person)
        await page.get_by_role("link", name="Télécharger le fichier").click()
    assert (await downloading.value).suggested_filename.startswith("demande-d-acces-")
    await page.context.close()
