"""What is personal is known by its value wherever it stands; what a contract says of its holder is public."""

import json

import pytest

from auditor.finding import Promise
from auditor.outside import of_lines
from auditor.scanner import Scanner
from tests.rules.auditor.story import AWARDED

ID = "2007QCA0266/a"
SHEET = {
    "last_name": "MEUNIER VIDAL",
    "first_name": "Zoé",
    "birth_date": "1985-03-12",
    "email": "zoe.meunier@exemple.fr",
    "mail": {"address": "14 impasse des Lilas", "postcode": "34000"},
    "during_training": {"address": None},
}


@pytest.fixture
def scanner() -> Scanner:
    scanner = Scanner(frozenset({"s3cr3t-of-billing"}))
    scanner.learn(ID, "trainee", {"id": ID, "sheet": SHEET})
    scanner.learn("2007QCA0266/text", "text", {"text": "Elle est malade depuis lundi."})
    holder = AWARDED.terms.organisation
    scanner.learn("first", "user", {"name": holder.name, "email": holder.email})
    scanner.learn("colleague", "user", {"name": "Camille MARTIN", "email": "camille@scenes.example"})
    scanner.publish(AWARDED.terms.model_dump(mode="json"))
    return scanner


@pytest.mark.parametrize(
    "leaked",
    [
        {"note": "Zoé Meunier Vidal"},
        {"by": ["Vidal, Zoé"]},
        {"deep": {"er": [{"anything": "meunier vidal zoé"}]}},
        {"since": "1985-03-12"},
        {"where": "14 Impasse des Lilas"},
        {"to": "Zoe.Meunier@exemple.fr"},
        {"reason": "Elle est malade depuis lundi."},
        {"who": "Camille MARTIN"},
        {"login": "Camille@scenes.example"},
    ],
)
def test_a_persons_values_are_found_whatever_the_field_is_called(scanner: Scanner, leaked: object) -> None:
    assert scanner.whose(scanner.found_in(json.dumps(leaked, ensure_ascii=False)))


@pytest.mark.parametrize("honest", [{"by": "Zoé Martin"}, {"town": "MEUNIER"}, {"on": "1985-03-13"}, AWARDED.model_dump(mode="json")])
def test_what_many_share_and_what_is_public_is_nobodys(scanner: Scanner, honest: object) -> None:
    assert scanner.whose(scanner.found_in(json.dumps(honest, ensure_ascii=False))) == set()


def test_an_address_of_a_trainee_that_is_the_holders_too_is_public(scanner: Scanner) -> None:
    scanner.learn("2007QCA0266/b", "trainee", {"sheet": {**SHEET, "mail": {"address": AWARDED.terms.organisation.address}}})
    assert scanner.whose(scanner.found_in(json.dumps({"address": AWARDED.terms.organisation.address}))) == set()


@pytest.mark.parametrize("secret", ['{"key":"s3cr3t-of-billing"}', "hash=$argon2id$v=19$m=65536,t=3,p=4$abc"])
def test_a_password_and_the_hash_of_one_are_secrets(scanner: Scanner, secret: str) -> None:
    assert scanner.tells_a_secret(secret)


def test_a_log_is_read_line_by_line(scanner: Scanner) -> None:
    lines = ["all is well", "handled Zoé Meunier", "GET /actions?nee=1985-03-12", "dsn postgresql://billing:s3cr3t-of-billing@db/billing"]
    assert [(finding.promise, finding.about, finding.what.split(" ")[1]) for finding in of_lines(scanner, "billing.log", lines)] == [
        (Promise.PRIVATE, "billing.log", "2"),
        (Promise.PRIVATE, "billing.log", "3"),
        (Promise.SECRET, "billing.log", "4"),
    ]
