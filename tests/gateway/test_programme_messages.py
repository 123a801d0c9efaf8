"""What the Region's programme system sent, as agents read it (ACT-1)."""

from datetime import UTC, date, datetime
from typing import Any

from contracts.answers import Fault
from contracts.awards import ProgrammeAnswered
from contracts.envelope import Actor
from tests import guide
from tests.gateway.browser import faults_at_every_width
from tests.gateway.files import take
from tests.gateway.html import all_of, links_of, text_of, words
from tests.gateway.pieces import terms
from tests.gateway.running_portal import RunningPortal

PROGRAMME = Actor("programme", "programme")
PATH = "/region/import/programme"
AWARDED = guide.awarded(terms("JARDINS", date(2008, 9, 1), date(2009, 3, 27)))
AT = datetime(2008, 3, 3, 23, tzinfo=UTC)
"""A day begins in Paris: 4 March."""


async def answered(portal: RunningPortal, key: str, event: ProgrammeAnswered) -> None:
    await portal.happen(key, event, at=AT, actor=PROGRAMME)


async def test_act_1_agents_read_what_came_what_became_of_it_and_why(portal: RunningPortal) -> None:
    number = "2008QTA0001"
    await portal.happen(number, AWARDED, at=AT, actor=PROGRAMME)
    await answered(portal, number, ProgrammeAnswered(outcome="awarded", ask="award", contract_number=number))
    faults = (
        Fault(code="paid-above-headcount", figures={"paid": 11, "headcount": 10}, field="terms.paid_headcount", item="2008QTA0002"),
        Fault(code="field-unreadable", field="trainers.1.hours"),
        Fault(code="periods-overlap", figures={"start": "2008-01-07", "end": "2008-02-01"}, field="terms.periods.0.start"),
        Fault(code="field-unreadable", field="terms"),
    )
    refused = ProgrammeAnswered(outcome="refused", ask="replace", contract_number="2008QTA0002", faults=faults, more=2)
    await answered(portal, "2008QTA0002", refused)
    unreadable = ProgrammeAnswered(outcome="refused", faults=(Fault(code="message-unreadable"),))
    await answered(portal, "0193b5a0-0000-5000-8000-000000000001", unreadable)
    page = await portal.agent.get("/region/import")
    rows = [words(row) for row in all_of(page, "#programme tbody tr")]
    assert rows[0].startswith("04/03/2008 sans numéro Illisible Refusé Ce message ne se lit pas")
    assert "Remplacer Refusé Effectif rémunéré : L’effectif rémunéré, 11, dépasse l’effectif total, 10." in rows[1]
    assert "Formateurs, n° 2, Heures : Ce champ manque" in rows[1] and "Périodes, n° 1, Début : " in rows[1]
    assert "et 3 autres erreurs" in rows[1] and f"{number}, SCENES ET FORMATIONS Attribuer Attribué" in rows[2]
    assert {PATH, f"/region/actions/{number}"} <= set(links_of(page))
    only = await portal.agent.get(f"{PATH}?reponse=refused")
    assert len(all_of(only, "#messages tbody tr")) == 2 and "2 messages." in text_of(only)
    taken = await take(portal.agent, f"{PATH}?reponse=refused")
    assert [row["Réponse"] for row in taken.rows] == ["Refusé", "Refusé"] and "terms : Ce champ manque" in taken.rows[1]["Erreurs"]
    assert "Aucun message ne correspond" in text_of(await portal.agent.get(f"{PATH}?reponse=withdrawn"))


async def test_acc_6_no_organisation_reads_it(portal: RunningPortal) -> None:
    for path in (PATH, f"{PATH}.csv"):
        assert (await portal.secretary.get(path)).status_code == 404


async def test_act_1_the_history_says_that_the_programme_system_awarded_it_and_the_organisation_is_notified(portal: RunningPortal) -> None:
    number = "2008QTA0003"
    await portal.happen(number, AWARDED, at=AT, actor=PROGRAMME)
    history = await portal.secretary.get(f"/actions/{number}/historique")
    assert "Le système des programmes de la Région" in text_of(history)
    assert len(all_of(await portal.agent.get(f"/region/actions/{number}/historique?qui=programmes"), "#actes tbody tr")) == 1
    assert number in text_of(await portal.secretary.get("/notifications"))


async def test_the_pages_read_well_for_everybody(portal: RunningPortal, chromium: Any) -> None:
    faults = (Fault(code="field-unreadable", field="terms.organisation.address_complement"),) * 4
    await answered(portal, "2008QTA0004", ProgrammeAnswered(outcome="refused", ask="award", contract_number="2008QTA0004", faults=faults))
    page = await portal.agent.open(chromium, PATH)
    for path in (PATH, "/region/import"):
        await page.goto(portal.address + path)
        assert await faults_at_every_width(page) == [], path
    await page.context.close()
