"""Trainees: the list, the sheet whole and partial, two people at once, removal (TRN-1, TRN-2, TRN-4, TRN-5, TRN-7)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.actions import ChangeTrainee, RegisterTrainee, RemoveTrainee, TraineeEntered, TraineeRemoved, TraineeUnlocked
from contracts.answers import PersonalRef
from contracts.codes import PaidBy, Sex, Title
from contracts.message import Command, Message
from contracts.month import Month
from contracts.personal import MailAddress, TextRecord
from contracts.refusals import Refusals
from contracts.refusals.actions import BirthDateTooOld, HeadcountReached, PaidHeadcountReached, PersonListed, TraineeLocked
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import HoursRecorded
from gateway.words.communes import insee_code, towns
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import sheet, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

START, END = date(2008, 4, 7), date(2008, 12, 19)
WHOLE = {
    "civilite": "mrs",
    "nom": "MARTIN",
    "prenom": "CAMILLE",
    "naissance": "14/02/1986",
    "sexe": "female",
    "adresse": "2 RUE VICTOR HUGO",
    "cp": "34800",
    "ville": "clermont l'herault",
    "entree": "07/04/2008",
    "remuneration": "region",
    "niveau": "iv",
    "chomage": "6_to_12",
    "prescripteur": "local_mission",
    "rmi": "non",
}


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test, for four trainees, two of them paid."""
    yield await award(portal, f"S{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END, headcount=4, paid=2))


def accepting(key: str, command: Command) -> list[Message]:
    """What the service says of a sheet that is right."""
    if isinstance(command, RegisterTrainee):
        return list(trainee_messages(key, uuid4(), command.sheet))
    assert isinstance(command, ChangeTrainee)
    return list(trainee_messages(key, command.trainee_id, command.sheet, version=command.base_version + 1, changed=True))


async def test_trn_01_the_list_counts_against_both_ceilings(portal: RunningPortal, action: Told) -> None:
    empty = await portal.secretary.get(f"/actions/{action.number}/stagiaires")
    assert "Aucun stagiaire inscrit" in text_of(empty)
    await action.register(2)
    text = text_of(await portal.secretary.get(f"/actions/{action.number}/stagiaires"))
    assert "Inscrits 2 sur 4 2 places libres" in text and "Rémunérés par la Région 2 sur 2 plafond atteint" in text
    await action.register(2)
    full = await portal.secretary.get(f"/actions/{action.number}/stagiaires")
    assert "L’effectif du contrat, 4, est atteint." in text_of(full)
    assert f"/actions/{action.number}/stagiaires/nouveau" not in links_of(full)
    assert "Aucun stagiaire ne peut être inscrit maintenant" in text_of(
        await portal.secretary.get(f"/actions/{action.number}/stagiaires/nouveau")
    )


async def test_trn_07_the_list_is_sorted_searched_and_paged(portal: RunningPortal) -> None:
    told = await award(portal, "S-PAGES", terms("ACCESSOIRISTES", START, END, headcount=30))
    for index in range(12):
        trainee = sheet(f"NOM{index:02}", "Élodie" if index % 2 else "Zoé", date(2008, 4, 30 - index))
        await told.say(*trainee_messages(told.number, uuid4(), trainee))
    path = f"/actions/{told.number}/stagiaires"
    first = text_of(await portal.secretary.get(path))
    assert "NOM09" in first and "NOM10" not in first and "12 stagiaires Page 1 sur 2" in first
    assert "NOM11" in text_of(await portal.secretary.get(f"{path}?page=2"))
    assert "NOM11" in text_of(await portal.secretary.get(f"{path}?par=25"))
    matching = text_of(await portal.secretary.post("/recherche", {"page": path, "q": "elodie "}))
    assert "NOM01" in text_of(await portal.secretary.post("/recherche", {"page": path, "q": "ELODIE"})) and "NOM02" not in matching
    by_start = text_of(await portal.secretary.get(f"{path}?tri=debut"))
    assert by_start.index("NOM11") < by_start.index("NOM10") and "NOM00" not in by_start
    backwards = text_of(await portal.secretary.get(f"{path}?tri=nom&sens=desc"))
    assert backwards.index("NOM11") < backwards.index("NOM10") and "NOM00" not in backwards
    assert "Aucun stagiaire ne correspond à « personne »" in text_of(
        await portal.secretary.post("/recherche", {"page": path, "q": "personne"})
    )
    assert (await portal.secretary.get(f"{path}?par=x&page=-4&tri=rien&sens=oui")).status_code == 200


async def test_a_name_that_is_sought_stands_in_no_address_and_is_its_seekers_alone(portal: RunningPortal, action: Told) -> None:
    await action.register(3)
    path = f"/actions/{action.number}/stagiaires"
    answer = await portal.secretary.post("/recherche", {"page": path, "q": "chombier"})
    assert "CHOMBIER" in text_of(answer) and "DURAND" not in text_of(answer)
    again = {str(answer.url), *(str(step.url) for step in answer.history), *links_of(answer)}
    assert not [address for address in again if "chombier" in address.lower()]
    sorted_otherwise = next(link for link in links_of(answer) if "tri=fiche" in link)
    assert "DURAND" not in text_of(await portal.secretary.get(path + sorted_otherwise))
    colleague = await portal.person(replace(portal.secretary.viewer, user_id=uuid4()))
    assert "DURAND" in text_of(await colleague.get(path + sorted_otherwise)), "a number says nothing to anybody else"
    elsewhere = await portal.secretary.client.post("/recherche", data={"page": "//ailleurs.example", "q": "x"}, follow_redirects=False)
    assert elsewhere.headers["Location"].startswith("/?recherche=")
    await colleague.client.aclose()


async def test_trn_02_a_whole_sheet_is_registered_with_its_communes_code(portal: RunningPortal, action: Told) -> None:
    async with portal.answering(accepting) as came:
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"faire": "enregistrer"})
    assert "Le stagiaire est inscrit" in text_of(page) and "MARTIN" in text_of(page)
    [command] = came
    assert isinstance(command, RegisterTrainee)
    assert not command.partial
    assert command.sheet.mail == MailAddress(address="2 RUE VICTOR HUGO", postcode="34800", town="clermont l'herault", insee_code="34079")
    assert (command.sheet.title, command.sheet.sex, command.sheet.rmi, command.sheet.disabled) == (Title.MRS, Sex.FEMALE, False, None)
    assert command.sheet.birth_date == date(1986, 2, 14)


