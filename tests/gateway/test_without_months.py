"""What is confirmed for a subcontractor, the advance, and what invoices take off because of them (BIL-6, BIL-10, BIL-11)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from contracts import billing
from contracts.codes import AdjustmentKind, DecidedBy, InvoiceKind, TaxRegime, WithoutMonths
from contracts.month import Month
from contracts.refusals.billing import AdvanceTooLate, SubcontractUnbearable
from contracts.tax import taxed
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import named, terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

CEVENNES, FEBRUARY = "83014132100034", Month("2008-02")


@pytest.fixture(autouse=True)
def july(portal: RunningPortal) -> Iterator[None]:
    """It is 3 July 2008: a window is open for every month up to June."""
    portal.it_is("2008-07-03T09:00")
    yield
    portal.it_is("2008-03-06T14:12")


async def running(portal: RunningPortal, number: str) -> Told:
    """An action that is paid by the month; February, 643.00, is confirmed, and a subcontractor and the advance can be invoiced."""
    told = await award(portal, number, terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.confirm(FEBRUARY)
    await offers(told, offer())
    return told


def offer(*lines: billing.Adjustment) -> billing.Offer:
    """February, less these."""
    amount = Decimal("643.00") + sum(line.amount for line in lines)
    due = taxed(amount, TaxRegime.EXEMPT)
    return billing.Offer(
        kind=InvoiceKind.MONTHLY, months=(FEBRUARY,), windowed=True, excluding_tax=amount, taxed=due, adjustments=tuple(lines)
    )


async def offers(told: Told, *given: billing.Offer, to_deduct: str = "0.00", advanced: str = "0.00") -> None:
    """What billing says."""
    advance = billing.Offer(
        kind=InvoiceKind.INSTALMENT,
        without_months=WithoutMonths.ADVANCE,
        months=(),
        windowed=False,
        excluding_tax=Decimal("2154.50"),
        taxed=taxed(Decimal("2154.50"), TaxRegime.EXEMPT),
    )
    waits = AdvanceTooLate(lower=Decimal("0.65"), realised=Decimal("0.7000")).faults()
    standing = billing.AdvanceStanding(
        amount=Decimal("2154.50"),
        recovered_from=Decimal(65),
        recovered_to=Decimal(80),
        invoiced=Decimal(advanced),
        recovered=Decimal("0.00"),
        realised=Decimal("0.0144"),
        waits_for=waits if Decimal(advanced) else (),
    )
    named = billing.SubcontractStanding(
        siret=CEVENNES,
        name="CEVENNES-GESTION",
        tax_regime=TaxRegime.STANDARD,
        ceiling=Decimal("1500.00"),
        invoiced=Decimal(to_deduct),
        at_most=Decimal("643.00") - Decimal(to_deduct),
    )
    more = {"subcontracts": (named,), "advance": standing, "to_deduct": Decimal(to_deduct)}
    await told.say(told.offered().model_copy(update={"offers": (*given, *(() if Decimal(advanced) else (advance,))), **more}))


def asked(told: Told, amount: str, nature: WithoutMonths, **more: object) -> billing.Invoice:
    """An invoice without months, issued on 2 July."""
    due = Decimal(amount)
    plain = billing.Invoice(
        invoice_id=named(told.number, nature),
        number=1,
        legal_number="2008-000001",
        issuer=told.terms.organisation.siret,
        kind=InvoiceKind.INSTALMENT,
        ordinal=None,
        replaces=None,
        months=(),
        trainees=0,
        lines=(),
        shares=(),
        excluding_tax=due,
        tax_rate=Decimal("0.0000"),
        tax=Decimal("0.00"),
        including_tax=due,
        issued_on=date(2008, 7, 2),
        without_months=nature,
    )
    return plain.model_copy(update=more)


async def test_bil_06_a_subcontractors_invoice_is_seen_with_its_tax_then_confirmed(portal: RunningPortal) -> None:
    told = await running(portal, "2008SST001")
    path = f"/actions/{told.number}/facturation/sous-traitant"
    billing_page = await portal.secretary.get(f"/actions/{told.number}/facturation")
    assert path in links_of(billing_page) and "CEVENNES-GESTION 1 500,00 €" in text_of(billing_page)
    typed = {"sous_traitant": CEVENNES, "montant": "500"}
    async with portal.answering(lambda _key, _command: ()) as came:
        seen = await portal.secretary.post(path, typed)
        assert not came and "Dont 500,00 € pour CEVENNES-GESTION" in text_of(seen) and "600,00 €" not in text_of(seen)
        assert "598,00 €" in text_of(seen)  # 19.6 % of tax, in 2008
        back = await portal.secretary.post(path, typed | {"revenir": "oui"})
        assert value_of(back, "montant") == "500" and not came
        await portal.secretary.post(path, {"sous_traitant": CEVENNES, "montant": value_of(seen, "montant"), "confirmer": "oui"})
    (command,) = came
    assert isinstance(command, billing.IssueInvoice)
    assert (command.nature, command.subcontractor, command.excluding_tax) == (WithoutMonths.SUBCONTRACT, CEVENNES, Decimal("500.00"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sous_traitant": CEVENNES, "montant": ""}, "Saisissez le montant hors taxe"),
        ({"sous_traitant": "", "montant": "5"}, "Choisissez un sous-traitant."),
        ({"sous_traitant": "73282932000074", "montant": "5"}, "Choisissez un sous-traitant."),
    ],
)
async def test_bil_06_what_is_wrong_stands_beside_it(portal: RunningPortal, typed: dict[str, str], said: str) -> None:
    told = await running(portal, "2008SST002")
    page = await portal.secretary.post(f"/actions/{told.number}/facturation/sous-traitant", typed)
    assert page.status_code == 422 and said in text_of(page)


async def test_bil_06_what_billing_refuses_is_said_beside_the_amount(portal: RunningPortal) -> None:
    told = await running(portal, "2008SST003")

    def refuse(_key: str, _command: object) -> tuple[()]:
        raise SubcontractUnbearable(field="excluding_tax", free=Decimal("643.00"), to_deduct=Decimal("600.00"), left=Decimal("43.00"))

    async with portal.answering(refuse):
        typed = {"sous_traitant": CEVENNES, "montant": "500", "confirmer": "oui"}
        page = await portal.secretary.post(f"/actions/{told.number}/facturation/sous-traitant", typed)
    assert page.status_code == 422 and "Demandez 43,00 € au plus" in text_of(page) and value_of(page, "montant") == "500"


async def test_bil_06_both_sides_read_who_issued_it_who_deducts_it_and_who_got_what(portal: RunningPortal) -> None:
    told = await running(portal, "2008SST004")
    theirs = asked(told, "500.00", WithoutMonths.SUBCONTRACT, issuer=CEVENNES, subcontractor="CEVENNES-GESTION")
    await told.say(billing.InvoiceIssued(invoice=theirs))
    line = billing.Adjustment(
        kind=AdjustmentKind.DEDUCTION,
        invoice_id=theirs.invoice_id,
        legal_number=theirs.legal_number,
        name="CEVENNES-GESTION",
        amount=Decimal("-500.00"),
    )
    await offers(told, offer(line), to_deduct="500.00")
    offered = text_of(await portal.secretary.get(f"/actions/{told.number}/facturation"))
    assert "Dont 500,00 € pour CEVENNES-GESTION" in offered and "Facture d’un sous-traitant, CEVENNES-GESTION" in offered
    assert "500,00 € HT sont à déduire de vos prochaines factures." in offered
    preview = text_of(await portal.secretary.get(f"/actions/{told.number}/facturation/verification?choix=monthly:2008-02"))
    assert "Confirmer la facture de 143,00 € HT" in preview and "Dont 500,00 € pour CEVENNES-GESTION" in preview
    account = text_of(await portal.secretary.get(f"/actions/{told.number}/compte"))
    assert "sous-traitance à déduire : 500,00 €" in account
    theirs_page = text_of(await portal.secretary.get(f"/actions/{told.number}/factures/{theirs.invoice_id}"))
    assert "CEVENNES-GESTION, pour SCENES ET FORMATIONS" in theirs_page
    decide = text_of(await portal.agent.get(f"/region/factures/{theirs.invoice_id}"))
    assert "CEVENNES-GESTION, pour SCENES ET FORMATIONS" in decide and "Facture d’un sous-traitant." in decide
    queue = text_of(await portal.agent.get(f"/region/factures?action={told.number}"))
    assert "CEVENNES-GESTION, pour SCENES ET FORMATIONS" in queue
    history = text_of(await portal.secretary.get(f"/actions/{told.number}/historique"))
    assert "Facture n° 1 de CEVENNES-GESTION confirmée" in history
    paid = {"paid_on": date(2008, 7, 3), "reference": "VIR-SST004", "total_paid": Decimal("500.00"), "remaining": Decimal("0.00")}
    await told.say(
        billing.InvoiceAccepted(invoice_id=theirs.invoice_id, decided_by=DecidedBy.FINANCE, decided_on=date(2008, 7, 3)),
        billing.PaymentRecorded(invoice_id=theirs.invoice_id, amount=Decimal("500.00"), **paid),
    )
    ours = await told.invoice(FEBRUARY, on=date(2008, 7, 3))
    account = text_of(await portal.secretary.get(f"/actions/{told.number}/compte"))
    assert "Qui reçoit quoi" in account and "CEVENNES-GESTION 500,00 € 500,00 € 500,00 €" in account
    assert isinstance(ours.invoice_id, UUID)


async def test_bil_10_the_advance_is_explained_and_confirmed_once(portal: RunningPortal) -> None:
    told = await running(portal, "2008AVA001")
    path = f"/actions/{told.number}/facturation/avance"
    assert path in links_of(await portal.secretary.get(f"/actions/{told.number}/facturation"))
    page = await portal.secretary.get(path)
    assert "entre 65 % et 80 % du prix du contrat" in text_of(page) and "Confirmer l’avance de 2 154,50 € HT" in text_of(page)
    async with portal.answering(lambda _key, _command: ()) as came:
        await portal.secretary.post(path, {"montant": value_of(page, "montant")})
    (command,) = came
    assert isinstance(command, billing.IssueInvoice)
    assert (command.nature, command.months, command.excluding_tax) == (WithoutMonths.ADVANCE, (), Decimal("2154.50"))
    await told.say(billing.InvoiceIssued(invoice=asked(told, "2154.50", WithoutMonths.ADVANCE)))
    await offers(told, offer(), advanced="2154.50")
    page = await portal.secretary.get(f"/actions/{told.number}/facturation")
    assert "2 154,50 € à récupérer" in text_of(page) and path not in links_of(page)
    assert "avance à récupérer : 2 154,50 €" in text_of(await portal.secretary.get(f"/actions/{told.number}/compte"))


async def test_bil_10_what_was_recovered_of_a_rejected_advance_is_to_give_back_not_to_recover(portal: RunningPortal) -> None:
    told = await running(portal, "2008AVA003")
    advance = asked(told, "2154.50", WithoutMonths.ADVANCE)
    taken = billing.Adjustment(
        kind=AdjustmentKind.RECOVERY,
        invoice_id=advance.invoice_id,
        legal_number=advance.legal_number,
        name="SCENES ET FORMATIONS",
        amount=Decimal("-100.00"),
    )
    ours = {"invoice_id": named(told.number, "ours"), "number": 2, "legal_number": "2008-000002", "kind": InvoiceKind.MONTHLY}
    held = {"without_months": None, "months": (FEBRUARY,), "lines": told.billable.pop(FEBRUARY).lines, "adjustments": (taken,)}
    bearing = asked(told, "543.00", WithoutMonths.ADVANCE, **ours, **held)
    await told.say(billing.InvoiceIssued(invoice=advance), billing.InvoiceIssued(invoice=bearing))
    told.undecided.append(advance)
    path = f"/actions/{told.number}"
    account = text_of(await portal.secretary.get(f"{path}/compte"))
    assert "avance à récupérer : 2 054,50 €" in account and "Avance à récupérer : 2 054,50 € HT" in account
    await told.reject(advance, on=date(2008, 7, 2), correct_by=date(2008, 7, 17))
    await told.confirm(FEBRUARY.next())
    back = taken.model_copy(update={"amount": Decimal("100.00")})
    balance = offer(back).model_copy(update={"kind": InvoiceKind.BALANCE, "months": (FEBRUARY.next(),), "windowed": False})
    await offers(told, balance)
    account = text_of(await portal.secretary.get(f"{path}/compte"))
    assert "avance à rendre : 100,00 €" in account and "Avance à rendre : 100,00 € HT" in account and "à récupérer" not in account
    seen = text_of(await portal.secretary.get(f"{path}/solde"))
    assert "Déjà facturé (hors factures rejetées), moins 100,00 € d’avance à rendre -543,00 €" in seen.replace("−", "-")
    assert "avance comprise" not in seen and "Confirmer le solde de 743,00 € HT" in seen


async def test_bil_10_without_one_the_page_says_so(portal: RunningPortal) -> None:
    told = await award(portal, "2008AVA002", terms("MENUISIERS", date(2008, 2, 4), date(2008, 9, 26)))
    for page, said in (("avance", "si le contrat en prévoit une"), ("sous-traitant", "après l’ouverture")):
        answer = await portal.secretary.get(f"/actions/{told.number}/facturation/{page}")
        assert answer.status_code == 200 and said in text_of(answer)
    assert (await portal.secretary.post(f"/actions/{told.number}/facturation/avance", {"montant": "1.00"})).status_code < 400
