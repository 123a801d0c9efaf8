"""What is wrong with a decision or a payment of the finance system (`contracts/FINANCE.md`), in sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, get_args
from uuid import UUID

from contracts.codes import Decision, RejectionCode
from contracts.finance import InvoiceDecision, Payment, ReplyCode

from ..exchanges import Conversation, Exchange
from ..rules import Finding, Rule
from . import records

CODES = ", ".join(RejectionCode)
AMOUNT, DAY = re.compile(r"-?\d{1,12}\.\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}")

WHAT_TO_DO: Mapping[str, str] = {
    "unreadable": "Corrigez l'enregistrement et renvoyez-le.",
    "unknown-contract": "Prenez la clé et la facture dans le même fait de billing.invoices.",
    "unknown-invoice": "Prenez la clé et la facture dans le même fait de billing.invoices, dont ce_source est billing.",
    "already-decided-otherwise": "La première décision vaut : lisez les faits de billing.invoices avant de décider.",
    "rejection-without-reason": "Ajoutez code et text.",
    "report-not-received": "Renvoyez plus tard, ou laissez l'agent décider.",
    "invoice-not-accepted": "Acceptez d'abord ; une facture rejetée ne se paie pas.",
    "payment-not-positive": "Un paiement est plus grand que zéro.",
    "payment-too-large": "Ne payez que ce qui reste ; un paiement corrigé peut garder sa référence.",
    "reference-used-otherwise": "Une référence nomme un seul paiement, pour toujours : prenez-en une autre.",
}
assert WHAT_TO_DO.keys() == set(get_args(ReplyCode))


def kinds(conversation: Conversation) -> Iterator[Finding]:
    """A record is a decision or a payment, and says of which invoice."""
    for each in conversation.exchanges:
        body = each.body
        if body is None:
            continue
        said = sorted({"decision"} & body.keys()) + sorted({"amount", "date", "reference"} & body.keys())
        if not said:
            yield Finding("FIN-3", each, "Ni décision (decision) ni paiement (amount, date, reference) : on ne sait pas ce qui est voulu.")
        elif "decision" in body and len(said) > 1:
            yield Finding("FIN-3", each, f"Décision et paiement à la fois ({', '.join(said)}) : envoyez-les l'un après l'autre.")
        if not _is_uuid(body.get("invoice_id")):
            yield Finding("FIN-3", each, "invoice_id manque ou n'est pas un UUID : reprenez celui de la facture.")


def decisions(conversation: Conversation) -> Iterator[Finding]:
    """A decision is one of two, and a rejection says why."""
    for each in conversation.exchanges:
        body = each.body or {}
        if "decision" not in body:
            continue
        decision, code, text = body["decision"], body.get("code"), body.get("text")
        if decision not in tuple(Decision):
            yield Finding("FIN-3", each, f"La décision « {decision} » n'est ni accepted ni rejected.")
        if code is not None and code not in tuple(RejectionCode):
            yield Finding("BIL-7", each, f"Le code « {code} » n'est pas un motif de rejet : {CODES}.")
        if decision == Decision.REJECTED and (code is None or not str(text or "").strip()):
            yield Finding("BIL-7", each, "Un rejet dit pourquoi : il lui faut code et text.")
        if isinstance(text, str) and len(text) > 2_000:
            yield Finding("FIN-3", each, f"Le texte a {len(text)} caractères ; il peut en avoir 2 000.")
        if decision == Decision.ACCEPTED and (code is not None or text is not None):
            yield Finding("BIL-7", each, "Une acceptation n'a ni code ni text : personne ne les lira.", advice=True)


def payments(conversation: Conversation) -> Iterator[Finding]:
    """A payment has an exact amount, a day, and a reference."""
    for each in conversation.exchanges:
        body = each.body or {}
        if not body.keys() & {"amount", "date", "reference"} or "decision" in body:
            continue
        yield from _amount(each, body.get("amount"))
        if not (isinstance(body.get("date"), str) and DAY.fullmatch(body["date"])):
            yield Finding(
                "FIN-3", each, f"La date « {body.get('date')} » ne s'écrit pas ainsi : c'est un jour de Paris, 2026-10-12, sans heure."
            )
        reference = body.get("reference")
        if not (isinstance(reference, str) and 1 <= len(reference) <= 100):
            yield Finding("BIL-13", each, "La référence manque, ou n'a pas de 1 à 100 caractères.")


def _amount(each: Exchange, amount: Any) -> Iterator[Finding]:
    if isinstance(amount, str) and AMOUNT.fullmatch(amount):
        return
    exact = _decimal(amount)
    if exact is None:
        yield Finding("FIN-3", each, f'Le montant « {amount} » n\'en est pas un : écrivez « "2445.00" ».')
    elif exact != exact.quantize(Decimal("0.01")):
        sentence = f"Le montant {amount} a plus de deux décimales ; les nombres flottants arrondissent ainsi : prenez des décimaux."
        yield Finding("BIL-8", each, sentence)
    else:
        sentence = 'Un montant s’écrit en texte, à deux décimales (« "2445.00" ») : autrement il est lu, mais un flottant arrondit un jour.'
        yield Finding("BIL-8", each, sentence, advice=True)


def invoices(conversation: Conversation) -> Iterator[Finding]:
    """An invoice is named under its own contract, and is one of those that billing issued."""
    issued = records.invoices(conversation)
    for each in conversation.exchanges:
        named = (each.body or {}).get("invoice_id")
        if not each.contract or not _is_uuid(named):
            continue
        invoice = issued.get(UUID(str(named)))
        if invoice is None:
            yield Finding("FIN-2", each, f"Aucun fait de billing.invoices (ce_source billing) n'annonce la facture {named}.")
        elif invoice.contract_number != each.contract:
            yield Finding(
                "FIN-2", each, f"La facture {invoice.legal_number} est du contrat {invoice.contract_number}, et la clé dit {each.contract}."
            )


def contradictions(conversation: Conversation) -> Iterator[Finding]:
    """A decision is final, one's own too."""
    decided: dict[UUID, InvoiceDecision] = {}
    for each in conversation.exchanges:
        if (decision := records.decision(each)) is None or records.payment(each):
            continue
        before = decided.get(decision.invoice_id)
        if before and before.decision is not decision.decision:
            yield Finding(
                "FIN-2",
                each,
                f"Vous aviez décidé « {before.decision} » de cette facture, puis « {decision.decision} » : une décision est définitive.",
            )
        if each.is_recorded:
            decided.setdefault(decision.invoice_id, decision)