async def test_trn_02_every_missing_or_wrong_field_is_named_at_once_and_nothing_typed_is_lost(portal: RunningPortal, action: Told) -> None:
    form = WHOLE | {"naissance": "31/02/1986", "cp": "3480", "niveau": "", "rmi": "", "adresse": " ", "faire": "enregistrer"}
    page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", form)
    assert page.status_code == 422
    text = text_of(page)
    assert "La fiche n’est pas enregistrée : 5 points à corriger" in text
    assert "Date de naissance : Le 31/02/1986 n’existe pas dans le calendrier." in text and "Bénéficiaire RMI : À renseigner." in text
    for field in ("naissance", "cp", "niveau", "rmi", "adresse"):
        assert f'id="{field}-err"' in page.text and f'href="#{field}"' in page.text, field
    assert "Il faut les 5 chiffres du code postal" in text and "n’existe pas dans le calendrier" in text
    assert value_of(page, "naissance") == "31/02/1986" and value_of(page, "nom") == "MARTIN"
    assert '<option value="region" selected>' in page.text and value_of(page, "ville") == "clermont l'herault"
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0


async def test_trn_04_a_partial_sheet_needs_the_names_only(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/stagiaires/nouveau"
    page = await portal.secretary.post(path, {"nom": "MARTIN", "prenom": "", "faire": "partiel"})
    assert page.status_code == 422
    assert "Le nom et le prénom sont nécessaires, même pour une fiche partielle." in text_of(page)
    assert 'id="niveau-err"' not in page.text
    async with portal.answering(accepting) as came:
        page = await portal.secretary.post(path, {"nom": "MARTIN", "prenom": "Camille", "cp": "34200", "faire": "partiel"})
    [command] = came
    assert isinstance(command, RegisterTrainee) and command.partial
    assert (command.sheet.mail.town, command.sheet.mail.insee_code) == ("Sète", "34301")
    text = text_of(page)
    assert "Incomplète" in text and "Il manque : civilité, date de naissance, sexe, adresse, date d’entrée" in text


async def test_trn_04_an_age_that_surprises_is_confirmed_in_a_box_without_any_script(portal: RunningPortal, action: Told) -> None:
    path, form = f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"naissance": "08/04/1998", "faire": "enregistrer"}
    assert "age_confirme" not in (await portal.secretary.get(path)).text
    page = await portal.secretary.post(path, form)
    assert page.status_code == 422
    assert "Âge à l’entrée : Ce stagiaire aurait 9 ans à son entrée. Vérifiez sa date de naissance" in text_of(page)
    assert "9 ans à l’entrée en formation : cet âge est juste" in text_of(page) and 'name="age_confirme" value="9"' in page.text
    async with portal.answering(accepting) as came:
        page = await portal.secretary.post(path, form | {"age_confirme": "9"})
    assert "Le stagiaire est inscrit" in text_of(page) and len(came) == 1
    trainee = await portal.db.fetchval("SELECT trainee_id FROM trainees WHERE contract_number = $1", action.number)
    stored = await portal.secretary.get(f"/actions/{action.number}/stagiaires/{trainee}")
    assert 'name="age_confirme" value="9" checked' in stored.text


