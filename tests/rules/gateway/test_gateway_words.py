"""How figures and names are written for French readers, and that each command has its words."""

from datetime import datetime
from decimal import Decimal

import pytest

from contracts.message import Command
from contracts.month import PARIS
from contracts.registry import MESSAGES
from gateway.words import notices
from gateway.words.french import before_tax, de, hour, percent, with_tax


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("février 2008", "de février 2008"),
        *(("avril 2008", "d’avril 2008"), ("août 2008", "d’août 2008"), ("octobre 2008", "d’octobre 2008")),
        ("ÉLECTRICIENS", "d’ÉLECTRICIENS"),
    ],
)
def test_de_is_elided_before_a_vowel(name: str, written: str) -> None:
    assert de(name) == written


@pytest.mark.parametrize(("share", "written"), [("0.3", "30 %"), ("0.3698", "36,98 %"), ("0.29999", "29,99 %"), ("1", "100 %")])
def test_a_whole_percentage_has_no_decimals(share: str, written: str) -> None:
    assert percent(share).replace("\u00a0", " ") == written


def test_an_amount_says_whether_it_is_with_tax() -> None:
    assert [form(Decimal("2445")).replace("\u00a0", " ") for form in (before_tax, with_tax)] == ["2 445,00 € HT", "2 445,00 € TTC"]


def test_t_01_what_a_day_brings_has_no_hour() -> None:
    midnight, noon = datetime(2008, 3, 6, tzinfo=PARIS), datetime(2008, 3, 6, 12, 5, tzinfo=PARIS)
    assert [hour(at).replace("\u00a0", " ") for at in (midnight, noon)] == ["", ", 12 h 05"]


def test_every_command_says_when_it_is_done_and_what_was_refused() -> None:
    commands = {type_ for type_, message in MESSAGES.items() if issubclass(message, Command)}
    assert commands <= notices.DONE.keys() and commands <= notices.REFUSED.keys()
    assert notices.refusal("actions.close-action.v1", "BTS") == "La clôture de BTS est refusée"
    assert notices.refusal("identity.change-organisation.v1", None) == "Le changement d’adresse est refusé"