def references(conversation: Conversation) -> Iterator[Finding]:
    """A reference names one payment: the same again is the same in everything."""
    paid: dict[str, Payment] = {}
    for each in conversation.exchanges:
        if (payment := records.payment(each)) is None or records.decision(each):
            continue
        before = paid.get(payment.reference)
        if before and before != payment:
            yield Finding(
                "BIL-13",
                each,
                f"La référence {payment.reference} est déjà celle d'un paiement de {before.amount} € du {before.date:%d/%m/%Y} : "
                "la même chose renvoyée est la même en tout, un autre paiement a une autre référence.",
            )
        if each.is_recorded:
            paid.setdefault(payment.reference, payment)


def paid_though_refused(conversation: Conversation) -> Iterator[Finding]:
    """What one's decision did not accept is not paid."""
    refused: dict[UUID, Exchange] = {}
    for each in conversation.exchanges:
        payment, decision = records.payment(each), records.decision(each)
        if payment and (before := refused.get(payment.invoice_id)):
            yield Finding("FIN-2", each, f"Vous payez une facture dont l'acceptation a été refusée ({before.place}, {before.code}).")
        if decision and decision.decision is Decision.ACCEPTED:
            if each.code:
                refused[decision.invoice_id] = each
            else:
                refused.pop(decision.invoice_id, None)


RULES: Sequence[Rule] = (kinds, decisions, payments, invoices, contradictions, references, paid_though_refused)


def _is_uuid(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _decimal(amount: object) -> Decimal | None:
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None
