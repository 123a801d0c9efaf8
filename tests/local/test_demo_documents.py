"""Every document of the guide, taken from the demonstration as people take them: it keeps its standards, and its figures are those that
the log holds (DOC-1, DOC-2, BIL-9).
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from contracts.finance import InvoiceDocument, IssuedInvoice
from gateway.facturx.cii import FILE_NAME
from sesame_local.place import Place
from tests import facturx
from tests.gateway.printed import read, said
from tests.gateway.verapdf import judged
from tests.local import on_the_log
from tests.local.on_the_log import Action, Expected
from tests.local.short_story import TODAY, short
from tests.local.taking import Taken, take_everything

pytestmark = pytest.mark.timeout(400)

KINDS: dict[str, Callable[[Action, str], Expected]] = {
    "formateurs": on_the_log.trainers,
    "stagiaires-(ouverture|fermeture)": on_the_log.trainees,
    "declaration-([0-9-]{7})": on_the_log.declaration,
    "realise": on_the_log.realised,
    "demandes-attente": on_the_log.requests_waiting,
    "demandes-validees": on_the_log.requests_accepted,
    "demandes-rejetees": on_the_log.requests_rejected,
    "facture-([0-9-]+)": on_the_log.invoice,
    "enquete-(sortie|six-mois|un-an)": on_the_log.survey,
    "bilan": on_the_log.report,
    "avenants": on_the_log.amendments,
    "compte": on_the_log.account,
    "report": on_the_log.postponement,
    "ouverture": on_the_log.opening,
    "non-ouverture": on_the_log.non_opening,
    "bordereau": on_the_log.slip,
    "bordereau-facture-([0-9]+)": on_the_log.slip_of_invoice,
}
"""The documents of an action by their names, and what the log says must stand in each."""


@pytest.fixture(scope="module")
def taken(played: Place) -> Taken:
    return asyncio.run(take_everything(played, short(TODAY)))


@pytest.fixture(scope="module")
def logged(played: Place) -> dict[str, Action]:
    return asyncio.run(on_the_log.read(played))


def of_kind(taken: Taken, kind: str) -> Iterator[tuple[str, str, bytes]]:
    """The documents of a kind: the contract of each, what its name says besides, its bytes."""
    for name, content in (taken.states | taken.invoices | taken.slips).items():
        if found := re.fullmatch(rf"{kind}-(20[0-9]{{2}}[A-Z]+[0-9]+)[.]pdf", name):
            *more, number = found.groups()
            yield number, more[0] if more else "", content


@pytest.mark.parametrize("kind", KINDS)
def test_doc_01_the_figures_of_a_document_are_those_of_the_log(taken: Taken, logged: dict[str, Action], kind: str) -> None:
    found = list(of_kind(taken, kind))
    assert found, "the demonstration has it"
    for number, more, content in found:
        text, expected = said(content), list(KINDS[kind](logged[number], more))
        missing = [one for one in expected if " ".join(one.split()) not in text]
        assert expected and not missing, (number, more, missing, text)


def test_doc_01_what_there_is_to_take_is_of_these_kinds_and_all_of_it_is_listed(taken: Taken) -> None:
    known = {name for kind in KINDS for name in taken.states if re.fullmatch(rf"{kind}-20.*[.]pdf", name)}
    others = {re.sub("-20.*", "", name) for name in taken.states.keys() - known}
    assert others == {"stagiaires"}, "before the opening"
    assert {name: content for name, content in taken.states.items() if name.startswith("facture-")} == taken.invoices
    for number, contents in taken.contents.items():
        text, count = said(contents), sum(f"-{number}." in name for name in taken.states)
        assert count and all(f" {place:02d} " in text for place in range(1, count + 1)), number


def test_doc_02_whoever_takes_a_document_again_gets_the_same_bytes(taken: Taken) -> None:
    assert taken.archived == taken.states, "one by one by the organisations, all together by the agent"
    assert taken.invoices_of_agent == taken.invoices


def test_every_document_of_the_demonstration_is_pdf_a_3a_and_pdf_ua_1(taken: Taken, tmp_path: Path) -> None:
    contents = {f"sommaire-{number}.pdf": content for number, content in taken.contents.items()}
    blank = {f"vierge-{name}": content for name, content in taken.blank.items()}
    every = taken.states | taken.slips | blank | contents
    assert judged(every, tmp_path) == {name: [] for name in every}


def test_bil_09_an_invoice_is_a_factur_x_whose_figures_are_those_of_the_log_and_the_finance_system_has_the_same(
    taken: Taken, logged: dict[str, Action]
) -> None:
    kinds = set()
    for number, legal, content in of_kind(taken, "facture-([0-9-]+)"):
        action = logged[number]
        one = next(each for each in action.issued.values() if legal in (each.legal_number, f"{each.legal_number}-{each.siret}"))
        first = next(each for each in action.all(InvoiceDocument) if each.invoice_id == one.invoice_id)
        assert first.content == content
        (xml,) = read(content).attachments[FILE_NAME]
        assert facturx.faults(xml) == []
        assert figures(xml) == expected_figures(one, number)
        kinds |= {one.without_months or one.kind, *(each.kind for each in one.adjustments), *(["refund"] if one.including_tax < 0 else [])}
        kinds |= {"taxed" if one.tax else "exempt", *(["replaces"] if one.replaces else [])}
    assert kinds >= EVERY_INVOICE


EVERY_INVOICE = {
    *("monthly", "quarter", "balance", "advance", "subcontract"),
    *("deduction", "recovery", "refund", "replaces", "taxed", "exempt"),
}
"""What there is of invoices: natures, what they take off, whose they are, what becomes of them."""


def figures(xml: bytes) -> dict[str, list[str]]:
    """Whom an invoice is from, what it is called, when, how much: as the XML says it, by its elements' names."""
    root = etree.fromstring(xml)
    wanted = ("TaxBasisTotalAmount", "TaxTotalAmount", "GrandTotalAmount")
    return {name: [element.text or "" for element in root.iter("{*}" + name)] for name in wanted} | {
        "ID": [root.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='ID'])")],
        "on": [root.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='IssueDateTime']/*)")],
        "seller": [root.xpath("string(//*[local-name()='SellerTradeParty']/*[local-name()='GlobalID'])")],
        "contract": [root.xpath("string(//*[local-name()='ContractReferencedDocument']/*)")],
    }


def expected_figures(one: IssuedInvoice, number: str) -> dict[str, list[str]]:
    """The same, as billing told the finance system; a refund is an avoir of so much."""
    return {
        "TaxBasisTotalAmount": [str(abs(one.excluding_tax))],
        "TaxTotalAmount": [str(abs(one.tax))],
        "GrandTotalAmount": [str(abs(one.including_tax))],
        "ID": [one.legal_number],
        "on": [f"{one.issued_on:%Y%m%d}"],
        "seller": [one.siret],
        "contract": [number],
    }


def test_home_03_blank_forms_name_no_action_and_the_guide_is_among_what_can_be_taken(taken: Taken) -> None:
    assert taken.blank.keys() == {"guide.pdf", "report.pdf", "ouverture.pdf", "non-ouverture.pdf", "bordereau.pdf"}
    for name, content in taken.blank.items():
        assert not re.search(r"20[0-9]{2}QCA|999[0-9]{11}", said(content)), name


def test_acc_06_nothing_of_another_organisation_is_found(taken: Taken) -> None:
    assert taken.others == []