async def test_trn_01_a_ceiling_is_refused_beside_its_field_with_its_value(portal: RunningPortal, action: Told) -> None:
    def refuse(_key: str, _command: Command) -> list[Message]:
        raise Refusals(
            [
                HeadcountReached(ceiling=4),
                PaidHeadcountReached(field="sheet.paid_by", ceiling=2),
                BirthDateTooOld(field="sheet.birth_date", birth=date(1882, 6, 9)),
            ]
        )

    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"faire": "enregistrer"})
    assert page.status_code == 422
    text = text_of(page)
    assert "L’effectif total, 4 au contrat, est atteint." in text
    assert 'id="remuneration-err"' in page.text and "L’effectif rémunéré par la Région, 2 au contrat, est atteint." in text
    assert 'id="naissance-err"' in page.text and "remonte à plus de 120 ans" in text
    assert value_of(page, "prenom") == "CAMILLE"


async def test_trn_04_a_ceiling_and_an_unreadable_date_are_told_in_one_round(portal: RunningPortal, action: Told) -> None:
    await action.register(2)  # the contract pays no other
    form = WHOLE | {"naissance": "31/02/1986", "faire": "enregistrer"}
    page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", form)
    assert "L’effectif rémunéré par la Région, 2 au contrat, est atteint." in text_of(page)
    assert 'id="naissance-err"' in page.text and 'id="remuneration-err"' in page.text


async def test_trn_08_somebody_of_the_same_name_and_birth_date_is_asked_about_in_a_box_without_any_script(
    portal: RunningPortal, action: Told
) -> None:
    path = f"/actions/{action.number}/stagiaires/nouveau"
    async with portal.answering(accepting) as came:
        await portal.secretary.post(path, WHOLE | {"faire": "enregistrer"})
        page = await portal.secretary.post(path, WHOLE | {"nom": "Martin", "prenom": "Çamille", "faire": "enregistrer"})
        assert page.status_code == 422 and len(came) == 1
        assert "Quelqu’un de même nom et né le même jour figure déjà sur la liste." in text_of(page)
        assert "C’est une autre personne : l’inscrire aussi" in text_of(page)
        said = value_of(page, "homonyme")
        await portal.secretary.post(path, WHOLE | {"prenom": "Çamille", "homonyme": said, "faire": "enregistrer"})
    assert [command.namesake for command in came if isinstance(command, RegisterTrainee)] == [False, True]


