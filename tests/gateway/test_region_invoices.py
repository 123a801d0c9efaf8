"""The agents' queue: filters, one invoice after the other, what a decision says of itself, what changed since a rejection (BIL-7)."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from contracts import billing, declarations, personal
from contracts.answers import PersonalRef
from contracts.codes import DecidedBy, Decision
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals.billing import AlreadyDecidedOtherwise
from gateway.web import commands
from gateway.web.lots import put
from gateway.web.session import Viewer
from tests.gateway.html import all_of, one_of, text_of, words
from tests.gateway.pieces import named, terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import OTHER, RunningPortal

JANUARY, FEBRUARY, MARCH = Month("2008-01"), Month("2008-02"), Month("2008-03")
QUEUE = "/region/factures"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def invoices(portal: RunningPortal) -> dict[str, tuple[Told, billing.Invoice]]:
    """Three actions of two organisations, an invoice each to decide: A of January, late; B and C of February."""
    told: dict[str, tuple[Told, billing.Invoice]] = {}
    for name, siret, month, on in (
        ("A", None, JANUARY, date(2008, 2, 1)),
        ("B", None, FEBRUARY, date(2008, 3, 2)),
        ("C", OTHER, FEBRUARY, date(2008, 3, 3)),
    ):
        of = terms(f"ACTION {name}", date(2008, 1, 7), date(2008, 9, 26), **({"siret": siret} if siret else {}))
        action = await award(portal, f"2008FILE0{name}", of)
        await action.open(2)
        await action.confirm(month)
        told[name] = (action, await action.invoice(month, on=on))
    return told


def listed(page: Any) -> list[str]:
    """The titles of the actions in the list beside an invoice."""
    return [words(link).split(", facture")[0].split(" € HT ")[-1] for link in all_of(page, ".queue__list a")]


async def test_bil_07_the_queue_is_filtered_by_organisation_action_state_and_what_is_late(portal: RunningPortal, invoices: Any) -> None:
    def shown(page: Any) -> set[str]:
        return {name for name in "ABC" if f"2008FILE0{name}" in text_of(page)}

    everything = await portal.agent.get(QUEUE)
    assert shown(everything) == {"A", "B", "C"} and "en retard de 4 jours".capitalize() in text_of(everything)
    assert shown(await portal.agent.get(f"{QUEUE}?etat=retard")) == {"A"}
    assert shown(await portal.agent.get(f"{QUEUE}?organisme={OTHER}")) == {"C"}
    one = await portal.agent.get(f"{QUEUE}?action=2008FILE0B&etat=")
    assert shown(one) == {"B"} and "du contrat 2008FILE0B" in text_of(one)
    assert shown(await portal.agent.get(f"{QUEUE}?etat=rejetees")) == set()
    both = await portal.agent.post("/recherche", {"page": QUEUE, "q": "", "etat": "", "organisme": OTHER, "action": ""})
    assert shown(both) == {"C"} and both.url.params["organisme"] == OTHER
    assert (await portal.agent.get(f"{QUEUE}?etat=envie&organisme=%25&action=x")).status_code == 200


async def test_an_invoice_has_its_list_beside_it_and_leads_to_the_next_of_that_list(portal: RunningPortal, invoices: Any) -> None:
    (_, a), (_, b), (_, c) = invoices["A"], invoices["B"], invoices["C"]
    page = await portal.agent.get(f"{QUEUE}/{b.invoice_id}?tri=recue")
    assert listed(page) == ["ACTION A", "ACTION B", "ACTION C"]
    assert "ACTION B" in words(one_of(page, '.queue__list a[aria-current="true"]'))
    assert f"{QUEUE}/{c.invoice_id}?tri=recue" == one_of(page, '[aria-keyshortcuts="Alt+S"]').attributes["href"]
    assert f"{QUEUE}/{a.invoice_id}?tri=recue" == one_of(page, '[aria-keyshortcuts="Alt+P"]').attributes["href"]
    dear = await portal.agent.get(f"{QUEUE}/{c.invoice_id}?tri=action&sens=desc")
    assert f"{QUEUE}/{b.invoice_id}?tri=action&sens=desc" == one_of(dear, '[aria-keyshortcuts="Alt+S"]').attributes["href"]
    assert not all_of(dear, '[aria-keyshortcuts="Alt+P"]')
    alone = await portal.agent.get(f"{QUEUE}/{c.invoice_id}?organisme={OTHER}")
    assert listed(alone) == ["ACTION C"] and not all_of(alone, '[aria-keyshortcuts="Alt+S"]')


async def test_bil_01_each_place_has_two_sums_and_every_amount_says_whether_tax_is_in_it(portal: RunningPortal, invoices: Any) -> None:
    _, invoice = invoices["B"]
    page = await portal.agent.get(f"{QUEUE}/{invoice.invoice_id}")
    total = {cell.attributes["data-l"]: words(cell) for cell in all_of(page, "tfoot td[data-l]")}
    assert (total["Centre, réalisées"], total["Centre, justifiées"]) == ("121,00", "0,00")
    assert words(one_of(page, "h1")) == "Facture n° 1, février 2008 : 643,00 € HT"
    assert words(one_of(page, 'button[aria-keyshortcuts="Alt+A"]')) == "Accepter 643,00 € HT (643,00 € TTC)"
    assert "643,00 € TTC partent en paiement." in text_of(page)


async def test_bil_07_a_decision_names_its_invoice_and_moves_on_to_the_next_of_the_list(portal: RunningPortal, invoices: Any) -> None:
    told, invoice = invoices["B"]
    _, following = invoices["C"]

    def accept(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, billing.DecideInvoice) and command.decision is Decision.ACCEPTED
        return [billing.InvoiceAccepted(invoice_id=command.invoice_id, decided_by=DecidedBy.AGENT, decided_on=date(2008, 3, 6))]

    async with portal.answering(accept):
        done = await portal.agent.post(f"{QUEUE}/{invoice.invoice_id}?tri=recue", {"decision": "accepter", "confirmer": "oui"})
    assert done.url.path == f"{QUEUE}/{following.invoice_id}" and done.url.params["tri"] == "recue"
    assert "La facture n° 1 de SCENES ET FORMATIONS, février 2008 est acceptée : 643,00 € HT" in words(one_of(done, "#avis"))
    assert "2008FILE0B" not in words(one_of(done, ".queue__list"))
    told.undecided.remove(invoice)


async def corrected(portal: RunningPortal, number: str, hours: Sequence[str]) -> tuple[billing.Invoice, billing.Invoice]:
    """An invoice of February that was rejected, and the one that replaces it, with these hours in centre."""
    told = await award(portal, number, terms("CORRIGÉE", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.confirm(FEBRUARY)
    rejected = await told.invoice(FEBRUARY, on=date(2008, 3, 2))
    await told.reject(rejected, on=date(2008, 3, 4), correct_by=date(2008, 3, 19))
    zero = Decimal(0)
    lines = tuple(
        declarations.ConfirmedLine(
            trainee_id=trainee,
            centre=declarations.PlaceHours(attended=Decimal(attended), excused=zero, unexcused=zero),
            company=declarations.PlaceHours(attended=Decimal(20), excused=zero, unexcused=zero),
        )
        for trainee, attended in zip(told.trainees, hours, strict=True)
    )
    told.billable[FEBRUARY] = told._billable(FEBRUARY, lines)
    told.declared[FEBRUARY] = zero
    await told.say(declarations.MonthConfirmed(month=FEBRUARY, lines=lines, again=True), told.offered(), on=date(2008, 3, 5))
    return rejected, await told.invoice(FEBRUARY, on=date(2008, 3, 6))


async def test_bil_07_what_changed_since_the_rejected_invoice_is_shown_line_by_line(portal: RunningPortal) -> None:
    rejected, invoice = await corrected(portal, "2008FILE10", ["60", "59"])
    page = await portal.agent.get(f"{QUEUE}/{invoice.invoice_id}")
    (table,) = [table for table in all_of(page, "table") if "Avant" in words(table)]
    rows = [words(row) for row in table.css("tbody tr")]
    assert rows == ["DURAND Jean-Claude févr. 2008, centre 61,00 59,00 −10,00 €"]
    assert "Écart de ces mois −10,00 €" in words(table)
    assert [words(row.css_first("th") or row) for row in all_of(page, "tr.is-changed")] == ["DURAND Jean-Claude modifié"]
    assert "Facture n° 1 rejetée le 4 mars 2008 pour les mêmes mois" in text_of(page)
    own = await portal.agent.get(f"{QUEUE}/{rejected.invoice_id}")
    assert "pour les mêmes mois" not in text_of(own) and "Ce qui a changé" not in text_of(own), "it is no earlier rejection of itself"


async def test_bil_07_an_invoice_that_comes_back_unchanged_says_so(portal: RunningPortal) -> None:
    _, invoice = await corrected(portal, "2008FILE11", ["60", "61"])
    assert "Rien n’a changé : mêmes stagiaires, mêmes heures, même montant" in text_of(
        await portal.agent.get(f"{QUEUE}/{invoice.invoice_id}")
    )


async def test_bil_07_an_agent_writes_to_the_organisation_and_the_invoice_still_waits(portal: RunningPortal) -> None:
    told = await award(portal, "2008FILE20", terms("NOTÉE", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.confirm(FEBRUARY)
    invoice = await told.invoice(FEBRUARY, on=date(2008, 3, 3))
    path, written = f"{QUEUE}/{invoice.invoice_id}", "Joignez la feuille d’émargement du 12 février."
    empty = await portal.agent.post(f"{path}/note?tri=montant", {"note": "  "})
    assert empty.status_code == 422 and "Écrivez ce que l’organisme doit lire." in text_of(empty)
    assert (await portal.secretary.post(f"{path}/note", {"note": written})).status_code == 404

    def noted(key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, billing.NoteInvoice)
        note = named("note")
        text = personal.TextRecord(id=personal.record_id(key, f"note-{note}"), version=1, contract_number=key, text=command.text)
        ref = PersonalRef(id=text.id, version=1)
        return [text, billing.InvoiceNoted(invoice_id=command.invoice_id, note_id=note, text=ref)]

    async with portal.answering(noted):
        sent = await portal.agent.post(f"{path}/note?tri=montant", {"note": written})
    assert sent.url.path == path and sent.url.params["tri"] == "montant" and "Votre note est envoyée" in text_of(sent)
    assert written in words(one_of(sent, "#notes")) and all_of(sent, 'button[aria-keyshortcuts="Alt+A"]')
    own = f"/actions/{told.number}"
    assert written in words(one_of(await portal.secretary.get(f"{own}/factures/{invoice.invoice_id}"), "#notes"))
    assert "1 note de la Région" in text_of(await portal.secretary.get(f"{own}/facturation"))
    assert "La Région vous écrit : Facture n° 1 non lue NOTÉE, février 2008" in text_of(await portal.secretary.get("/notifications"))
    assert written not in text_of(await portal.secretary.get("/notifications"))
    assert (await portal.rival.get(f"{own}/factures/{invoice.invoice_id}")).status_code == 404
    assert "note de la Région, sans décision" in text_of(await portal.agent.get(f"/region/actions/{told.number}/historique"))


async def test_bil_07_several_are_accepted_at_once_after_each_was_looked_at(portal: RunningPortal) -> None:
    found = []
    for index, month in enumerate((JANUARY, FEBRUARY, MARCH)):
        told = await award(portal, f"2008FILE3{index}", terms(f"LOT {index}", date(2008, 1, 7), date(2008, 9, 26)))
        await told.open(2)
        await told.confirm(month)
        found.append(await told.invoice(month, on=date(2008, 4, index + 1)))
    portal.it_is("2008-04-06T10:00")
    only = "?action=2008FILE3"
    for index, invoice in enumerate(found):
        looked = await portal.agent.post(f"{QUEUE}/{invoice.invoice_id}{only}{index}", {"lot": "mettre"})
        assert looked.url.path == f"{QUEUE}/lot", "nothing else of this list is left to look at"
    assert "Vous avez examiné 3 factures : 1 929,00 € HT." in text_of(looked)
    looked = await portal.agent.get(f"{QUEUE}/{found[0].invoice_id}")
    assert "Dans le lot à accepter" in text_of(looked) and "Lot à accepter : 3 factures, 1 929,00 € HT" in text_of(looked)
    out = await portal.agent.post(f"{QUEUE}/lot", {"retirer": str(found[2].invoice_id)})
    assert "Vous avez examiné 2 factures" in text_of(out)
    strangers = {"facture": [str(found[2].invoice_id), "x"]}
    nothing = await portal.agent.post(f"{QUEUE}/lot", strangers)
    assert nothing.status_code == 422 and "Aucune de ces factures n’est encore à accepter" in text_of(nothing)
    assert (await portal.secretary.post(f"{QUEUE}/lot", strangers)).status_code == 404

    def accept(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, billing.DecideInvoice)
        if command.invoice_id == found[1].invoice_id:
            raise AlreadyDecidedOtherwise(legal_number="2008-000012", day=date(2008, 4, 5))
        return [billing.InvoiceAccepted(invoice_id=command.invoice_id, decided_by=DecidedBy.AGENT, decided_on=date(2008, 4, 6))]

    form = {"facture": [str(invoice.invoice_id) for invoice in found]}
    double = uuid4()
    async with portal.answering(accept) as came:
        done = await portal.agent.post(f"{QUEUE}/lot", form, command_id=double)
        again = await portal.agent.post(f"{QUEUE}/lot", form, command_id=double)
    assert len(came) == 2, "what was taken out is not accepted, and a second click is the same"
    for page in (done, again):
        said = words(one_of(page, "#resultat"))
        assert "1 facture acceptée : 643,00 € HT" in said and "SCENES ET FORMATIONS, facture n° 1, janvier 2008" in said
        assert "1 facture n’est pas acceptée" in said and "déjà décidée depuis le 5 avril 2008" in said
    assert "est refusée" not in text_of(await portal.agent.get("/notifications")), "the page has shown it"
    portal.it_is("2008-03-06T14:12")


async def test_two_agents_accept_the_same_invoices_in_opposite_orders_and_neither_waits_for_the_other(
    portal: RunningPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 30)  # a busy machine answers late; two that wait for each other never do
    colleague = await portal.person(Viewer(uuid4(), "agent", None, "collegue", "Paul MAZEL", False))
    invoices = []
    for index in range(5):
        told = await award(portal, f"2008FILE4{index}", terms(f"ENSEMBLE {index}", date(2008, 1, 7), date(2008, 9, 26)))
        await told.open(1)
        await told.confirm(JANUARY)
        invoices.append((told.number, await told.invoice(JANUARY, on=date(2008, 3, 5))))
    for person, order in ((portal.agent, invoices), (colleague, invoices[::-1])):
        for number, invoice in order:
            await put(portal.db, person.viewer, "invoice", number, str(invoice.invoice_id))
    form = {"facture": [str(invoice.invoice_id) for _, invoice in invoices]}

    def accept(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, billing.DecideInvoice)
        return [billing.InvoiceAccepted(invoice_id=command.invoice_id, decided_by=DecidedBy.AGENT, decided_on=date(2008, 3, 6))]

    async with portal.answering(accept) as came:
        pages = await asyncio.gather(*(person.post(f"{QUEUE}/lot", form) for person in (portal.agent, colleague)))
    assert [page.status_code for page in pages] == [200, 200] and len(came) == 10
    assert all("5 factures acceptées" in words(one_of(page, "#resultat")) for page in pages), "an equal second decision is no fault"
    await colleague.client.aclose()


@pytest.mark.timeout(60)
async def test_an_invoice_is_accepted_and_the_next_is_there_by_keyboard_alone(portal: RunningPortal, invoices: Any, chromium: Any) -> None:
    _, a = invoices["A"]

    def accept(_key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, billing.DecideInvoice)
        return [billing.InvoiceAccepted(invoice_id=command.invoice_id, decided_by=DecidedBy.AGENT, decided_on=date(2008, 3, 6))]

    async with portal.answering(accept):
        page = await portal.agent.open(chromium, f"{QUEUE}?tri=recue")
        await page.keyboard.press("Alt+s")
        await page.wait_for_url(f"**/{a.invoice_id}*")
        await page.keyboard.press("Alt+a")
        await page.get_by_role("button", name="Confirmer l’acceptation").wait_for()
        await page.keyboard.press("Alt+a")
        await expect(page.locator("#avis")).to_contain_text("La facture n° 1 de SCENES ET FORMATIONS, janvier 2008 est acceptée")
        await expect(page.get_by_role("button", name="Accepter")).to_be_visible()
        assert str(a.invoice_id) not in page.url, "the next one is there"
        await page.context.close()
