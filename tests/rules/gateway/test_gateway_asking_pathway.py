"""The pathway tab between what is typed and the command (TRN-3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.codes import Place
from contracts.declarations import PlaceDays
from contracts.pathways import Room, plan_of
from contracts.periods import Period
from gateway.areas.declarations import proposal
from gateway.areas.trainees import asking
from gateway.web.values import Values
from tests.guide import day, pathway, period
from tests.rules.gateway.test_gateway_asking import BASIS, END, START, WHOLE
from tests.rules.gateway.test_gateway_proposal import PLAN, row

LEFT = {Place.CENTRE: Decimal(700), Place.COMPANY: Decimal(420)}
ROOM = Room(START, END, {place: 2 * hours for place, hours in LEFT.items()}, LEFT)
INDIVIDUALISED = replace(BASIS, room=ROOM)
FIRST, LAST = START.strftime("%d/%m/%Y"), END.strftime("%d/%m/%Y")
PATHWAY = {
    "projet": "Accessoiriste de plateau",
    "h_centre": "560,5",
    "h_entreprise": "70h15",
    "nb_entreprise": "1",
    "modules": "Français",
    "modules_pro": "Moulage",
    "but_entreprise": "Tenir un plateau",
    "but": "Obtenir un titre",
    "vae": "non",
    "p_debut": FIRST,
    "p_fin": LAST,
    "centre.0.debut": FIRST,
    "centre.0.fin": LAST,
    "entreprise.3.debut": LAST,
    "entreprise.3.fin": LAST,
}


def typed(**changed: str) -> Values:
    """Both tabs; `entreprise_3_fin` is `entreprise.3.fin`."""
    return Values({name: [text] for name, text in (WHOLE | PATHWAY | changed).items()})


def test_trn_03_both_tabs_become_one_command() -> None:
    command = asking.register(typed(), INDIVIDUALISED)
    assert command and command.sheet.pathway and not command.partial
    sent = command.sheet.pathway
    assert (sent.centre_hours, sent.company_hours, sent.company_periods, sent.vae) == (Decimal("560.5"), Decimal("70.25"), 1, False)
    assert sent.periods == (
        Period(place=Place.CENTRE, start=START, end=END),
        Period(place=Place.COMPANY, start=END, end=END),
    )


def test_trn_03_on_a_collective_action_nothing_of_it_is_read() -> None:
    command = asking.register(typed(), BASIS)
    assert command and command.sheet.pathway is None


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"projet": " "}, "projet", "À renseigner."),
        ({"h_centre": "700,25"}, "h_centre", "Il en reste 700,00"),
        ({"h_centre": "3h20"}, "h_centre", "n’est pas un quart d’heure"),
        ({"h_entreprise": "beaucoup"}, "h_entreprise", "n’est pas un nombre d’heures"),
        ({"nb_entreprise": "deux"}, "nb_entreprise", "Saisissez un nombre entier"),
        ({"nb_entreprise": "2"}, "nb_entreprise", "annonce 2"),
        ({"entreprise.3.fin": ""}, "entreprise.3.fin", "Saisissez la fin de la période"),
        ({"entreprise.3.fin": "31/12/2030"}, "entreprise.3.fin", "les dates du parcours"),
        ({"but": "x" * 4_001}, "but", "4 000 au plus"),
    ],
)
def test_trn_03_what_is_wrong_is_said_beside_its_field_and_counted_on_its_tab(changed: dict[str, str], field: str, said: str) -> None:
    values = typed(**changed)
    assert asking.register(values, INDIVIDUALISED) is None
    assert said in values.error(field).replace("\u202f", " ").replace("\xa0", " ")
    assert asking.wrong_tabs(values)["identite"] == 0 and asking.wrong_tabs(values)["parcours"] >= 1


def test_trn_04_a_partial_sheet_may_have_no_pathway_yet() -> None:
    values = Values({name: [text] for name, text in (WHOLE | {"faire": asking.PARTIAL}).items()})
    command = asking.register(values, INDIVIDUALISED)
    assert command and command.partial and command.sheet.pathway is None


def test_trn_08_trainees_of_a_table_on_an_individualised_action_get_their_pathways_later() -> None:
    rows = [Values({name: [text] for name, text in WHOLE.items()})]
    command = asking.register_all(Values(), rows, INDIVIDUALISED)
    assert command and command.partial and command.trainees[0].sheet.pathway is None


def test_trn_03_a_stored_pathway_is_shown_in_the_fields_in_which_it_is_typed() -> None:
    command = asking.register(typed(), INDIVIDUALISED)
    assert command
    fields = asking.shown(command.sheet, 1, START)
    assert {name: fields[name] for name in ("projet", "h_centre", "vae", "p_fin", "entreprise.0.debut")} == {
        "projet": "Accessoiriste de plateau",
        "h_centre": Decimal("560.5"),
        "vae": False,
        "p_fin": END,
        "entreprise.0.debut": END,
    }


def test_dec_11_what_is_offered_follows_from_the_trainees_own_pathway() -> None:
    """40 h over the four working days of their one period in centre, of which three are in this month: 30 h, and none in company."""
    days = tuple(day(f"2008-0{month}-{number:02}") for month, number in ((2, 27), (2, 28), (2, 29), (3, 3)))
    plan = replace(PLAN, working_days=days, planned_end=date(2008, 3, 31))
    own: dict[str, Any] = {"centre_hours": "40", "company_hours": "0", "company_periods": 0}
    sent = plan_of(pathway("2008-02-25", "2008-03-31", **own, periods=(period("2008-02-25", "2008-03-31"),)))
    mine, other = replace(row(1), pathway=sent), row(2)
    assert plan.place_of(other, Place.CENTRE) == PLAN.places[Place.CENTRE]
    assert plan.place_of(mine, Place.CENTRE) == PlaceDays(place=Place.CENTRE, hours=Decimal(40), days=days)
    values = Values({name: texts for one in (mine, other) for name, texts in proposal.stored(one).items()})
    proposal.begin(values, plan, [mine, other])
    proposal.everybody(values, [mine, other], plan)
    assert values.value(f"{mine.key}.centre.attended") == "30,00" and values.value(f"{mine.key}.company.attended") == "0,00"
