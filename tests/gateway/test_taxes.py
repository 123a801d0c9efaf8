"""No amount without saying which it is: the organisation's work is without tax, what is paid is with it (BIL-6, BIL-13)."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio
from selectolax.lexbor import LexborNode

from contracts.month import Month
from gateway.words.french import money
from tests.gateway.html import parsed, text_of
from tests.gateway.region_in_march import Told, award, terms
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
NUMBER = "2008TVA0001"
ACTION, REGION = f"/actions/{NUMBER}", "/region/factures"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def taxed(portal: RunningPortal) -> AsyncIterator[Told]:
    """An action with 20 % of tax: February is paid, March waits for the Region, April can be invoiced."""
    portal.it_is("2008-05-06T14:12")
    told = await award(portal, NUMBER, terms("SOUDEURS", date(2008, 2, 4), date(2008, 9, 26)))
    told.tax_rate = Decimal("0.20")
    await told.open(2)
    for month, on in (("2008-02", date(2008, 3, 6)), ("2008-03", date(2008, 4, 6))):
        await told.confirm(Month(month))
        await told.invoice(Month(month), on=on)
    await told.accept(told.invoices[0], on=date(2008, 4, 10))
    await told.confirm(Month("2008-04"))
    yield told
    portal.it_is("2008-03-06T14:12")


def amounts(told: Told) -> dict[str, str]:
    """How each amount of the action must be labelled."""
    without = [invoice.excluding_tax for invoice in told.invoices]
    with_tax = [invoice.including_tax for invoice in told.invoices]
    offered = [month.amount for month in told.billable.values()]
    labelled = dict.fromkeys([*without, *offered, sum(without, Decimal(0))], "HT")
    labelled |= dict.fromkeys([*with_tax, *(amount * Decimal("1.2") for amount in offered), sum(with_tax, Decimal(0))], "TTC")
    return {money(amount): label for amount, label in labelled.items()}


def unlabelled(page: httpx.Response, known: dict[str, str]) -> Iterator[str]:
    """The amounts of a page beside which nothing says whether they are with tax: in the same words, in the cell's or the term's name."""
    for node in parsed(page).traverse(include_text=True):
        text = node.text() if node.tag == "-text" else ""
        for amount, label in known.items():
            before, found, after = text.partition(amount)
            if found and not before[-1:].isdigit() and label not in after[:12] and label not in around(node):
                yield f"{label} {amount} in “{text.strip()}” ({around(node)})"


def around(node: LexborNode) -> str:
    """What names the amount: its cell's column, its term, the title of its chart."""
    names: list[str] = []
    at: LexborNode | None = node.parent
    while at is not None and at.tag not in {"table", "section", "main", "body"}:
        names.append(at.attributes.get("data-l") or "")
        if at.tag == "dd":
            names.append(at.parent.css_first("dt").text() if at.parent else "")
        if at.tag == "tr":
            names.append(at.css_first("th").text() if at.css_first("th") else "")
        if at.tag == "svg":
            names.append(at.css_first("title").text())
        at = at.parent
    return " ".join(names)


async def test_every_amount_says_whether_it_is_with_tax(portal: RunningPortal, taxed: Told) -> None:
    known, found = amounts(taxed), []
    paid, waiting = (invoice.invoice_id for invoice in taxed.invoices)
    preview = f"{ACTION}/facturation/verification?choix=monthly:2008-04"
    months = [f"{ACTION}/declarations{page}" for page in ("", "/2008-02", "/2008-03", "/2008-04")]
    pages = ["/", "/notifications", "/etats", ACTION, f"{ACTION}/facturation", preview, f"{ACTION}/compte", f"{ACTION}/solde", *months]
    for path in (*pages, f"{ACTION}/factures/{paid}", f"{ACTION}/factures/{waiting}"):
        found += [f"{path}: {said}" for said in unlabelled(await portal.secretary.get(path), known)]
    for path in ("/notifications", REGION, f"{REGION}?decidees=1", f"{REGION}/{paid}", f"{REGION}/{waiting}", f"/region/actions/{NUMBER}"):
        found += [f"agent {path}: {said}" for said in unlabelled(await portal.agent.get(path), known)]
    confirming = await portal.agent.post(f"{REGION}/{waiting}", {"decision": "accepter"})
    assert "Confirmer l’acceptation" in text_of(confirming)
    found += [f"confirming: {said}" for said in unlabelled(confirming, known)]
    assert not found, "\n".join(found)


async def test_the_action_sums_up_its_invoices_without_tax_and_what_is_paid_with_it(portal: RunningPortal, taxed: Told) -> None:
    first, second = taxed.invoices
    page = text_of(await portal.secretary.get(ACTION))
    both = money(first.excluding_tax + second.excluding_tax).replace("\u00a0", " ")
    accepted, paid = (money(amount).replace("\u00a0", " ") for amount in (first.excluding_tax, first.including_tax))
    assert f"Facturé : {both} HT. Accepté : {accepted} HT. Payé : {paid} TTC." in page


async def test_the_agent_accepts_an_amount_that_says_what_is_paid(portal: RunningPortal, taxed: Told) -> None:
    waiting = taxed.invoices[1]
    page = text_of(await portal.agent.get(f"{REGION}/{waiting.invoice_id}"))
    without, with_tax = (money(amount).replace("\u00a0", " ") for amount in (waiting.excluding_tax, waiting.including_tax))
    assert f"Accepter {without} HT ({with_tax} TTC)" in page