async def test_trn_08_a_colleague_who_was_quicker_is_asked_about_too(portal: RunningPortal, action: Told) -> None:
    async def quicker(key: str, command: Command) -> list[Message]:
        assert isinstance(command, RegisterTrainee)
        await action.say(*trainee_messages(key, uuid4(), command.sheet))
        raise PersonListed(field="namesake")

    path = f"/actions/{action.number}/stagiaires/nouveau"
    async with portal.answering(quicker):
        page = await portal.secretary.post(path, WHOLE | {"faire": "enregistrer"})
    assert 'id="homonyme-err"' in page.text and value_of(page, "homonyme") == "martin camille 1986-02-14"


async def test_the_next_sheet_follows_at_once_and_says_that_the_last_is_registered(portal: RunningPortal, action: Told) -> None:
    async with portal.answering(accepting):
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"faire": "suivant"})
    assert page.url.path.endswith("/stagiaires/nouveau") and "Le stagiaire est inscrit" in text_of(page)
    assert value_of(page, "nom") == "" and value_of(page, "entree") == "07/04/2008" and "1 stagiaire inscrit sur 4" in text_of(page)


async def test_a_double_click_registers_one_trainee(portal: RunningPortal, action: Told) -> None:
    form, command_id = WHOLE | {"faire": "enregistrer"}, uuid4()
    async with portal.answering(accepting) as came:
        for _ in range(2):
            page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", form, command_id=command_id)
            assert "Le stagiaire est inscrit" in text_of(page), "the second click is not asked whether it is the same person"
    assert len(came) == 1


async def test_trn_06_a_newcomer_is_registered_until_the_last_month_is_confirmed_and_in_a_reopened_one(portal: RunningPortal) -> None:
    number = f"S{uuid4().hex[:8]}"
    told = await award(portal, number, terms("ACCESSOIRISTES", date(2008, 1, 7), date(2008, 2, 29), headcount=4))
    await told.open(2)
    path = f"/actions/{number}/stagiaires"
    await told.confirm(Month("2008-01"))
    portal.it_is("2008-03-10T09:00")  # the planned end has passed, February is still to be declared
    assert "Inscrire un stagiaire" in text_of(await portal.secretary.get(path))
    assert "Enregistrer" in text_of(await portal.secretary.get(f"{path}/nouveau"))
    await told.confirm(Month("2008-02"))
    assert "Inscrire un stagiaire" not in text_of(await portal.secretary.get(path))
    january = await told.invoice(Month("2008-01"), on=date(2008, 3, 8))
    await told.reject(january, on=date(2008, 3, 10), correct_by=date(2008, 3, 25))
    portal.it_is("2008-03-28T09:00")  # the correction waits for the next window
    assert "Inscrire un stagiaire (2 places)" in text_of(await portal.secretary.get(f"/actions/{number}"))
    await told.close()
    assert "Inscrire un stagiaire" not in text_of(await portal.secretary.get(path))
    portal.it_is("2008-03-06T14:12")


