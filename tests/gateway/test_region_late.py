"""What is late and where, as the Region's agents list and export it (ACT-1, DEC-6, BIL-7)."""

import csv
from datetime import date
from io import StringIO

import pytest_asyncio

from contracts.month import Month
from tests.gateway.html import all_of, links_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import award
from tests.gateway.running_portal import RunningPortal

UNOPENED, UNDECLARED, UNDECIDED, CALM = (f"2008LATE0{index}" for index in range(4))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def late(portal: RunningPortal) -> None:
    """On 6 March: not opened since the 1st; November alone confirmed; an invoice of 1 February undecided; and one where all is well."""
    await award(portal, UNOPENED, terms("À OUVRIR", date(2008, 3, 1), date(2008, 9, 26)))
    undeclared = await award(portal, UNDECLARED, terms("À DÉCLARER", date(2007, 11, 5), date(2008, 9, 26)))
    await undeclared.open(2)
    await undeclared.confirm(Month("2007-11"))
    undecided = await award(portal, UNDECIDED, terms("À DÉCIDER", date(2008, 1, 7), date(2008, 9, 26)))
    await undecided.open(2)
    await undecided.confirm(Month("2008-01"))
    await undecided.invoice(Month("2008-01"), on=date(2008, 2, 1))
    calm = await award(portal, CALM, terms("=CALME", date(2008, 3, 3), date(2008, 9, 26)))
    await calm.open(2)


async def test_what_is_late_stands_beside_each_action_and_is_filtered(portal: RunningPortal, late: None) -> None:
    page = await portal.agent.get("/region/actions")
    rows = {words(row.css_first("th") or row): words(row.css("td")[-1]) for row in all_of(page, "tbody tr")}
    assert rows == {
        UNOPENED: "Ouverture, en retard de 5 jours",
        UNDECLARED: "À confirmer : décembre 2007 et janvier 2008",
        UNDECIDED: "1 facture à décider",
        CALM: "rien",
    }
    assert f"/region/factures?action={UNDECIDED}&etat=retard" in links_of(page)
    for kind, numbers in (("tout", 3), ("ouverture", 1), ("declaration", 1), ("decision", 1), ("envie", 4)):
        assert len(all_of(await portal.agent.get(f"/region/actions?retard={kind}"), "tbody tr")) == numbers


async def test_the_list_is_exported_as_it_is_filtered_for_agents_alone_and_that_is_noted(portal: RunningPortal, late: None) -> None:
    for kind in ("csv", "xlsx"):
        assert (await portal.secretary.get(f"/region/actions.{kind}")).status_code == 404
    answer = await portal.agent.get("/region/actions.csv?retard=tout&tri=contrat")
    assert 'filename="actions-2008-03-06.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Contrat"] for row in rows] == [UNOPENED, UNDECLARED, UNDECIDED]
    assert rows[2]["Facturé et non rejeté HT"] == "643,00" and rows[0]["Ouverture en retard"] == "oui"
    assert "CHOMBIER" not in answer.text, "no trainee is in it"
    everything = await portal.agent.get("/region/actions.xlsx")
    assert everything.content.startswith(b"PK")
    assert await portal.db.fetchval("SELECT count(*) FROM security_log WHERE what = 'downloaded'") == 2
