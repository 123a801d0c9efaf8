"""A trainee's sheet: TRN-2, TRN-4."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.actions import TraineeChanged, TraineeRegistered
from contracts.codes import ActionKind, AgeBracket
from contracts.personal import MailAddress, TraineeRecord
from contracts.sheets import REQUIRED, age_bracket, age_on, is_complete, lacking, needed, surprising_age
from tests.guide import CHOMBIER, DUPONT, DURAND, END, START, day, sheet
from tests.refused import cells
from tests.rules.actions.action_in_preparation import ActionInPreparation

COLLECTIVE = ActionKind.COLLECTIVE
BARE = dict.fromkeys(
    (
        "title",
        "birth_date",
        "sex",
        "entry_date",
        "paid_by",
        "entry_level",
        "unemployment",
        "referrer",
        "rmi",
        "mail_address",
        "mail_postcode",
    )
)


@pytest.mark.parametrize(
    ("birth", "entry", "bracket"),
    [
        ("1989-09-04", START, AgeBracket.UNDER_18),
        ("1989-09-03", START, AgeBracket.FROM_18_TO_25),
        ("1981-09-04", START, AgeBracket.FROM_18_TO_25),
        ("1981-09-03", START, AgeBracket.FROM_26_TO_44),
        ("1962-09-04", START, AgeBracket.FROM_26_TO_44),
        ("1962-09-03", START, AgeBracket.FROM_45_TO_49),
        ("1957-09-04", START, AgeBracket.FROM_45_TO_49),
        ("1957-09-03", START, AgeBracket.FROM_50),
        ("1990-02-28", "2008-02-28", AgeBracket.FROM_18_TO_25),
        ("1990-03-01", "2008-02-29", AgeBracket.UNDER_18),
        ("1988-02-29", "2006-02-28", AgeBracket.UNDER_18),
        ("1988-02-29", "2006-03-01", AgeBracket.FROM_18_TO_25),
    ],
)
def test_trn_02_the_age_bracket_follows_from_birth_and_entry(birth: str, entry: str, bracket: AgeBracket):
    assert age_bracket(day(birth), day(entry)) is bracket


@pytest.mark.parametrize("dates", [(None, day(START)), (day("1982-06-09"), None)])
def test_trn_02_there_is_no_age_bracket_while_one_of_its_dates_is_missing(dates: tuple[date | None, date | None]):
    assert age_bracket(*dates) is None


@given(st.dates(date(1900, 1, 1), date(2007, 12, 31)), st.dates(date(2007, 12, 31), date(2040, 1, 1)))
def test_trn_02_an_age_grows_by_one_each_birthday(birth: date, on: date):
    age = age_on(birth, on)

    def birthday(years: int) -> date:
        year = birth.year + years
        return date(year, 3, 1) if (birth.month, birth.day) == (2, 29) and not _leap(year) else birth.replace(year=year)

    assert birthday(age) <= on < birthday(age + 1)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def test_trn_02_every_missing_field_is_named_at_once():
    refused = cells(lambda: ActionInPreparation().registers(DURAND, **BARE))
    assert {field for _, field in refused} == {f"sheet.{path}" for path in REQUIRED} and len(refused) == 11
    assert {code for code, _ in refused} == {"sheet-field-missing"}


def test_trn_02_what_is_optional_may_be_missing():
    action = ActionInPreparation().registers(
        DURAND, nationality=None, socio_professional=None, disabled=None, mail_town=None, mail_insee_code=None
    )
    assert action.state.trainees[DURAND].complete


def test_trn_02_rmi_no_is_an_answer_and_none_is_not():
    assert is_complete(sheet(rmi=False), COLLECTIVE) and not is_complete(sheet(rmi=None), COLLECTIVE)


def test_trn_04_a_partial_sheet_needs_the_names_only():
    action = ActionInPreparation().registers(DURAND, partial=True, **BARE)
    assert not action.state.trainees[DURAND].complete
    [event], [record] = action.said, action.kept
    assert isinstance(event, TraineeRegistered) and isinstance(record, TraineeRecord)
    assert (event.complete, event.paid_by, event.age_bracket, event.planned_entry) == (False, None, None, None)


@pytest.mark.parametrize("partial", [True, False])
def test_trn_04_without_names_nothing_is_kept(partial: bool):
    refused = cells(lambda: ActionInPreparation().registers(DURAND, partial=partial, last_name=" ", first_name=""))
    assert refused == [("name-missing", "sheet.last_name"), ("name-missing", "sheet.first_name")]


def test_trn_04_a_partial_sheet_that_lacks_nothing_is_complete():
    assert ActionInPreparation().registers(DURAND, partial=True).state.trainees[DURAND].complete


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"mail_postcode": "3480"}, "sheet-postcode-wrong", "sheet.mail.postcode"),
        ({"mail_postcode": "٣4800"}, "sheet-postcode-wrong", "sheet.mail.postcode"),
        ({"mail_insee_code": "3407"}, "insee-code-wrong", "sheet.mail.insee_code"),
        ({"during_training": MailAddress(postcode="A4800")}, "sheet-postcode-wrong", "sheet.during_training.postcode"),
        ({"birth_date": day("2007-09-04")}, "birth-date-ahead", "sheet.birth_date"),
        ({"birth_date": day("1887-09-02")}, "birth-date-too-old", "sheet.birth_date"),
        ({"birth_date": day("0207-09-03")}, "birth-date-too-old", "sheet.birth_date"),
        ({"email": "gisele.chombier"}, "sheet-email-wrong", "sheet.email"),
        ({"email": "Gisèle@exemple.fr"}, "sheet-email-wrong", "sheet.email"),
        ({"email": "g@exemple.fr\nBcc: tous@exemple.fr"}, "sheet-email-wrong", "sheet.email"),
        ({"email": "g" * 60 + "@" + "exemple." * 25 + "fr"}, "sheet-email-wrong", "sheet.email"),
        ({"entry_date": day("2007-09-02")}, "entry-outside-action", "sheet.entry_date"),
        ({"entry_date": day("2008-06-28")}, "entry-outside-action", "sheet.entry_date"),
    ],
)
def test_trn_04_what_is_given_must_be_right_even_on_a_partial_sheet(changed: dict[str, Any], code: str, field: str, partial: bool):
    assert cells(lambda: ActionInPreparation().registers(DURAND, partial=partial, **changed)) == [(code, field)]


@pytest.mark.parametrize("email", [None, "", "gisele.chombier+formation@exemple.fr"])
def test_surv_01_a_sheet_is_whole_with_an_e_mail_address_or_without(email: str | None):
    assert ActionInPreparation().registers(DURAND, email=email).state.trainees[DURAND].complete


@pytest.mark.parametrize("changed", [{"mail_insee_code": "2A004"}, {"birth_date": day("1887-09-03")}, {"birth_date": day(START)}])
def test_trn_02_what_is_at_the_edge_is_right(changed: dict[str, Any]):
    assert ActionInPreparation().registers(DURAND, **changed).state.trainees[DURAND].complete


def test_trn_02_missing_and_wrong_fields_are_named_together():
    refused = cells(lambda: ActionInPreparation().registers(DURAND, entry_level=None, mail_postcode="348", birth_date=day("2099-01-01")))
    assert refused == [
        ("sheet-field-missing", "sheet.entry_level"),
        ("sheet-postcode-wrong", "sheet.mail.postcode"),
        ("birth-date-ahead", "sheet.birth_date"),
    ]


@pytest.mark.parametrize(
    ("changed", "age"),
    [
        ({"birth_date": day("1993-09-03")}, None),
        ({"birth_date": day("1993-09-04")}, 13),
        ({"birth_date": day("1926-09-04")}, None),
        ({"birth_date": day("1926-09-03")}, 81),
        ({"birth_date": day("1993-09-04"), "entry_date": None}, 13),
        ({"birth_date": day("2007-09-03"), "entry_date": day("2007-09-01")}, 0),
        ({"birth_date": day("2007-09-04")}, None),  # refused: ahead
        ({"birth_date": day("1887-09-02")}, None),  # refused: too old
        ({"birth_date": None}, None),
    ],
)
def test_trn_04_an_age_that_surprises_is_asked_about_and_not_refused(changed: dict[str, Any], age: int | None):
    assert surprising_age(sheet(**changed), day(START)) == age
    if age:
        assert ActionInPreparation().registers(DURAND, partial=True, **changed)


def test_trn_04_born_on_29_february_is_too_old_from_the_day_after_on():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED, planned_start=day("2020-01-01"), planned_end=day("2020-12-31"), periods=())
    born = {"birth_date": day("1900-02-28"), "entry_date": day("2020-03-01")}
    assert cells(lambda: action.registers(DURAND, on="2020-02-29", **born)) == [("birth-date-too-old", "sheet.birth_date")]
    assert action.registers(DURAND, on="2020-02-28", **born)


def test_trn_02_a_wrong_entry_date_says_nothing_about_the_age():
    refused = cells(lambda: ActionInPreparation().registers(DURAND, entry_date=day("1999-09-03")))
    assert refused == [("entry-outside-action", "sheet.entry_date")]


def test_trn_02_what_a_sheet_lacks_is_named_by_its_path():
    assert lacking(sheet(last_name=" ", mail_postcode=None, rmi=None), needed(COLLECTIVE)) == ["last_name", "mail.postcode", "rmi"]


def test_trn_09_on_individualised_actions_there_is_no_lower_bound_before_the_opening():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).registers(DURAND, entry_date=day("2007-06-01"))
    assert action.state.trainees[DURAND].complete
    assert cells(lambda: action.changes(DURAND, entry_date=day("2008-06-28"))) == [("entry-after-action", "sheet.entry_date")]


def test_trn_06_after_the_opening_an_entry_date_is_between_actual_start_and_planned_end():
    action = ActionInPreparation(kind=ActionKind.INDIVIDUALISED).prepared(on="2007-10-01").opens("2007-10-01")
    assert cells(lambda: action.registers(DUPONT, entry_date=day("2007-09-30"))) == [("entry-outside-action", "sheet.entry_date")]
    for trainee, on in ((DUPONT, "2007-10-01"), (CHOMBIER, END)):
        assert action.registers(trainee, entry_date=day(on)).state.trainees[trainee].complete


def test_trn_02_an_event_says_codes_only_and_personal_has_the_sheet():
    action = ActionInPreparation().registers(DURAND)
    [event], [record] = action.said, action.kept
    assert isinstance(record, TraineeRecord) and record.sheet == sheet()
    said = event.model_dump_json()
    assert not [word for word in ("DUPONT", "Michel", "1982", "Saint-Paul", "34800", "34079") if word in said]


def test_trn_04_a_completed_sheet_is_a_new_version():
    action = ActionInPreparation().registers(DURAND, partial=True, **BARE).changes(DURAND)
    [event], [record] = action.said, action.kept
    assert isinstance(event, TraineeChanged) and (event.complete, event.sheet.version, record.version) == (True, 2, 2)
    assert event.age_bracket is AgeBracket.FROM_18_TO_25
