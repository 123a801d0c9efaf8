"""The surveys six months and a year after an exit, as both sides see them (SUR-3). Of the closed action all left on 31 July 2007."""

from collections.abc import Iterable
from datetime import date

import pytest

from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.message import Command, Message
from contracts.refusals.surveys import SurveyNotDue
from contracts.surveys import LaterSurveyRecorded, RecordLaterSurvey, SurveysFellDue
from tests.gateway.html import all_of, links_of, text_of, words
from tests.gateway.printed import shows
from tests.gateway.region_in_march import CLOSED, OVER, Told
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIX_MONTHS, ONE_YEAR = SurveyKind.SIX_MONTHS, SurveyKind.ONE_YEAR
PATH = f"/actions/{CLOSED}/enquetes"
EMPLOYED = {"version": "0", "situation": "employed_in_sector", "contrat": "permanent"}


def record(_key: str, command: Command) -> Iterable[Message]:
    """As the service does."""
    assert isinstance(command, RecordLaterSurvey)
    yield LaterSurveyRecorded(**command.model_dump(exclude={"base_version"}), version=command.base_version + 1)


async def rows_of(portal: RunningPortal) -> list[str]:
    return [words(row) for row in all_of(await portal.secretary.get(PATH), "#fiches tbody tr")]


async def test_the_list_says_of_each_trainee_how_the_three_surveys_stand(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(PATH)
    assert "4 enquêtes à six mois à remplir." in text_of(page)
    for row in await rows_of(portal):
        assert "Remplie Autre situation Consulter l’enquête à la sortie" in row
        assert "À remplir depuis le 31/01/2008 Remplir l’enquête à six mois" in row and row.endswith("Dès le 31/07/2008")
    assert "Trois enquêtes" not in text_of(page)
    assert (await portal.rival.get(PATH)).status_code == 404 and (await portal.agent.get(PATH)).status_code == 404


async def test_a_survey_that_is_due_is_filled_in_and_changed_with_the_questions_of_the_exit(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    trainee = told[CLOSED].trainees[0]
    path = f"{PATH}/six-mois/{trainee}"
    form = await portal.secretary.get(path)
    assert "Situation à six mois de la sortie" in text_of(form)
    wrong = await portal.secretary.post(path, EMPLOYED | {"contrat": ""})
    assert wrong.status_code == 422 and "Choisissez le type de contrat de travail." in text_of(wrong)
    async with portal.answering(record) as came:
        page = await portal.secretary.post(path, EMPLOYED)
    assert "L’enquête est enregistrée" in text_of(page) and "3 enquêtes à six mois à remplir" in text_of(page)
    assert came == [
        RecordLaterSurvey(
            trainee_id=trainee,
            survey=SIX_MONTHS,
            situation=Situation.EMPLOYED_IN_SECTOR,
            contract=EmploymentContract.PERMANENT,
            base_version=0,
        )
    ]
    (row,) = [row for row in await rows_of(portal) if "CDI" in row]
    assert "Remplie Emploi dans le secteur d’activité de la formation suivie, CDI Modifier l’enquête à six mois" in row
    again = await portal.secretary.get(path)
    assert 'value="permanent" checked' in again.text and 'name="version" value="1"' in again.text


async def test_a_survey_that_is_not_due_says_from_when_it_is(portal: RunningPortal, told: dict[str, Told]) -> None:
    path = f"{PATH}/un-an/{told[CLOSED].trainees[0]}"
    page = await portal.secretary.get(path)
    assert "L’enquête se remplit à partir du 31 juillet 2008" in text_of(page) and not all_of(page, "main form")

    def refuse(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, RecordLaterSurvey)
        raise SurveyNotDue(item=str(command.trainee_id), trainee=str(command.trainee_id), day=date(2008, 7, 31))

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, EMPLOYED)
    assert page.status_code == 422 and "se remplit à partir du 31 juillet 2008. Remplissez-la ce jour-là ou plus tard." in text_of(page)


@pytest.mark.parametrize("which", ["deux-ans", "six_months", "sortie%20"])
async def test_there_is_no_other_survey(portal: RunningPortal, told: dict[str, Told], which: str) -> None:
    path = f"{PATH}/{which}/{told[CLOSED].trainees[0]}"
    assert (await portal.secretary.get(path)).status_code == 404
    assert (await portal.secretary.post(path, EMPLOYED)).status_code == 404


async def test_what_is_due_is_a_task_and_stands_on_the_home_page(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = text_of(await portal.secretary.get(f"/actions/{CLOSED}"))
    assert "Remplir 3 enquêtes à six mois À remplir depuis le 31 janvier 2008." in page
    home = await portal.secretary.get("/")
    assert f"Fiches de suivi à six mois , contrat {CLOSED} 3 à remplir" in text_of(home) and "Fiches de suivi à un an" not in text_of(home)
    assert PATH in links_of(home)


async def test_not_1_the_holder_is_notified_when_surveys_fall_due_and_reminded(portal: RunningPortal, told: dict[str, Told]) -> None:
    trainees = tuple(told[CLOSED].trainees)
    await told[CLOSED].say(SurveysFellDue(survey=SIX_MONTHS, trainees=trainees, again=False), on=date(2008, 3, 6))
    await told[CLOSED].say(SurveysFellDue(survey=SIX_MONTHS, trainees=trainees[:1], again=True), on=date(2008, 3, 6))
    page = text_of(await portal.secretary.get("/notifications"))
    assert "Enquêtes à six mois à remplir non lue COSTUMIER(ERE) : 4 enquêtes à six mois, à remplir dès maintenant." in page
    assert "Rappel : enquêtes à six mois non lue COSTUMIER(ERE) : 1 enquête à six mois, toujours à remplir depuis trente jours." in page
    assert "enquêtes à six mois" not in text_of(await portal.rival.get("/notifications"))
    history = text_of(await portal.secretary.get(f"/actions/{CLOSED}/historique"))
    assert history.count(": enquête à six mois à remplir") == 4
    assert history.count(": enquête à six mois toujours à remplir, rappel envoyé") == 1
    assert "enquête à six mois remplie" in history


async def test_doc_1_the_survey_at_six_months_is_a_document_once_it_is_due(portal: RunningPortal, told: dict[str, Told]) -> None:
    listed = links_of(await portal.secretary.get(f"/actions/{CLOSED}/etats"))
    assert f"/actions/{CLOSED}/etats/enquete-six-mois-{CLOSED}.pdf" in listed
    assert f"/actions/{CLOSED}/etats/enquete-un-an-{CLOSED}.pdf" not in listed
    pdf = (await portal.secretary.get(f"/actions/{CLOSED}/etats/enquete-six-mois-{CLOSED}.pdf")).content
    shows(pdf, "Enquête à six mois", "Emploi dans le secteur d’activité de la formation suivie", "CDI", "1 fiches remplies, pour 4")
    assert f"/actions/{OVER}/etats/enquete-six-mois-{OVER}.pdf" not in links_of(await portal.secretary.get(f"/actions/{OVER}/etats"))


async def test_the_list_as_a_file_holds_the_three_surveys(portal: RunningPortal, told: dict[str, Told]) -> None:
    for person, address in ((portal.secretary, f"{PATH}.csv"), (portal.agent, f"/region{PATH}.csv")):
        answer = await person.get(address)
        assert answer.status_code == 200
        text = answer.content.decode("utf-8-sig")
        assert "Enquête à six mois" in text and "Due le, à un an" in text and "CDI" in text and text.count("Plus tard") == 4
