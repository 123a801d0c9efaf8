"""From what is typed to a command, or to the faults beside their fields: for a form, a spreadsheet's row or a JSON request alike."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.actions import ChangeTrainee, CloseAction, DeclareNonOpening, EntryDate, OpenAction, Period, RegisterTrainee, ValidateDates
from contracts.ceilings import Places
from contracts.codes import ActionKind, AgeBracket, Frequency, NonOpeningReason, PaidBy, Place
from contracts.personal import TraineeSheet
from contracts.sheets import EntryDays
from gateway.areas.action.action import Action
from gateway.areas.action.queries.trainees import TraineeRow
from gateway.areas.closing import asking as closing
from gateway.areas.dates import asking as dates
from gateway.areas.entries import asking as entries
from gateway.areas.opening import asking as opening
from gateway.areas.trainees import asking as trainees
from gateway.web.values import Values
from tests import guide

START, END, TODAY = date(2008, 9, 1), date(2009, 6, 26), date(2008, 3, 6)
DAYS = EntryDays(START, END)
TRAINEE = UUID(int=7)
BASIS = trainees.Basis(DAYS, Places(10, 10, 3, 3), None, frozenset({"dupont michel 1982-06-09"}), TODAY)
WHOLE = {
    "nom": "MARTIN",
    "prenom": "Camille",
    "civilite": "mrs",
    "naissance": "14/02/1986",
    "sexe": "female",
    "adresse": "2 rue Hugo",
    "cp": "34200",
    "entree": "01/09/2008",
    "remuneration": "region",
    "niveau": "iv",
    "chomage": "6_to_12",
    "prescripteur": "local_mission",
    "rmi": "non",
}


def values(**typed: str) -> Values:
    return Values({name: [text] for name, text in typed.items()})


def sheet(**changed: str) -> Values:
    return values(**{**WHOLE, **changed})


def action(**known: Any) -> Action:
    """An action of which the test says what matters."""
    nothing: dict[str, Any] = dict.fromkeys(Action.__slots__)
    terms = guide.terms(START, END, kind=ActionKind.COLLECTIVE)
    return Action(**{**nothing, "state": "awarded", "terms": terms, "planned_start": START, "planned_end": END, **known})


def row(**known: Any) -> TraineeRow:
    nothing: dict[str, Any] = dict.fromkeys(TraineeRow.__slots__)
    stored = {"trainee_id": TRAINEE, "last_name": "MARTIN", "first_name": "Camille", "state": "registered", "complete": True}
    return TraineeRow(**{**nothing, **stored, "unlocked": False, "has_lines": False, **known})


def test_opn_03_the_opening_needs_its_start_and_a_frequency_and_says_both_at_once() -> None:
    asked = values(debut="3/9/8", frequence="monthly")
    assert opening.open_action(asked) == OpenAction(actual_start=date(2008, 9, 3), frequency=Frequency.MONTHLY)
    empty = Values()
    assert opening.open_action(empty) is None
    assert empty.errors.keys() == {"debut", "frequence"}


def test_opn_04_a_non_opening_has_a_reason_of_the_list() -> None:
    reason = next(iter(NonOpeningReason))
    assert opening.decline(values(motif=reason)) == DeclareNonOpening(reason=reason)
    wrong = values(motif="envie")
    assert opening.decline(wrong) is None and wrong.error("motif") == "Choisissez le motif de la non-ouverture."


def test_clo_01_the_closing_needs_a_date_that_can_be_read() -> None:
    assert closing.close(values(fin="26062009")) == CloseAction(actual_end=END)
    wrong = values(fin="31/02/2009")
    assert closing.close(wrong) is None and "n’existe pas dans le calendrier" in wrong.error("fin")


def test_dat_02_periods_are_read_in_order_and_an_empty_row_is_none() -> None:
    typed = {"centre.0.debut": "01/09/2008", "centre.0.fin": "19/12/2008", "centre.3.debut": "", "centre.3.fin": "", "version": "2"}
    company = {"entreprise.1.debut": "05/01/2009", "entreprise.1.fin": "16/01/2009"}
    assert dates.validate(values(**typed, **company)) == ValidateDates(
        periods=(
            Period(place=Place.CENTRE, start=date(2008, 9, 1), end=date(2008, 12, 19)),
            Period(place=Place.COMPANY, start=date(2009, 1, 5), end=date(2009, 1, 16)),
        ),
        base_version=2,
    )


def test_dat_02_every_missing_end_is_said_at_once_in_the_words_of_the_page() -> None:
    wrong = values(**{"centre.0.debut": "01/09/2008", "centre.0.fin": "", "entreprise.0.debut": "hier", "entreprise.0.fin": "16/01/2009"})
    assert dates.validate(wrong) is None
    assert wrong.errors.keys() == {"centre.0.fin", "entreprise.0.debut"}
    assert wrong.names["entreprise.0.debut"] == "Période 1 en entreprise, début"


def test_dat_02_a_fault_of_a_period_is_shown_at_the_row_in_which_it_was_typed() -> None:
    typed = values(**{"centre.4.debut": "01/09/2008", "centre.4.fin": "19/12/2008"})
    assert dates.fields_of(typed)("periods.0.end") == "centre.4.fin"
    assert dates.fields_of(typed)("periods") is None, "a fault of all of them is said of the whole"


def test_trn_09_the_list_says_who_enters_when_and_who_never_came() -> None:
    other = UUID(int=8)
    typed = values(**{f"entree.{TRAINEE}": "01/09/2008", f"jamais.{other}": "1"})
    command = entries.confirm(typed, action(), [row(), row(trainee_id=other)])
    assert command and command.entries == (EntryDate(trainee_id=TRAINEE, entered_on=START), EntryDate(trainee_id=other, entered_on=None))
    assert entries.fields_of(typed)("entries.1.entered_on") == f"entree.{other}"
    assert entries.fields_of(typed)("entries") is None, "a fault of all of them is said of the whole"


def test_trn_06_after_the_opening_only_what_changes_is_said() -> None:
    typed = values(**{f"entree.{TRAINEE}": "01/09/2008"})
    unlocked = row(state="entered", entered_on=START, unlocked=True)
    assert entries.confirm(typed, action(state="opened"), [unlocked]) is None
    assert typed.general and "Rien n’a changé" in typed.general[0]


def test_trn_02_a_whole_sheet_becomes_a_command_with_the_town_of_its_postcode() -> None:
    asked = sheet()
    command = trainees.register(asked, BASIS)
    assert asked.ok and isinstance(command, RegisterTrainee)
    assert (command.sheet.mail.town, command.sheet.paid_by, command.partial) == ("Sète", PaidBy.REGION, False)


def test_surv_01_an_address_that_is_none_is_told_beside_its_field_and_none_is_needed() -> None:
    wrong = sheet(courriel="camille.martin")
    assert trainees.register(wrong, BASIS) is None and wrong.errors.keys() == {"courriel"}
    assert "camille.martin@exemple.fr" in wrong.error("courriel")
    given = trainees.register(sheet(courriel=" camille@exemple.fr "), BASIS)
    assert given and given.sheet.email == "camille@exemple.fr"
    assert (without := trainees.register(sheet(), BASIS)) and without.sheet.email is None
    assert trainees.shown(given.sheet, 1, TODAY)["courriel"] == "camille@exemple.fr"


def test_trn_04_a_partial_sheet_needs_the_names_but_what_is_given_must_be_right() -> None:
    assert trainees.register(values(nom="MARTIN", prenom="Camille", faire="partiel"), BASIS)
    wrong = values(nom="", prenom="Camille", cp="3420", faire="partiel")
    assert trainees.register(wrong, BASIS) is None
    assert wrong.errors.keys() == {"nom", "cp"} and wrong.general == [trainees.MISSING_NAME]


def test_trn_04_everything_that_is_wrong_is_said_at_once_and_what_cannot_be_read_is_not_missing() -> None:
    wrong = sheet(naissance="31/02/1986", niveau="", cp="340000", entree="27/06/2009")
    assert trainees.register(wrong, BASIS) is None
    assert wrong.errors.keys() == {"naissance", "niveau", "cp", "entree"}
    assert wrong.errors["niveau"] == ["À renseigner."] and len(wrong.errors["naissance"]) == 1
    assert wrong.general == [trainees.MISSING]


@pytest.mark.parametrize("birth", ["01/09/1998", "31/08/1927"], ids=["ten", "eighty-one"])
def test_trn_04_an_age_that_surprises_is_asked_about_and_taken_once_it_is_confirmed(birth: str) -> None:
    asked = sheet(naissance=birth)
    assert trainees.register(asked, BASIS) is None
    assert asked.errors.keys() == {trainees.AGE}
    age = trainees.asked_age(asked, TODAY)
    assert age in {10, 81}
    assert trainees.register(sheet(naissance=birth, **{trainees.AGE: str(age)}), BASIS)


def test_trn_04_another_age_than_the_confirmed_one_is_asked_about_again() -> None:
    asked = sheet(naissance="01/09/1999", **{trainees.AGE: "10"})
    assert trainees.register(asked, BASIS) is None
    assert "9\u00a0ans" in asked.error(trainees.AGE)


def test_trn_04_what_the_ceilings_forbid_is_said_in_the_same_round_as_what_is_wrong_in_the_sheet() -> None:
    wrong = sheet(naissance="31/02/1986", niveau="")
    assert trainees.register(wrong, replace(BASIS, places=Places(3, 3, 3, 3))) is None
    assert wrong.errors.keys() == {"naissance", "niveau", "remuneration"}
    assert "L’effectif total, 3 au contrat" in wrong.general[0] and wrong.general[1:] == [trainees.MISSING]
    changed = sheet(naissance="31/02/1986", version="1")
    assert trainees.change(changed, TRAINEE, replace(BASIS, places=Places(3, 2, 2, 2))) is None
    assert changed.errors.keys() == {"naissance", "remuneration"}


def test_trn_01_who_is_changed_keeps_the_place_that_they_have() -> None:
    region = TraineeSheet(last_name="MARTIN", first_name="Camille", paid_by=PaidBy.REGION)
    known = action(registered=3, paid=2, actual_start=None)
    assert trainees.basis_of(known, [], TODAY, row(sheet=region)).places.paid == 1
    assert trainees.basis_of(known, [], TODAY).places.registered == 3


def test_trn_08_a_person_who_is_on_the_list_is_asked_about_and_taken_once_it_is_said_to_be_another() -> None:
    dupont = {"nom": "DUPONT", "prenom": "Michel", "naissance": "09/06/1982"}
    asked = sheet(**dupont)
    assert trainees.register(asked, BASIS) is None
    assert asked.errors.keys() == {trainees.NAMESAKE} and trainees.asked_person(asked) == "dupont michel 1982-06-09"
    command = trainees.register(sheet(**dupont, **{trainees.NAMESAKE: "dupont michel 1982-06-09"}), BASIS)
    assert command and command.namesake
    other = sheet(**dupont, **{trainees.NAMESAKE: "martin camille 1986-02-14"})
    assert trainees.register(other, BASIS) is None, "what was said of somebody else says nothing of this one"


def test_trn_04_a_stored_age_was_confirmed_and_is_not_asked_about_again() -> None:
    stored = TraineeSheet(last_name="MARTIN", first_name="Camille", birth_date=date(1998, 9, 1), entry_date=START)
    assert trainees.shown(stored, 3, TODAY)[trainees.AGE] == 10


def test_a_sheet_is_changed_from_the_version_that_was_shown() -> None:
    command = trainees.change(sheet(version="3"), TRAINEE, BASIS)
    assert isinstance(command, ChangeTrainee) and command.base_version == 3


@pytest.mark.parametrize(
    ("birth", "entry", "bracket"),
    [
        ("14/02/1986", "01/09/2008", AgeBracket.FROM_18_TO_25),
        ("01/09/1991", "31/08/2009", AgeBracket.UNDER_18),
        ("02/09/2008", "01/09/2008", None),
        ("14/02/1986", "", None),
        ("hier", "01/09/2008", None),
    ],
)
def test_trn_02_the_age_bracket_follows_from_both_dates_as_far_as_they_can_be_read(
    birth: str, entry: str, bracket: AgeBracket | None
) -> None:
    assert trainees.bracket(values(naissance=birth, entree=entry)) == bracket
