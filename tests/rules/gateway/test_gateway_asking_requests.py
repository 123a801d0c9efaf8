"""From what an organisation types, when it asks for what is locked, to the request; and how periods follow other planned dates."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.actions import Period
from contracts.codes import Place
from contracts.personal import TrainerSheet
from contracts.requests import DatesChange, ListedTrainer, PlannedDatesChange, RequestChange, SaveTrainers
from gateway.areas.action.action import Action
from gateway.areas.dates import asking as dates
from gateway.areas.requests.comparison import NOTHING, Comparison, Line
from gateway.areas.trainers import asking as trainers
from gateway.web.values import Values
from tests import guide

START, END = date(2008, 9, 1), date(2009, 6, 26)
FIRST = Period(place=Place.CENTRE, start=START, end=date(2008, 12, 19))
COMPANY = Period(place=Place.COMPANY, start=date(2009, 1, 5), end=date(2009, 2, 27))
LAST = Period(place=Place.CENTRE, start=date(2009, 3, 2), end=END)
TRAINER = {"nom": "DIAZ", "prenom": "Ana", "domaine": "soudure", "heures": "12,5", "experience": "dix ans d’atelier"}


def values(**typed: str) -> Values:
    return Values({name.replace("__", "."): [text] for name, text in typed.items()})


def action(**known: Any) -> Action:
    nothing: dict[str, Any] = dict.fromkeys(Action.__slots__)
    held = {"state": "awarded", "terms": guide.terms(START, END), "planned_start": START, "planned_end": END}
    return Action(**{**nothing, **held, "periods": (FIRST, COMPANY, LAST), "dates_version": 3, **known})


def typed_of(fields: dict[str, Any]) -> Values:
    """A form as the page sends it."""
    texts = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value) for name, value in fields.items()}
    return Values({name: [text] for name, text in texts.items()})


@pytest.mark.parametrize(
    ("then", "periods"),
    [
        ((START, date(2009, 7, 31)), (FIRST, COMPANY, LAST.model_copy(update={"end": date(2009, 7, 31)}))),
        ((START, date(2009, 2, 13)), (FIRST, COMPANY.model_copy(update={"end": date(2009, 2, 13)}))),
        ((date(2008, 9, 15), END), (FIRST.model_copy(update={"start": date(2008, 9, 15)}), COMPANY, LAST)),
        ((date(2009, 1, 12), END), (COMPANY.model_copy(update={"start": date(2009, 1, 12)}), LAST)),
    ],
    ids=["later end", "earlier end", "later start", "start after a whole period"],
)
def test_dat_04_periods_follow_the_planned_dates(then: tuple[date, date], periods: tuple[Period, ...]) -> None:
    """What begins or ends with the action still does; what would lie outside is cut off, or left out."""
    assert dates.moved((FIRST, COMPANY, LAST), (START, END), then) == periods


def test_dat_04_the_form_proposes_the_periods_of_the_date_that_it_was_opened_with_and_asks_for_them() -> None:
    end = date(2009, 7, 31)
    form = typed_of(dates.planned(action(), end=end) | {"motif": "La salle est prise."})
    longer = LAST.model_copy(update={"end": end})
    change = PlannedDatesChange(
        planned_start=START, planned_end=end, periods=(FIRST, LAST.model_copy(update={"end": end}), COMPANY), base_version=3
    )
    assert dates.postpone(form, action()) == RequestChange(change=change, reason="La salle est prise.") and longer in change.periods


def test_dat_04_adapting_moves_what_is_typed_and_keeps_the_reason() -> None:
    form = typed_of(dates.planned(action()) | {"fin": "31/07/2009", "motif": "Un stage de plus", "entreprise.0.debut": "12/01/2009"})
    dates.move(form, action())
    assert form.value("centre.1.fin") == form.value("fin") == "31/07/2009" and form.value("motif") == "Un stage de plus"
    assert form.value("entreprise.0.debut") == "12/01/2009", "what was typed stays"


def test_req_03_the_start_of_an_open_action_stays_whatever_is_typed() -> None:
    running = action(actual_start=START)
    form = typed_of(dates.planned(running) | {"debut": "15/09/2008", "motif": "x"})
    asked = dates.postpone(form, running)
    assert asked and isinstance(asked.change, PlannedDatesChange) and asked.change.planned_start == START


def test_req_01_nobody_asks_without_saying_why() -> None:
    form = typed_of(dates.shown((FIRST,), 3))
    assert dates.request(form) is None and set(form.errors) == {"motif"}
    said = typed_of(dates.shown((FIRST,), 3) | {"motif": "Une grève"})
    assert dates.request(said) == RequestChange(change=DatesChange(periods=(FIRST,), base_version=3), reason="Une grève")


def test_tra_01_the_list_is_saved_as_it_is_typed_and_who_is_on_it_keeps_their_id() -> None:
    known = {f"formateur.3.{name}": text for name, text in TRAINER.items()} | {"formateur.3.id": "C/trainer-1", "version": "2"}
    added = {f"formateur.7.{name}": text for name, text in (TRAINER | {"nom": "ROUX"}).items()}
    empty = {f"formateur.5.{name}": " " for name in TRAINER}
    sheet = TrainerSheet(
        last_name="DIAZ", first_name="Ana", field="soudure", hours=Decimal("12.5"), experience="dix ans d’atelier", status=""
    )
    assert trainers.save(typed_of(known | added | empty)) == SaveTrainers(
        trainers=(
            ListedTrainer(id="C/trainer-1", sheet=sheet),
            ListedTrainer(id=None, sheet=sheet.model_copy(update={"last_name": "ROUX"})),
        ),
        base_version=2,
    )


def test_tra_01_what_lacks_of_every_trainer_is_said_at_once_beside_its_field() -> None:
    form = values(formateur__0__nom="DIAZ", formateur__2__heures="-1", version="1")
    assert trainers.save(form) is None
    assert {"formateur.0.prenom", "formateur.0.heures", "formateur.2.nom", "formateur.2.heures"} <= form.errors.keys()
    assert trainers.fields_of(form)("trainers.1.sheet.hours") == "formateur.2.heures"


def test_req_01_a_comparison_in_which_nothing_differs_says_so() -> None:
    same = Line("Fin prévue", "26/06/2009", "26/06/2009")
    assert not Comparison((same,)).is_changed and Comparison((same, Line("Période", NOTHING, "du 1er"))).is_changed
