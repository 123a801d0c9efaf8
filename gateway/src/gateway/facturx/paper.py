"""An invoice as a page: whom from and for, its hours by month and place, what it takes off, its sums, and the law's sentences."""

from collections.abc import Iterator

from contracts.billing import InvoiceLine
from contracts.codes import Place
from gateway.documents.paper import Align, Beside, Block, Column, Facts, Heading, Note, Paper, Paragraph, Signatures, Table
from gateway.words.french import NBSP, date_long, date_short, money, month, number

from .invoice import InvoiceInFull, Party, because
from .mentions import mentions, object_of, percent_of, terms_of_payment, title_of

PLACES = {Place.CENTRE: "centre", Place.COMPANY: "entreprise"}


def paper_of(bill: InvoiceInFull) -> Paper:
    """The page, from the same values as the XML; amounts are the log's, with its signs."""
    blocks = (*_about(bill), Heading("Prestations"), Paragraph(f"{object_of(bill)}."), *_lines(bill), *_adjustments(bill), *_sums(bill))
    said = tuple(Note(each.text) for each in mentions(bill))
    return Paper(
        title=title_of(bill),
        subject=bill.terms.title,
        reference=f"Numéro {bill.invoice.legal_number}",
        day=bill.invoice.issued_on,
        day_said=f"Émise le {date_long(bill.invoice.issued_on)}",
        region=bill.region.name,
        organisation=bill.issuer.name,
        blocks=(*blocks, Heading("Paiement"), *_payment(bill), Heading("Mentions légales"), *said, _signed(bill)),
    )


def _about(bill: InvoiceInFull) -> tuple[Block, ...]:
    terms = bill.terms
    issuer = "\n".join((_address(bill.issuer), *([f"TVA {bill.issuer.vat_number}"] if bill.is_taxed else [])))
    facts = (
        ("Contrat", ", ".join(_numbers(bill))),
        ("Période", " au ".join(map(date_short, bill.period)) if bill.period else ""),
        ("Lieu de la formation", terms.location),
    )
    known = Facts(tuple((label, value) for label, value in facts if value.strip()))
    return Beside((("Émetteur", issuer), ("Client", _address(bill.region)))), known


def _numbers(bill: InvoiceInFull) -> Iterator[str]:
    """The contract's, and those of its market and operation, if it has them."""
    yield bill.contract_number
    for name, of in (("marché", bill.terms.safir_market), ("opération", bill.terms.safir_operation)):
        if of.strip():
            yield f"{name} {of}"


def _address(of: Party) -> str:
    town = f"{of.postcode} {of.town}".strip()
    return "\n".join((of.name, *of.address, *([town] if town else []), f"SIRET {of.siret}"))


def _lines(bill: InvoiceInFull) -> tuple[Block, ...]:
    lines = bill.invoice.lines
    if not lines:
        return ()
    columns = (
        *(Column("Mois", share=2), Column("Lieu", share=1), Column("Stagiaires", Align.END)),
        *(Column(title, Align.END, group="Heures") for title in ("réalisées", "justifiées", "payées")),
        *(Column("Taux horaire", Align.END), Column("Montant HT", Align.END)),
    )
    total = money(sum((line.amount for line in lines), lines[0].amount * 0))
    table = Table("Heures par mois et par lieu", columns, tuple(map(_line, lines)), (("Total des heures, hors taxes", total),))
    kept = [line for line in lines if line.maintained]
    said = "\u00a0; ".join(
        f"{month(line.month)}, {PLACES[line.place]}\u00a0: {number(line.maintained)}{NBSP}h" for line in kept if line.maintained
    )
    return (table, *([Note(f"Dont heures après une sortie recevable\u00a0: {said}.")] if kept else []))


def _line(line: InvoiceLine) -> tuple[str, ...]:
    hours = (line.attended, line.excused, line.attended + line.excused)
    return month(line.month), PLACES[line.place], str(line.trainees), *map(number, hours), money(line.rate), money(line.amount)


def _adjustments(bill: InvoiceInFull) -> tuple[Block, ...]:
    given = bill.invoice.adjustments
    if not given:
        return ()
    columns = (Column("Motif", share=1), Column("Date de cette facture"), Column("Montant HT", Align.END))
    dates = {id_: date_short(of.issued_on) for id_, of in bill.named.items()}
    rows = tuple((because(each), dates.get(each.invoice_id, ""), money(each.amount)) for each in given)
    total = money(sum((each.amount for each in given), given[0].amount * 0))
    return (Table("Déductions et reprises", columns, rows, (("Total, hors taxes", total),)),)


def _sums(bill: InvoiceInFull) -> tuple[Block, ...]:
    invoice = bill.invoice
    tax = f"TVA à {percent_of(invoice.tax_rate * 100)}" if bill.is_taxed else "TVA (exonération)"
    last = "Somme due à la Région" if bill.is_refund else "Net à payer"
    rows = (
        ("Total hors taxes", money(invoice.excluding_tax)),
        (tax, money(invoice.tax)),
        ("Total toutes taxes comprises", money(invoice.including_tax)),
    )
    due = money(abs(invoice.including_tax))
    return (Table("Total de la facture", (Column("Somme", share=1), Column("Montant", Align.END)), rows, ((last, due),)),)


def _signed(bill: InvoiceInFull) -> Block:
    """Whoever confirms an invoice signs it, and sends it (BIL-14): the holder its subcontractor's, too."""
    return Signatures(((f"Pour {bill.holder.name}", "Nom, date, signature et cachet"),))


def _payment(bill: InvoiceInFull) -> tuple[Block, ...]:
    return Paragraph(terms_of_payment(bill)), Facts((("Référence à rappeler", bill.payment_reference),))
