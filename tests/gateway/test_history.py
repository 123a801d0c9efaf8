"""“Historique”: who did what, when, from what to what; filtered, paged, and as a file (ACC-8)."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from contracts import declarations, personal
from contracts.actions import DatesUnlocked, EntryDate, EntryDatesConfirmed
from contracts.answers import PersonalRef
from contracts.declarations import Absence, Line, LineSaved, PlaceFigures
from contracts.month import Month
from gateway.web.known_on import MOST_OF_ONE
from tests.gateway.html import all_of, links_of, one_of, text_of, value_of, words
from tests.gateway.pieces import noon, terms
from tests.gateway.region_in_march import BTS, RIVAL, Told, award, users
from tests.gateway.running_portal import RunningPortal

JANUARY, FEBRUARY = Month("2008-01"), Month("2008-02")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def action(portal: RunningPortal) -> Told:
    """Opened on 7 January with three trainees; January confirmed, invoiced, rejected; a cell corrected; dates unlocked, with a reason."""
    await users(portal)
    told = await award(portal, "2008HIST01", terms("=MENUISIERS", date(2008, 1, 7), date(2008, 9, 26)))
    await told.open(3)
    await told.confirm(JANUARY)
    await told.reject(await told.invoice(JANUARY, on=date(2008, 2, 7)), on=date(2008, 3, 3), correct_by=date(2008, 3, 18))
    await told.say(cell(told.trainees[0], "58.5"), on=date(2008, 3, 4))
    why = personal.TextRecord(id=f"{told.number}/why", version=1, contract_number=told.number, text="+Appel de l’organisme")
    unlocked = DatesUnlocked(reason=PersonalRef(id=why.id, version=1), version=2)
    await portal.happen(told.number, why, unlocked, at=noon(date(2008, 3, 5)), actor=portal.agent.actor)
    return told


def cell(trainee: UUID, attended: str) -> LineSaved:
    """A line of January, with an absence."""
    centre = PlaceFigures(attended=Decimal(attended), excused=Decimal("1.5"), unexcused=Decimal(0))
    absence = Absence(
        start=date(2008, 1, 8),
        end=date(2008, 1, 8),
        reason=declarations.AbsenceReason.SUMMONS,
        place=declarations.Place.CENTRE,
        hours=Decimal("1.5"),
    )
    company = PlaceFigures(attended=Decimal(20), excused=Decimal(0), unexcused=Decimal(0))
    line = Line(centre=centre, company=company, absences=(absence,))
    return LineSaved(month=JANUARY, trainee_id=trainee, line=line, complete=True, version=2)


def acts(page: httpx.Response) -> list[str]:
    """What the list says of each act, latest first."""
    return [words(row) for row in all_of(page, "#actes tbody tr")]


async def rows(portal: RunningPortal, address: str, *, by: str = "secretary") -> list[dict[str, str]]:
    answer = await getattr(portal, by).get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig").replace("\u00a0", " ")), delimiter=";"))


async def test_acc_08_the_history_says_who_did_what_and_when_to_both_sides(portal: RunningPortal, action: Told) -> None:
    for person, path in ((portal.secretary, f"/actions/{action.number}"), (portal.agent, f"/region/actions/{action.number}")):
        assert f"{path}/historique" in links_of(await person.get(path))
        page = await person.get(f"{path}/historique")
        latest, *_, first = acts(page)
        assert (
            latest.startswith("05/03/2008, 12 h 00 Dates déverrouillées « +Appel de l’organisme »")
            and "Claire BONNET, pour la Région" in latest
        )
        assert "Action attribuée, 44 590,00 € HT, 10 stagiaires au plus" in first and "Claire BONNET, pour la Région" in first
        text = text_of(page)
        assert "Facture n° 1 rejetée le 3 mars 2008 par un agent de la Région : justificatifs manquants" in text
        assert "Janvier 2008 confirmé, 3 stagiaires : 183,00 h en centre, 60,00 h en entreprise" in text


async def test_acc_08_a_corrected_cell_says_from_what_to_what(portal: RunningPortal, action: Told) -> None:
    page = await portal.secretary.get(f"/actions/{action.number}/historique?stagiaire={action.trainees[0]}&mois={JANUARY}")
    corrected, first = acts(page)
    assert "Janvier 2008 : heures de CHOMBIER Gisèle saisies" in corrected and "SCENES ET FORMATIONS" in corrected
    assert "Centre, heures réalisées : de 60,00 h → à 58,50 h" in corrected
    assert "Absences : de rien → à convocation, centre, du 08/01/2008 au 08/01/2008, 1,50 h" in corrected
    assert "Entreprise" not in corrected, "what is as it was is not told"
    assert "Centre, heures réalisées : 60,00 h" in first and "→" not in first


@pytest.mark.parametrize(
    ("asked", "count", "found"),
    [
        ("objet=factures", 2, "Facture n° 1 rejetée"),
        ("objet=action", 5, "Dates et périodes validées"),
        ("objet=mois", 6, "Janvier 2008 rouvert"),
        ("objet=stagiaires", 13, "DURAND Jean-Claude : entrée en formation le 7 janvier 2008"),
        ("mois=2008-01", 8, "Facture n° 1 confirmée"),
        ("qui=region&du=01/03/2008", 3, "Dates déverrouillées"),
        ("qui=organisme&du=04/03/2008", 1, "CHOMBIER"),
        ("qui=finance", 0, ""),
        ("du=03/03/2008&au=03/03/2008", 2, "rejetée"),
        ("au=31/12/2007", 9, "Formateurs confirmés"),
        ("objet=autre&qui=personne&stagiaire=x&mois=x&facture=x", 22, "Action attribuée"),
    ],
)
async def test_acc_08_the_history_is_filtered_by_object_person_and_day(
    portal: RunningPortal, action: Told, asked: str, count: int, found: str
) -> None:
    page = await portal.secretary.get(f"/actions/{action.number}/historique?{asked}")
    assert len(acts(page)) == count and found in text_of(page)
    assert (
        len({row["Quoi"] + row["Heure"] + row["Date"] for row in await rows(portal, f"/actions/{action.number}/historique.csv?{asked}")})
        == count
    )


async def test_acc_08_one_invoice_and_one_person_can_be_followed(portal: RunningPortal, action: Told) -> None:
    path, invoice = f"/actions/{action.number}/historique", action.invoices[0].invoice_id
    page = await portal.secretary.get(f"{path}?facture={invoice}")
    assert len(acts(page)) == 2, "confirmed, and rejected"
    agent = portal.agent.viewer
    chosen = {option.attributes["value"]: words(option) for option in all_of(await portal.secretary.get(path), "#qui option")}
    assert chosen[str(agent.user_id)] == "Claire BONNET" and str(portal.rival.viewer.user_id) not in chosen
    assert len(acts(await portal.secretary.get(f"{path}?qui={agent.user_id}"))) == 4
    assert {f"{path}?facture={invoice}", f"{path}?mois=2008-01", f"{path}?stagiaire={action.trainees[1]}"} <= links_of(
        await portal.secretary.get(path)
    )


async def test_the_pages_of_a_trainee_a_month_and_an_invoice_lead_to_their_history(portal: RunningPortal, action: Told) -> None:
    path, trainee, invoice = f"/actions/{action.number}", action.trainees[0], action.invoices[0].invoice_id
    for page, about in (
        (f"{path}/stagiaires/{trainee}", f"stagiaire={trainee}"),
        (f"{path}/declarations/{JANUARY}", f"mois={JANUARY}"),
        (f"{path}/factures/{invoice}", f"facture={invoice}"),
    ):
        assert f"{path}/historique?{about}" in links_of(await portal.secretary.get(page)), page
    for page, about in (
        (f"/region{path}", f"stagiaire={trainee}"),
        (f"/region/declarations/{action.number}/{JANUARY}", f"mois={JANUARY}"),
        (f"/region/factures/{invoice}", f"facture={invoice}"),
    ):
        assert f"/region{path}/historique?{about}" in links_of(await portal.agent.get(page)), page


async def test_an_event_about_several_trainees_is_an_act_for_each(portal: RunningPortal, action: Told) -> None:
    told = await award(portal, "2008HIST02", terms("PEINTRES", date(2008, 4, 7), date(2008, 9, 26)))
    await told.register(2)
    first, second = told.trainees
    for day in (7, 8):
        entries = [EntryDate(trainee_id=trainee, entered_on=date(2008, 4, day)) for trainee in (first, second)]
        await told.say(EntryDatesConfirmed(entries=(entries[0], entries[1] if day == 7 else EntryDate(trainee_id=second, entered_on=None))))
    path = f"/actions/{told.number}/historique?stagiaire="
    changed, confirmed, _ = acts(await portal.secretary.get(f"{path}{first}"))
    assert "CHOMBIER Gisèle : entrée le 7 avril 2008" in confirmed and "Date d’entrée : de 7 avril 2008 → à 8 avril 2008" in changed
    assert (
        "DURAND Jean-Claude n’est jamais venu Date d’entrée : de 7 avril 2008 → à rien"
        in acts(await portal.secretary.get(f"{path}{second}"))[0]
    )


async def test_a_long_history_is_paged_and_a_page_that_is_none_is_empty(portal: RunningPortal, action: Told) -> None:
    told = await award(portal, "2008HIST03", terms("VITRIERS", date(2008, 1, 7), date(2008, 9, 26)))
    await told.open(1)
    for count in range(60):
        await told.say(cell(told.trainees[0], str(count)))
    path = f"/actions/{told.number}/historique"
    page = await portal.secretary.get(f"{path}?objet=mois")
    assert len(acts(page)) == 50 and "60 actes." in text_of(page) and f"{path}?tri=date&sens=desc&page=2&objet=mois" not in links_of(page)
    following = next(link for link in links_of(page) if "page=2" in link)
    assert len(acts(await portal.secretary.get(path + following))) == 10
    assert acts(await portal.secretary.get(f"{path}?page=9999")) == []
    exported = await rows(portal, f"{path}.csv?objet=mois")
    assert (exported[-1]["Champ"], exported[-1]["Avant"], exported[-1]["Après"]) == ("centre, heures réalisées", "58,00 h", "59,00 h")


async def test_all_of_ones_actions_have_one_history_and_an_agent_sees_everybodys(
    portal: RunningPortal, told: dict[str, Told], action: Told
) -> None:
    own = text_of(await portal.secretary.get("/historique?du=01/03/2008&au=05/03/2008"))
    assert action.number in own and BTS in own and RIVAL not in own
    assert RIVAL in text_of(await portal.rival.get("/historique")) and BTS not in text_of(await portal.rival.get("/historique"))
    page = await portal.agent.get("/historique")
    assert "CEVENNES" in text_of(await portal.agent.post("/recherche", {"page": "/historique", "q": RIVAL}))
    sought = await portal.agent.post("/recherche", {"page": "/historique", "q": RIVAL.lower(), "objet": "action"})
    assert len(acts(sought)) == 1 and f"/region/actions/{RIVAL}/historique" in links_of(sought)
    assert "/historique" in links_of(page) and one_of(page, "#qui")


async def test_an_export_of_all_actions_names_no_trainee_and_holds_no_text(portal: RunningPortal, action: Told) -> None:
    for by in ("secretary", "agent"):
        everything = await rows(portal, "/historique.csv?du=01/03/2008&au=05/03/2008", by=by)
        mine = [row for row in everything if row["Contrat"] == action.number]
        assert {row["Stagiaire"] for row in mine} == {"", str(action.trainees[0])} and "CHOMBIER" not in str(everything)
        assert {row["Motif ou note"] for row in everything} == {""}


async def test_an_export_of_one_action_is_whole_carries_out_nothing_and_is_noted(portal: RunningPortal, action: Told) -> None:
    before = await portal.db.fetchval("SELECT count(*) FROM security_log WHERE what = 'downloaded'")
    exported = await rows(portal, f"/region/actions/{action.number}/historique.csv", by="agent")
    assert await portal.db.fetchval("SELECT count(*) FROM security_log WHERE what = 'downloaded'") == before + 1
    assert {row["Intitulé"] for row in exported} == {"'=MENUISIERS"} and exported[-1]["Motif ou note"] == "'+Appel de l’organisme"
    assert exported[0]["Quoi"].startswith("Action attribuée") and exported[-1]["Qui"] == "Claire BONNET, pour la Région"
    (changed,) = [row for row in exported if row["Champ"] == "centre, heures réalisées" and row["Avant"]]
    assert (changed["Stagiaire"], changed["Mois"], changed["Avant"], changed["Après"]) == (
        "CHOMBIER Gisèle",
        "janvier 2008",
        "60,00 h",
        "58,50 h",
    )


@pytest.mark.parametrize("asked", ["du=hier", "du=99/99/2008", "au=01/01/0001", "du=05/03/2008&au=04/03/2008", "du=01/01/9999"])
async def test_a_day_that_is_none_is_said_beside_its_field_and_nothing_is_exported(portal: RunningPortal, action: Told, asked: str) -> None:
    for address in (f"/actions/{action.number}/historique", "/historique", f"/actions/{action.number}/historique.csv", "/historique.csv"):
        page = await portal.secretary.get(f"{address}?{asked}")
        assert page.status_code == 422 and "L’historique n’est pas filtré" in text_of(page)
        assert asked.partition("=")[2].partition("&")[0] in page.text, "what was typed is still there"


async def test_acc_06_nothing_of_anothers_is_shown_whatever_is_asked(portal: RunningPortal, action: Told) -> None:
    for suffix in ("", ".csv"):
        assert (await portal.rival.get(f"/actions/{action.number}/historique{suffix}")).status_code == 404
        assert (await portal.secretary.get(f"/region/actions/{action.number}/historique{suffix}")).status_code == 404
    asked = f"stagiaire={action.trainees[0]}", f"facture={action.invoices[0].invoice_id}", f"qui={portal.secretary.viewer.user_id}"
    for about in asked:
        theirs, nobodys = [await portal.rival.get(f"/historique?{what}") for what in (about, about.partition("=")[0] + f"={uuid4()}")]
        assert acts(theirs) == acts(nobodys) == [] and action.number not in theirs.text


@pytest.mark.parametrize("day", ["", "hier", "07/11/2007", "06/03/2008", "31/12/2099"])
async def test_an_action_is_shown_as_known_on_a_day_that_is_past_alone(portal: RunningPortal, action: Told, day: str) -> None:
    """Neither before its award, on 8 November, nor today."""
    page = await portal.secretary.post(f"/actions/{action.number}/historique", {"jour": day})
    assert page.status_code == 422 and "ne peut pas être montrée telle qu’elle était connue" in text_of(page)
    assert one_of(page, "#jour").attributes["value"] == day
    assert await portal.db.fetchval("SELECT count(*) FROM known_on WHERE contract_number = $1", action.number) == 0


@pytest.mark.parametrize("day", ["2007-11-07", "2008-03-06", "2008-02-30", "hier", "0001-01-01", "9999-12-31"])
async def test_what_is_no_past_day_of_an_action_has_no_page(portal: RunningPortal, action: Told, day: str) -> None:
    assert (await portal.secretary.get(f"/actions/{action.number}/historique/{day}")).status_code == 404


async def test_acc_06_a_past_day_of_anothers_action_is_asked_for_by_nobody_else(portal: RunningPortal, action: Told) -> None:
    for method, path in (("get", f"/actions/{action.number}/historique/2008-02-01"), ("post", f"/actions/{action.number}/historique")):
        answer = await (portal.rival.get(path) if method == "get" else portal.rival.post(path, {"jour": "01/02/2008"}))
        assert answer.status_code == 404
    assert await portal.db.fetchval("SELECT count(*) FROM known_on WHERE contract_number = $1", action.number) == 0


async def test_while_it_is_folded_the_page_says_how_far_it_is_and_both_sides_see_the_same(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/historique"
    page = await portal.secretary.post(path, {"jour": "01/02/2008"})
    assert (
        page.url.path == f"{path}/2008-02-01"
        and "La relecture va commencer." in text_of(page)
        and '<meta http-equiv="refresh"' in page.text
    )
    await portal.db.execute("UPDATE known_on SET attempts = 1, done = 500, total = 2000")
    assert "25 % du journal relu." in text_of(await portal.agent.get(f"/region{path}/2008-02-01"))
    await portal.agent.post(f"/region{path}", {"jour": "01/02/2008"})
    assert await portal.db.fetchval("SELECT count(*) FROM known_on") == 1, "it is folded once"
    await portal.db.execute("UPDATE known_on SET attempts = 3")
    assert "L’exploitant en est averti." in text_of(await portal.secretary.get(f"{path}/2008-02-01"))
    await portal.db.execute("UPDATE known_on SET attempts = 1, ready_at = now()")
    assert "Cette vue n’est plus gardée" in text_of(await portal.secretary.get(f"{path}/2008-02-01")), "its schema is gone"
    await portal.db.execute("DELETE FROM known_on")
    gone = await portal.secretary.get(f"{path}/2008-02-01")
    assert "Cette vue n’est plus gardée" in text_of(gone) and value_of(gone, "jour") == "01/02/2008"


async def test_somebody_who_asks_for_too_many_days_is_told_so(portal: RunningPortal, action: Told) -> None:
    for day in range(1, MOST_OF_ONE + 1):
        await portal.secretary.post(f"/actions/{action.number}/historique", {"jour": f"{day:02}/01/2008"})
    page = await portal.secretary.post(f"/actions/{action.number}/historique", {"jour": "31/01/2008"})
    assert page.status_code == 422 and "Chacune l’est pendant une heure" in text_of(page)
    await portal.db.execute("DELETE FROM known_on")
