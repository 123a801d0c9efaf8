"""What the law wants an invoice to say in words: the same in its PDF and in its XML.

Code général des impôts: annexe II, art. 242 nonies A (what is sold, exemption, mandate), art. 289 I-5 (what a correction corrects);
Code de la commande publique, art. L. 2192-10 to L. 2192-14, R. 2192-31, D. 2192-35 (days to pay, interest, 40 €), L. 2193-10 (who is paid
directly).
"""

from dataclasses import dataclass
from decimal import Decimal

from contracts.payment_clock import FIXED_CHARGE
from gateway.words.french import NBSP, date_long, money, months, number

from .invoice import InvoiceInFull

EXEMPTION = f"Exonération de TVA, article{NBSP}261-4-4°{NBSP}a du Code général des impôts"
EXEMPTION_CODE = "VATEX-FR-CGI261-4"


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence, and the code of its subject (UNTDID 4451; empty: general)."""

    code: str
    text: str


def title_of(bill: InvoiceInFull) -> str:
    """What the document calls itself: “Facture n° 3”, “Facture de solde”, “Facture n° 2 de sous-traitance”."""
    numbered = f"n°{NBSP}{bill.invoice.number}"
    if bill.is_balance:
        return "Avoir de solde" if bill.is_refund else "Facture de solde"
    if bill.is_advance:
        return f"Facture d’avance {numbered}"
    if bill.is_subcontract:
        return f"Facture {numbered} de sous-traitance"
    return f"Facture rectificative {numbered}" if bill.is_correction else f"Facture {numbered}"


def object_of(bill: InvoiceInFull) -> str:
    """What it asks to be paid for, in a sentence."""
    course = f"«{NBSP}{bill.terms.title}{NBSP}»"
    if bill.is_advance and bill.terms.advance:
        return f"Avance de {percent_of(bill.terms.advance.rate)} sur le contrat {bill.contract_number}, formation {course}"
    if bill.is_subcontract:
        return f"Prestations de formation sous-traitées, contrat {bill.contract_number}, formation {course}"
    of = f"formation {course}, contrat {bill.contract_number}"
    if not bill.invoice.months:
        return f"Solde de la {of}"
    asked = f"{'Solde : h' if bill.is_balance else 'H'}eures de {months(sorted(bill.invoice.months))}"
    return f"{asked}, {of}"


def percent_of(rate: Decimal) -> str:
    """`5 %`, `19,60 %`: a rate that is said in percent."""
    return f"{number(rate, 0 if rate == rate.to_integral_value() else 2)}{NBSP}%"


def terms_of_payment(bill: InvoiceInFull) -> str:
    """By when it is paid, and how (BIL-15)."""
    if bill.is_refund:
        return "Somme due à la Région, qui la réclame par un titre de recettes : rien n’est à payer sur ce document."
    if bill.invoice.including_tax == 0:
        return "Rien n’est à payer."
    days = (bill.pay_by - bill.invoice.issued_on).days
    return f"Paiement par virement administratif, dans les {days}{NBSP}jours, au plus tard le {date_long(bill.pay_by)}."


def mentions(bill: InvoiceInFull) -> tuple[Mention, ...]:
    """Every sentence that the invoice has to say, in this order."""
    return (*_of_what_it_is(bill), *_of_tax(bill), *OF_PAYMENT)


OF_PAYMENT = (
    Mention("AAB", "Aucun escompte n’est accordé pour un paiement anticipé."),
    Mention(
        "PMD",
        "Tout retard de paiement fait courir de plein droit des intérêts moratoires au taux de la Banque centrale européenne pour ses "
        f"opérations principales de refinancement, majoré de huit points (Code de la commande publique, art.{NBSP}R.{NBSP}2192-31).",
    ),
    Mention(
        "PMT",
        f"Tout retard de paiement donne lieu à une indemnité forfaitaire pour frais de recouvrement de {money(FIXED_CHARGE)} (art."
        f"{NBSP}D.{NBSP}2192-35).",
    ),
)


def _of_what_it_is(bill: InvoiceInFull) -> tuple[Mention, ...]:
    invoice, said = bill.invoice, [Mention("AAI", "Nature de l’opération : prestations de services.")]
    if bill.is_correction and invoice.replaces:
        of = bill.named[invoice.replaces]
        said.append(Mention("AAI", f"Annule et remplace la facture {of.legal_number} du {date_long(of.issued_on)}, rejetée par la Région."))
    if bill.is_subcontract:
        said.append(
            Mention(
                "AAI",
                f"Facture établie par {bill.holder.name}, titulaire du contrat, au nom et pour le compte de {bill.issuer.name}, "
                f"sous-traitant, qui est payé directement (Code de la commande publique, art.{NBSP}L.{NBSP}2193-10).",
            )
        )
    if bill.is_advance and bill.terms.advance:
        since, until = bill.terms.advance.recovered_from, bill.terms.advance.recovered_to
        said.append(
            Mention(
                "AAI",
                "Versée avant toute exécution, l’avance est reprise sur les factures suivantes lorsque la part exécutée du contrat va de "
                f"{percent_of(since)} à {percent_of(until)}.",
            )
        )
    if bill.is_refund:
        said.append(Mention("AAI", f"Avoir : {money(-invoice.including_tax)} sont dus à la Région au titre du solde du contrat."))
    return tuple(said)


def _of_tax(bill: InvoiceInFull) -> tuple[Mention, ...]:
    return () if bill.is_taxed else (Mention("TXD", f"{EXEMPTION}."),)