async def test_trn_02_the_town_is_offered_from_the_postcode(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/stagiaires/nouveau"
    page = await portal.secretary.post(path, WHOLE | {"ville": "", "f_cp": "48000", "faire": "chercher-ville"})
    assert page.status_code == 200 and value_of(page, "nom") == "MARTIN"
    assert '<option value="Clermont-l&#39;Hérault">' in page.text
    page = await portal.secretary.post(path, WHOLE | {"f_cp": "34200", "faire": "chercher-f_ville"})
    assert value_of(page, "f_ville") == "Sète"
    fragment = await portal.secretary.post("/communes?champ=", {"cp": "34200", "ville": ""})
    assert value_of(fragment, "ville") == "Sète"
    several = await portal.secretary.post("/communes?champ=f_", {"f_cp": "34800", "f_ville": "ailleurs"})
    assert value_of(several, "f_ville") == "" and several.text.count("<option") == len(towns("34800"))
    assert value_of(await portal.secretary.post("/communes", {"cp": "99999", "ville": "LIEUDIT"}), "ville") == "LIEUDIT"


async def test_trn_02_the_age_bracket_follows_from_the_two_dates(portal: RunningPortal) -> None:
    assert "18 à 25 ans" in text_of(await portal.secretary.post("/tranche-d-age", {"naissance": "14/02/1986", "entree": "07042008"}))
    assert "se calcule d’après les deux dates" in text_of(
        await portal.secretary.post("/tranche-d-age", {"naissance": "hier", "entree": ""})
    )


@pytest.mark.parametrize(
    ("postcode", "town", "code"),
    [
        ("34800", "CLERMONT-L'HERAULT", "34079"),
        ("34800", "Clermont l’Hérault", "34079"),
        ("48000", "ST ETIENNE DU VALDONNEZ", "48147"),
        ("34000", "Montpellier", "34172"),
        ("34000", "Nîmes", None),
        ("00000", "Montpellier", None),
    ],
)
def test_trn_02_the_commune_is_recognised_in_whatever_letters(postcode: str, town: str, code: str | None) -> None:
    assert insee_code(postcode, town) == code


async def test_a_sheet_changed_by_a_colleague_shows_what_changed_field_by_field(portal: RunningPortal, action: Told) -> None:
    await action.register(1)
    trainee = action.trainees[0]
    theirs = sheet("CHOMBIER", "Gisèle", START).model_copy(update={"first_name": "Giselle", "paid_by": PaidBy.EMPLOYER})
    page = await portal.secretary.get(f"/actions/{action.number}/stagiaires/{trainee}")
    assert value_of(page, "version") == "1" and value_of(page, "nom") == "CHOMBIER"

    async def quicker(key: str, _command: Command) -> list[Message]:
        await action.say(*trainee_messages(key, trainee, theirs, version=2, changed=True))
        raise ChangedMeanwhile

    mine = WHOLE | {"version": "1", "nom": "CHOMBIER", "prenom": "Gisèle", "adresse": "9 rue Neuve", "faire": "enregistrer"}
    async with portal.answering(quicker):
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/{trainee}", mine)
    assert page.status_code == 422
    text = text_of(page)
    assert "Cette page a changé pendant votre saisie." in text
    assert "Enregistré entre-temps : Giselle" in text
    assert "Enregistré entre-temps : Employeur" in text
    assert "Enregistré entre-temps : 2 rue Victor-Hugo" in text
    assert value_of(page, "adresse") == "9 rue Neuve" and value_of(page, "prenom") == "Gisèle"
    assert value_of(page, "version") == "2"
    async with portal.answering(accepting) as came:
        await portal.secretary.post(f"/actions/{action.number}/stagiaires/{trainee}", mine | {"version": "2"})
    assert isinstance(came[0], ChangeTrainee) and came[0].base_version == 2


async def test_trn_05_after_the_entry_the_sheet_is_locked_until_an_agent_unlocks_it_once(portal: RunningPortal) -> None:
    told = await award(portal, "S-LOCKED", terms("COIFFEURS", date(2008, 3, 3), date(2008, 9, 26)))
    await told.open(1)
    [trainee] = told.trainees
    path = f"/actions/{told.number}/stagiaires/{trainee}"
    page = await portal.secretary.get(path)
    assert 'name="nom"' not in page.text
    assert "est en formation depuis le 3 mars 2008 : la fiche est verrouillée." in text_of(page)
    listed = await portal.secretary.get(f"/actions/{told.number}/stagiaires")
    assert "Consulter" in text_of(listed) and "Modifier" not in text_of(listed)
    reason = TextRecord(id=f"{told.number}/r", version=1, contract_number=told.number, text="Erreur de date de naissance.")
    await portal.happen(told.number, reason, TraineeUnlocked(trainee_id=trainee, reason=PersonalRef(id=reason.id, version=1)))
    page = await portal.secretary.get(path)
    assert "Motif : Erreur de date de naissance." in text_of(page) and value_of(page, "nom") == "CHOMBIER"
    assert 'value="partiel"' not in page.text


async def test_what_was_typed_is_shown_when_a_colleague_took_the_last_place_or_opened_the_action(
    portal: RunningPortal, action: Told
) -> None:
    await action.register(3)

    async def full(_key: str, _command: Command) -> list[Message]:
        await action.register(1)
        raise HeadcountReached(ceiling=4)

    async with portal.answering(full):
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/nouveau", WHOLE | {"faire": "enregistrer"})
    assert page.status_code == 422 and value_of(page, "adresse") == "2 RUE VICTOR HUGO"
    trainee = action.trainees[0]

    async def opened(_key: str, _command: Command) -> list[Message]:
        await action.say(TraineeEntered(trainee_id=trainee, entered_on=START))
        raise TraineeLocked(item=str(trainee), trainee=str(trainee))

    async with portal.answering(opened):
        form = WHOLE | {"version": "1", "nom": "CHOMBIER", "prenom": "Gisèle", "remuneration": "employer", "faire": "enregistrer"}
        page = await portal.secretary.post(f"/actions/{action.number}/stagiaires/{trainee}", form)
    text = text_of(page)
    assert "CHOMBIER Gisèle est entré en formation, sa fiche est verrouillée." in text
    assert "Organisme chargé de la rémunération : vous aviez saisi Employeur, Région est enregistré." in text
    assert "Prénom : vous aviez saisi" not in text


async def test_trn_05_a_trainee_without_hours_is_removed_after_a_confirm_step(portal: RunningPortal, action: Told) -> None:
    await action.register(1)
    [trainee] = action.trainees
    path = f"/actions/{action.number}/stagiaires/{trainee}/suppression"
    assert "Supprimer ce stagiaire de la liste ?" in text_of(await portal.secretary.get(path))
    async with portal.answering(lambda _key, _command: [TraineeRemoved(trainee_id=trainee)]) as came:
        page = await portal.secretary.post(path, {})
    assert came == [RemoveTrainee(trainee_id=trainee)]
    assert "Le stagiaire est supprimé" in text_of(page) and "Aucun stagiaire inscrit" in text_of(page)
    assert (await portal.secretary.get(path)).status_code == 404


async def test_trn_05_a_trainee_with_hours_cannot_be_removed(portal: RunningPortal) -> None:
    told = await award(portal, "S-HOURS", terms("COIFFEURS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    path = f"/actions/{told.number}/stagiaires/{told.trainees[0]}/suppression"

    async def refuse(_key: str, _command: Command) -> list[Message]:
        raise HoursRecorded(item=str(told.trainees[0]), trainee=str(told.trainees[0]), month="2008-02")

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, {})
    assert page.status_code == 422
    assert "Une ligne d’heures, même à zéro, est enregistrée pour CHOMBIER Gisèle en février 2008" in text_of(page)
    await told.declare("2008-02", 1)  # type: ignore[arg-type]
    listed = await portal.secretary.get(f"/actions/{told.number}/stagiaires")
    assert path not in links_of(listed)
    assert f"/actions/{told.number}/stagiaires/{told.trainees[1]}/suppression" in links_of(listed)
    assert (await portal.secretary.get(path)).status_code == 404


async def test_an_unknown_trainee_is_a_page_that_does_not_exist(portal: RunningPortal, action: Told) -> None:
    for end in (str(uuid4()), "personne", f"{uuid4()}/suppression"):
        assert (await portal.secretary.get(f"/actions/{action.number}/stagiaires/{end}")).status_code == 404
