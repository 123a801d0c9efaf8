"""Personal links, as far as no page and no database is needed: what is asked by one, how often, and what a letter says (SURV-1, SURV-2)."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from litestar.exceptions import TooManyRequestsException

from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.surveys import SurveyLink
from gateway.areas.action.action import Action
from gateway.areas.surveys import asking
from gateway.areas.surveys.letters import letters
from gateway.areas.surveys.link import author_of
from gateway.areas.surveys.queries import Addressee
from gateway.documents.paper import PageBreak, Paper, Paragraph, QrCode, Table
from gateway.mails.invitation import digest, new_token
from gateway.web.per_minute import AtMost, network_of
from gateway.web.security import told
from gateway.web.values import Values
from tests.gateway.pieces import sheet

LINK = SurveyLink(trainee_id=UUID(int=1), sha256="a" * 64)
ACTION = cast(Action, SimpleNamespace(title="COSTUMIER(ERE)", contract_number="2007QIA0970", organisation="SCENES ET FORMATIONS"))


@pytest.mark.parametrize(
    ("typed", "situation", "contract"),
    [
        ({"emploi": ["non"], "secteur": ["oui"], "contrat": ["permanent"]}, Situation.OTHER, None),
        ({"emploi": ["oui"], "secteur": ["oui"], "contrat": ["permanent"]}, Situation.EMPLOYED_IN_SECTOR, EmploymentContract.PERMANENT),
        ({"emploi": ["oui"], "secteur": ["non"], "contrat": ["other"]}, Situation.EMPLOYED_ELSEWHERE, EmploymentContract.OTHER),
    ],
)
def test_surv_02_three_questions_make_a_situation(typed: dict[str, list[str]], situation: Situation, contract: EmploymentContract | None):
    answer = asking.answer(Values(typed), SurveyKind.EXIT, LINK)
    assert answer and (answer.situation, answer.contract, answer.link) == (situation, contract, LINK)


def test_surv_01_a_token_has_256_bits_and_its_digest_tells_nothing_of_it():
    token = new_token()
    assert len(token) == 43 and token != new_token()
    assert len(digest(token)) == 64 and token not in digest(token)


def test_surv_01_the_author_of_an_answer_is_the_link_and_of_no_organisation():
    author = author_of(LINK)
    assert author == author_of(LINK) != author_of(LINK.model_copy(update={"sha256": "b" * 64}))
    assert (author.role, author.is_agent, author.audience) == ("link", False, "link")


def test_surv_01_no_log_holds_the_address_of_a_link():
    assert told("/enquete/abc") == "/enquete/…" and told("/actions/1/enquetes") == "/actions/1/enquetes"


def test_surv_01_who_asks_too_often_waits_for_the_next_minute(monkeypatch: pytest.MonkeyPatch):
    now = 60.0
    monkeypatch.setattr("gateway.web.per_minute.monotonic", lambda: now)
    limit = AtMost(2)
    for who in ("a", "a", "b"):
        limit.charge(who)
    with pytest.raises(TooManyRequestsException):
        limit.charge("a")
    now = 120.0
    limit.charge("a")


@pytest.mark.parametrize(
    ("client", "network"),
    [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64"), ("?", "?")],
)
def test_surv_01_a_client_is_an_address_or_a_network(client: str, network: str):
    assert network_of(client) == network


def paper(*names: str) -> Paper:
    to = [Addressee(UUID(int=place), sheet(name, "Gisèle", date(2007, 3, 1))) for place, name in enumerate(names)]
    addresses = {each.trainee_id: f"https://sesame.example/enquete/{each.trainee_id}" for each in to}
    return letters(ACTION, "Région", date(2008, 3, 6), SurveyKind.ONE_YEAR, to, addresses)


def test_surv_01_a_letter_says_whose_it_is_where_it_leads_and_until_when():
    one: Any = paper("DURAND")
    said = "\n".join(block.text for block in one.blocks if isinstance(block, Paragraph))
    assert one.title == "Votre situation un an après la formation" and "5\u00a0mai 2008" in said
    assert said.startswith("Mme DURAND Gisèle\n2 rue Victor-Hugo\n") and said.endswith(f"https://sesame.example/enquete/{UUID(int=0)}")
    (code,) = [block for block in one.blocks if isinstance(block, QrCode)]
    assert code.alt == "Lien personnel de Mme DURAND Gisèle" and code.svg.startswith("<svg")
    assert not [block for block in one.blocks if isinstance(block, PageBreak)]


def test_surv_01_of_several_letters_each_has_its_page_and_its_own_code():
    several = paper("DURAND", "DUPONT")
    codes = [block.svg for block in several.blocks if isinstance(block, QrCode)]
    assert len(set(codes)) == 2 and sum(isinstance(block, PageBreak) for block in several.blocks) == 2
    (listed,) = [block for block in several.blocks if isinstance(block, Table)]
    assert listed.rows == (("DURAND Gisèle",), ("DUPONT Gisèle",))
