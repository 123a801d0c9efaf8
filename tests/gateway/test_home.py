"""Home: what is to be done and by when, the actions of a year (HOME-1, HOME-2), and notifications (NOT-1)."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts import actions, declarations
from contracts.answers import PersonalRef
from contracts.codes import ExitKind
from contracts.month import Month
from contracts.personal import TextRecord
from gateway.web.session import Viewer
from tests.gateway.html import all_of, links_of, one_of, regions_of, text_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import BTS, CLOSED, OVER, READY, RIVAL, SOON, TO_OPEN, Told, award
from tests.gateway.running_portal import Person, RunningPortal


def titles(html: str) -> list[str]:
    return [" ".join(heading.replace("\u00a0", " ").split()) for heading in re.findall(r"<h3>(.*?)</h3>", html)]


async def test_home_01_tasks_come_late_first_then_by_deadline_then_those_without(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    assert page.status_code == 200
    assert titles(page.text) == [
        "Ouvrir l’action",
        "Confirmer les heures de février 2008",
        "Facturer janvier 2008, 2 692,00 € HT",
        "Facturer février 2008, 1 989,00 € HT",
        "Corriger décembre 2007 : la facture n° 4 est rejetée",
        "Préparer l’ouverture : il manque 4 éléments",
        "Préparer l’ouverture : il manque 3 éléments",
        "Clôturer l’action",
        "Remplir 4 fiches de suivi à la sortie",
        "Remplir 4 enquêtes à six mois",
    ]
    text = text_of(page)
    assert "10 tâches, dont 1 en retard." in text
    assert "en retard de 3 jours" in text
    assert "jusqu’au 15 mars il reste 10 jours" in text
    assert "jusqu’au 19 mars il reste 14 jours" in text


async def test_home_01_only_the_first_task_has_a_filled_button(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    assert len(re.findall(r'class="btn btn-primary"', page.text)) == 1


async def test_home_01_the_list_holds_one_year_and_counts_it(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    assert "5 élément(s) contractuel(s) trouvé(s)." in text_of(page)
    assert {f"/actions/{number}" for number in (BTS, TO_OPEN, READY, OVER, CLOSED)} <= links_of(page)
    assert f"/actions/{SOON}" not in links_of(page)
    later = await portal.secretary.get("/?annee=2008")
    assert "1 élément(s) contractuel(s) trouvé(s)." in text_of(later)
    assert f"/actions/{SOON}" in links_of(later)
    empty = await portal.secretary.get("/?annee=1999")
    assert "Aucun élément contractuel trouvé pour 1999." in text_of(empty)


async def test_home_01_a_cell_offers_only_what_can_be_done_now(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    rows = dict(re.findall(r'<tr role="row" class="has-more" id="action-(\w+)">(.*?)</tr>', page.text, flags=re.S))
    text = {number: text_of(type(page)(200, text=row)) for number, row in rows.items()}
    assert "Gestion des dates de formation" in text[TO_OPEN] and "Gestion des dates" not in text[BTS]
    assert "3 bénéficiaires inscrits" in text[TO_OPEN] and "1 fiche incomplète" in text[TO_OPEN]
    assert "Ouvrir l’action" in text[READY] and "Ouvrir l’action" not in text[TO_OPEN]
    assert "Corriger déc. 2007 , contrat 2007QCA0266 jusqu’au 19/03" in text[BTS]
    assert "Saisir février 2008 , contrat 2007QCA0266 jusqu’au 15/03" in text[BTS]
    assert "1 facture à valider" in text[BTS] and "1 rejetée" in text[BTS]
    assert "Clôturer l’action" in text[OVER] and "4 mois confirmés" in text[OVER]
    assert "Inscrire les stagiaires" not in text[CLOSED] and "Solde payé" in text[CLOSED] and "Bilan reçu" in text[CLOSED]


async def test_home_02_the_summary_has_the_twenty_fields_of_the_guide(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    folded = one_of(page, f"#resume-{BTS} details").attributes["hx-get"]
    assert folded
    unfolded = await portal.secretary.get(folded)
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", re.sub(r"</?span[^>]*>", "", unfolded.text).replace("\u00a0", " ")))
    assert len(facts) == 20
    assert facts["Prix total"] == "44 590,00 €" and facts["Prix total en centre"] == "40 600,00 €"
    assert facts["Durée en entreprise"] == "420,00 h" and facts["Financement FSE"] == "non"
    assert facts["Secteur d’activité"] == "Services - Gestion de l’entreprise (SEG)"


async def test_home_02_without_javascript_the_summary_is_on_the_page_of_the_action(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/")
    (link,) = one_of(page, f"#resume-{BTS}").css("a")
    path, _, anchor = (link.attributes["href"] or "").partition("#")
    summary = one_of(await portal.secretary.get(path), f"#{anchor}")
    assert len(summary.css("dt")) == 20


async def test_acc_06_another_organisation_sees_nothing_of_it(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.rival.get("/")
    assert BTS not in page.text and RIVAL in page.text
    for path in (
        "",
        "/resume",
        "/dates",
        "/stagiaires",
        "/stagiaires/nouveau",
        "/entrees",
        "/formateurs",
        "/ouverture",
        "/non-ouverture",
        "/cloture",
    ):
        assert (await portal.rival.get(f"/actions/{BTS}{path}")).status_code == 404, path
    trainee = told[BTS].trainees[0]
    assert (await portal.rival.get(f"/actions/{RIVAL}/stagiaires/{trainee}")).status_code == 404
    assert (await portal.rival.post(f"/actions/{BTS}/formateurs", {})).status_code == 404


async def test_an_agent_begins_with_the_invoices_and_has_no_page_of_an_organisation(portal: RunningPortal, told: dict[str, Told]) -> None:
    answer = await portal.agent.client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/region/factures")
    assert (await portal.agent.get(f"/actions/{BTS}")).status_code == 404
    told_agents = text_of(await portal.agent.get("/notifications"))
    assert "Facture à décider non lue SCENES ET FORMATIONS" in told_agents and "Action clôturée" in told_agents


async def test_when_there_is_nothing_to_do_home_says_what_comes_next(portal: RunningPortal) -> None:
    calm = "2007QCA0500"
    viewer = Viewer(uuid4(), "organisation", "11111111111111", "calme", "ORGANISME CALME", False)
    person = await portal.person(viewer)
    nobody = await person.get("/")
    assert "Aucune action ne vous est attribuée pour l’instant" in text_of(nobody)
    told = await award(portal, calm, terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26), siret="11111111111111"))
    await told.open(2)
    await told.confirm(Month("2008-02"))
    await told.invoice(Month("2008-02"), on=date(2008, 3, 6))
    page = text_of(await person.get("/"))
    assert "Rien à faire aujourd’hui La prochaine échéance est le 1er avril 2008 : confirmer les heures de mars 2008." in page
    assert "Rien à faire aujourd’hui" in text_of(await person.get(f"/actions/{calm}"))
    await person.client.aclose()


async def test_a_task_whose_command_is_on_its_way_shows_an_hourglass_instead_of_its_button(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    await portal.db.execute(
        """
        INSERT INTO commands (id, service, type, key, user_id, siret, path, sent_at)
        VALUES ($1, 'actions', $2, $3, $4, $5, '/', $6)
        """,
        uuid4(),
        actions.OpenAction.TYPE,
        READY,
        portal.secretary.viewer.user_id,
        portal.secretary.viewer.siret,
        portal.it_is("2008-03-06T14:12"),
    )
    page = await portal.secretary.get("/")
    assert "En attente de réponse depuis 14 h 12" in text_of(page)
    await portal.db.execute("DELETE FROM commands WHERE key = $1", READY)


async def test_a_month_missed_in_its_window_waits_for_the_next_one(portal: RunningPortal, told: dict[str, Told]) -> None:
    portal.it_is("2008-03-20T09:00")
    try:
        text = text_of(await portal.secretary.get("/"))
        assert "Saisir les heures de février 2008" in text
        assert "La confirmation se fait du 1er au 15 avril." in text
        assert "Facturer janvier 2008" not in text
        assert "La correction se confirme du 1er au 15 avril." in text
    finally:
        portal.it_is("2008-03-06T14:12")


async def test_not_01_notifications_stay_until_they_are_read(portal: RunningPortal, told: dict[str, Told]) -> None:
    await portal.secretary.post("/notifications/lues", {})
    calm = await portal.secretary.get("/notifications")
    assert "Tout est lu." in text_of(calm) and "Tout marquer comme lu" not in text_of(calm)
    text = TextRecord(id=f"{BTS}/why", version=1, contract_number=BTS, text="Appel du 6 mars.")
    await portal.happen(
        BTS, text, actions.DatesUnlocked(reason=PersonalRef(id=f"{BTS}/why", version=1), version=2), actor=portal.agent.actor
    )
    page = await portal.secretary.get("/notifications")
    assert "1 notification non lue" in text_of(page) and "Dates déverrouillées non lue" in text_of(page)
    assert 'aria-label="Notifications : 1 non lue"' in page.text.replace("&nbsp;", " ")
    link = re.findall(r'href="(/notifications/[^"]+)">Modifier les dates', page.text)[0]
    followed = await portal.secretary.client.get(link, follow_redirects=False)
    assert followed.headers["Location"] == f"/actions/{BTS}/dates"
    assert "Tout est lu." in text_of(await portal.secretary.get("/notifications"))
    assert (await portal.rival.get(link)).status_code == 404
    await told[BTS].say(actions.DatesValidated(periods=told[BTS].terms.periods, version=3))


async def test_what_lacks_after_the_opening_is_a_task_too(portal: RunningPortal) -> None:
    number = "2007QCA0501"
    told = await award(portal, number, terms("PLOMBIERS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.register(1)
    await told.register(1, whole=False)
    page = text_of(await portal.secretary.get(f"/actions/{number}"))
    assert "Compléter 1 fiche de stagiaire" in page
    assert "Saisir la date d’entrée de 2 stagiaires" in page
    assert "4 bénéficiaires inscrits sur 10, 4 rémunérés par la Région sur 10." in page


async def test_a_trainee_who_left_gives_a_survey_to_fill_in(portal: RunningPortal) -> None:
    number = "2007QCA0502"
    told = await award(portal, number, terms("ÉLECTRICIENS", date(2008, 1, 7), date(2008, 9, 26)))
    await told.open(2)
    left = declarations.Exit(on=date(2008, 2, 8), kind="early", reason="dropped_out")  # type: ignore[arg-type]
    await told.say(declarations.TraineeExited(trainee_id=told.trainees[0], exit=left, version=1))
    assert "Remplir 1 fiche de suivi à la sortie" in text_of(await portal.secretary.get(f"/actions/{number}"))


async def test_the_balance_is_a_task_once_it_is_offered(portal: RunningPortal, told: dict[str, Told]) -> None:
    await told[OVER].say(told[OVER].offered(Decimal("1989.00")))
    text = text_of(await portal.secretary.get("/"))
    assert "Confirmer le solde, 1 989,00 € HT" in text
    await told[OVER].say(told[OVER].offered())


async def test_a_month_that_a_correction_brings_back_is_a_task_even_of_a_closed_action(portal: RunningPortal) -> None:
    """Everybody had left in January; the rejected January is corrected, somebody stayed until February: it is to be declared (BIL-7)."""
    portal.it_is("2008-03-06T14:12")
    action = await award(portal, "2007QCA0412", terms("ÉCLAIRAGISTES", date(2008, 1, 7), date(2008, 2, 29), headcount=4))
    await action.open(2)
    leaving = declarations.Exit(on=date(2008, 1, 25), kind=ExitKind.END_OF_TRAINING)
    for trainee in action.trainees:
        await action.say(declarations.TraineeExited(trainee_id=trainee, exit=leaving, version=1))
    await action.confirm(Month("2008-01"))
    await action.close()
    page = await portal.secretary.get(f"/actions/{action.number}")
    assert "heures de février" not in text_of(page) and "févr. 2008 Sans objet" in text_of(page)

    january = await action.invoice(Month("2008-01"), on=date(2008, 3, 1))
    await action.reject(january, on=date(2008, 3, 4), correct_by=date(2008, 3, 19))
    later = leaving.model_copy(update={"on": date(2008, 2, 15)})
    await action.say(declarations.TraineeExitChanged(trainee_id=action.trainees[0], exit=later, version=2))
    page = await portal.secretary.get(f"/actions/{action.number}")
    assert "Confirmer les heures de février 2008" in titles(page.text)
    assert f"/actions/{action.number}/declarations/2008-02" in links_of(page)
    filled_in = await portal.secretary.get(f"/actions/{action.number}/declarations/2008-02")
    assert "Heures de février 2008" in text_of(filled_in)


MANY = 30
LARGE = "22222222222222"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def director(portal: RunningPortal) -> AsyncIterator[Person]:
    """Of an organisation with 30 actions to prepare; the last ones begin first, and two should have begun."""
    person = await portal.person(Viewer(uuid4(), "organisation", LARGE, "grand", "GRAND ORGANISME", False))
    for number in range(MANY):
        start = date(2008, 4, 1) - timedelta(number)
        await award(
            portal, f"2007QCB0{number:03}", terms(f"MÉTIER {chr(65 + number % 26)} {number}", start, date(2008, 12, 19), siret=LARGE)
        )
    yield person
    await person.client.aclose()


def numbers_of(page: httpx.Response) -> list[str]:
    """The contracts in the list, in its order."""
    return [(row.attributes["id"] or "").removeprefix("action-") for row in all_of(page, "tr.has-more")]


async def test_home_01_the_twenty_most_urgent_tasks_are_shown_and_all_of_them_on_demand(portal: RunningPortal, director: Person) -> None:
    page = await director.get("/")
    assert "30 tâches, dont 3 en retard." in text_of(page)
    first = [" ".join(task.text().split()) for task in all_of(page, "#taches .worklist > li")]
    assert len(first) == 20 and "MÉTIER D 29" in first[0] and "MÉTIER C 28" in first[1]
    (more,) = [link for link in links_of(page) if "taches=toutes" in link]
    assert "Afficher toutes les tâches : encore 10" in text_of(page)
    every = await director.get("/" + more.partition("#")[0])
    assert "30 tâches, dont 3 en retard." in text_of(every)
    assert [" ".join(task.text().split()) for task in all_of(every, "#taches .worklist > li")][:20] == first
    assert len(all_of(every, "#taches .worklist > li")) == MANY
    alone = await director.region(regions_of(every)["taches"], "taches")
    assert len(all_of(alone, ".worklist > li")) == MANY, "what was unfolded stays so when it fetches itself anew"
    assert "N’afficher que les 20 premières tâches" in text_of(every)


async def test_home_01_the_actions_of_a_year_come_in_pages(portal: RunningPortal, director: Person) -> None:
    first = await director.get("/")
    assert "30 élément(s) contractuel(s) trouvé(s)." in text_of(first) and "Page 1 sur 2" in text_of(first)
    second = await director.get("/?page=2")
    assert len(numbers_of(first)) == 25 and len(numbers_of(second)) == 5
    assert len({*numbers_of(first), *numbers_of(second)}) == MANY
    assert (await director.get("/?page=7")).text.count("has-more") == 5, "after the last page there is none but that"
    assert len(numbers_of(await director.get("/?par=10"))) == 10
    assert len(numbers_of(await director.get("/?par=50"))) == MANY
    for region in ("actions", "combien"):
        alone = await director.region(regions_of(second)[region], region)
        assert " ".join(alone.text.split()) in " ".join(second.text.split()), "the page that is open is the one that is fetched anew"


async def test_home_01_the_actions_of_a_year_are_sorted_and_searched(portal: RunningPortal, director: Person) -> None:
    by_start = await director.get("/?tri=debut&par=10")
    assert numbers_of(by_start) == [f"2007QCB0{number:03}" for number in range(29, 19, -1)]
    assert numbers_of(await director.get("/?tri=debut&sens=desc&par=10"))[0] == "2007QCB0000"
    form = {"page": "/#t-actions", "q": "metier a", "annee": "2007", "par": "10", "tri": "intitule"}
    answer = await director.client.post("/recherche", data=form, follow_redirects=False)
    assert "metier" not in answer.headers["Location"] and answer.headers["Location"].endswith("#t-actions")
    found = await director.get(answer.headers["Location"])
    assert numbers_of(found) == ["2007QCB0000", "2007QCB0026"]
    assert "2 élément(s) contractuel(s) trouvé(s)." in text_of(found) and "30 tâches" in text_of(found)
    nothing = await director.post("/recherche", form | {"q": "plombier"})
    assert "Aucun élément contractuel trouvé pour « plombier » en 2007." in text_of(nothing)


@pytest.mark.parametrize(
    "query", ["page=0", "page=%C2%B2", f"page={'9' * 5_000}", "par=%C2%B2", "taches=rien", "annee=-1", "tri=x&sens=y", "recherche=x"]
)
async def test_whatever_a_stranger_asks_of_the_home_page_it_is_a_page(portal: RunningPortal, director: Person, query: str) -> None:
    answer = await director.get(f"/?{query}")
    assert answer.status_code == 200 and len(all_of(answer, "#taches .worklist > li")) == 20
