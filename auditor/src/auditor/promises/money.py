"""Every euro, worked out anew from raw hours and rates: invoices, what is left to invoice, what finance was told, what it paid."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from contracts.awards import ActionAwarded, Terms
from contracts.billing import Invoice, InvoiceAccepted, InvoiceIssued, InvoiceRejected, InvoicesOffered, PaymentRecorded
from contracts.codes import InvoiceKind, Place, TaxRegime, WithoutMonths
from contracts.declarations import ConfirmedLine, MonthConfirmed
from contracts.finance import AcceptedInvoice, InvoiceFact, IssuedInvoice, RejectedInvoice
from contracts.month import Month

from ..finding import Finding, Promise
from ..history import INVOICES, History, Told, amount, as_id
from .adjustments import advance_of, left_of, regime_of, to_take_off

OWNER = "billing"
NOTHING, CENT = Decimal(), Decimal("0.01")
STANDARD_RATES = ((date(2014, 1, 1), Decimal("0.2000")), (date.min, Decimal("0.1960")))
"""Of the value added tax in France, each from a day on (BIL-8)."""
DAYS_TO_PAY, FIXED_CHARGE = timedelta(days=30), Decimal("40.00")
"""Within how many days of its issue an invoice is to be paid, and what it owes once when any of it is late (BIL-15)."""


@dataclass
class Standing:
    """An invoice and what became of it."""

    invoice: Invoice
    state: str = "issued"
    paid: dict[str, Decimal] = field(default_factory=dict)
    """By reference."""
    charged: bool = False
    """A late payment fixed what it owes once for that (BIL-15)."""


@dataclass
class Account:
    """An action's account as billing had it, from the facts that billing had read and said."""

    rates: dict[Place, Decimal] = field(default_factory=dict)
    terms: Terms | None = None
    declared: dict[Month, Decimal] = field(default_factory=dict)
    """What each month that stands confirmed is worth, worked out here."""
    hours: dict[Month, tuple[ConfirmedLine, ...]] = field(default_factory=dict)
    invoices: dict[UUID, Standing] = field(default_factory=dict)
    offered: InvoicesOffered | None = None
    wrong: list[Finding] = field(default_factory=list)
    """What was wrong at the moment of a message."""

    @property
    def standing(self) -> list[Invoice]:
        """Those that are not rejected."""
        return [each.invoice for each in self.invoices.values() if each.state != "rejected"]

    @property
    def invoiced(self) -> Decimal:
        """Their sum, excluding tax."""
        return sum((invoice.excluding_tax for invoice in self.standing), NOTHING)

    @property
    def issued(self) -> list[Invoice]:
        """All, in the order of issue."""
        return [each.invoice for each in self.invoices.values()]

    @property
    def left(self) -> dict[UUID, Decimal]:
        """What is left to deduct and to recover because of each invoice without months; below zero, to give back (BIL-6, BIL-10)."""
        return left_of(self.issued, self.standing)

    @property
    def free(self) -> Decimal:
        """What the confirmed months in no standing invoice are worth."""
        held = {month for invoice in self.standing for month in invoice.months}
        return sum((worth for month, worth in self.declared.items() if month not in held), NOTHING)


def worth(lines: Iterable[ConfirmedLine], place: Place, rate: Decimal) -> Decimal:
    """A line of an invoice: the attended and excused hours of a month in one place, at its rate, rounded once, half up (BIL-1)."""
    of = [line.centre if place is Place.CENTRE else line.company for line in lines]
    return (sum((each.attended + each.excused for each in of), NOTHING) * rate).quantize(CENT, ROUND_HALF_UP)


def maintained(lines: Iterable[ConfirmedLine], place: Place) -> Decimal:
    """Those of a month's hours in one place that admissible exits added (DEC-5)."""
    added = [line.added for line in lines if line.added]
    return sum((hours.centre if place is Place.CENTRE else hours.company for hours in added), NOTHING)


def account(history: History) -> Account:
    """The account at the cut, with all that was wrong on the way there."""
    the = Account()
    for _, message in history.seen_by(OWNER):
        match message:
            case ActionAwarded(terms=terms):
                the.rates = {Place.CENTRE: terms.centre.rate, Place.COMPANY: terms.company.rate}
                the.terms = terms
            case MonthConfirmed(month=month, lines=lines):
                the.hours[month] = lines
                the.declared[month] = sum((worth(lines, place, rate) for place, rate in the.rates.items()), NOTHING)
            case InvoiceIssued(invoice=invoice):
                the.wrong += _wrong_when_issued(history.key, the, invoice)
                the.invoices[invoice.invoice_id] = Standing(invoice)
            case InvoiceAccepted(invoice_id=id_, paid=paid) if id_ in the.invoices:
                the.invoices[id_].state = "paid" if paid else "accepted"
            case InvoiceRejected(invoice_id=id_, months=months) if id_ in the.invoices:
                the.invoices[id_].state = "rejected"
                for month in months:
                    the.declared.pop(month, None)
            case InvoiceAccepted() | InvoiceRejected():
                the.wrong.append(Finding(Promise.MONTHS, history.key, f"décision sur la facture {message.invoice_id}, jamais émise"))
            case InvoicesOffered():
                the.offered = message
            case PaymentRecorded():
                the.wrong += _pay(history.key, the, message)
    return the


def money(history: History) -> Iterator[Finding]:
    """All that is promised of an action's account."""
    the = account(history)
    yield from the.wrong
    yield from _within(history.key, the)
    yield from _accounted(history.key, the)
    yield from _ordinals(history.key, the)
    yield from _told_to_finance(history)
    yield from _kept(history, the)


def _wrong_when_issued(key: str, the: Account, invoice: Invoice) -> Iterator[Finding]:
    id_ = f"facture {invoice.invoice_id}"
    held = {month for standing in the.standing for month in standing.months}
    for month in invoice.months:
        if month in held:
            yield Finding(Promise.MONTHS, key, f"{id_} : le mois {month} est déjà dans une autre")
        if month not in the.declared:
            yield Finding(Promise.MONTHS, key, f"{id_} : le mois {month} n’est pas confirmé")
    for line in invoice.lines:
        if line.rate != the.rates.get(line.place) or line.amount != worth(the.hours.get(line.month, ()), line.place, line.rate):
            yield Finding(Promise.AMOUNTS, key, f"{id_} : {line.amount} € ({line.month}, {line.place}) ne sont pas ses heures à son tarif")
        if line.maintained not in (None, added := maintained(the.hours.get(line.month, ()), line.place)):
            yield Finding(
                Promise.AMOUNTS, key, f"{id_} : {line.maintained} h dites maintenues ({line.month}, {line.place}) au lieu de {added}"
            )
    yield from (_wrong_asked(key, the, invoice) if invoice.without_months else _wrong_worth(key, the, invoice))
    regime = regime_of(the.terms, invoice) if the.terms else None
    if regime is None:
        yield Finding(Promise.NUMBERS, key, f"{id_} : le contrat ne nomme personne qui facture sous le SIRET {invoice.issuer}")
    rate = NOTHING if regime is TaxRegime.EXEMPT else next(rate for since, rate in STANDARD_RATES if invoice.issued_on >= since)
    including = (invoice.excluding_tax * (1 + rate)).quantize(CENT, ROUND_HALF_UP)
    if (invoice.tax_rate, invoice.including_tax, invoice.tax) != (rate, including, including - invoice.excluding_tax):
        yield Finding(Promise.AMOUNTS, key, f"{id_} : {invoice.including_tax} € TTC au lieu de {including}")
    if invoice.pay_by not in (None, invoice.issued_on + DAYS_TO_PAY):
        yield Finding(Promise.CLOCK, key, f"{id_} : du {invoice.issued_on}, à payer jusqu’au {invoice.pay_by}")
    numbered = [each.invoice.number for each in the.invoices.values() if each.invoice.number is not None]
    if invoice.number != (None if invoice.kind is InvoiceKind.BALANCE else len(numbered) + 1):
        yield Finding(Promise.NUMBERS, key, f"{id_} : n° {invoice.number} après {len(numbered)} factures")


def _wrong_worth(key: str, the: Account, invoice: Invoice) -> Iterator[Finding]:
    """Its lines are what its months are worth, and it takes off what others ask for, to the cent (BIL-1, BIL-6, BIL-10, BIL-11)."""
    id_ = f"facture {invoice.invoice_id}"
    declared = sum((the.declared.get(month, NOTHING) for month in invoice.months), NOTHING)
    taken_off = {line.invoice_id: line.amount for line in invoice.adjustments}
    if declared != sum((line.amount for line in invoice.lines), NOTHING):
        yield Finding(Promise.AMOUNTS, key, f"{id_} : ses lignes ne font pas les {declared} € d’heures confirmées")
    if invoice.excluding_tax != declared + sum((line.amount for line in invoice.adjustments), NOTHING):
        yield Finding(Promise.AMOUNTS, key, f"{id_} : {invoice.excluding_tax} € HT pour {declared} € d’heures confirmées")
    if the.terms and taken_off != (expected := to_take_off(the.terms, the.issued, the.standing, invoice)):
        found, wanted = sum(taken_off.values(), NOTHING), sum(expected.values(), NOTHING)
        yield Finding(Promise.AMOUNTS, key, f"{id_} : {found} € à déduire et à récupérer au lieu de {wanted}")


def _wrong_asked(key: str, the: Account, invoice: Invoice) -> Iterator[Finding]:
    """A subcontractor's is within its ceiling and what the next invoice can bear; the advance is the contract's, once (BIL-6, BIL-10)."""
    id_, asked = f"facture {invoice.invoice_id}", invoice.excluding_tax
    same = [other for other in the.standing if (other.without_months, other.issuer) == (invoice.without_months, invoice.issuer)]
    if invoice.without_months is WithoutMonths.ADVANCE:
        if same or the.terms is None or asked != advance_of(the.terms):
            yield Finding(Promise.AMOUNTS, key, f"{id_} : {asked} € d’avance, que le contrat ne prévoit pas, ou une seconde fois")
        return
    ceilings = [named.ceiling for named in the.terms.subcontractors if named.siret == invoice.issuer] if the.terms else []
    deducted = {other.invoice_id for other in the.issued if other.without_months is WithoutMonths.SUBCONTRACT}
    waiting = sum((amount for id_, amount in the.left.items() if id_ in deducted), NOTHING)
    if asked <= 0 or sum((other.excluding_tax for other in same), asked) > sum(ceilings, NOTHING):
        yield Finding(Promise.AMOUNTS, key, f"{id_} : {asked} € d’un sous-traitant, au-delà de son plafond")
    if waiting + asked > the.free:
        yield Finding(Promise.AMOUNTS, key, f"{id_} : {asked} € d’un sous-traitant, plus que la prochaine facture ne peut porter")


def _within(key: str, the: Account) -> Iterator[Finding]:
    """Invoiced is at most what is declared, with what is left to recover and to deduct; equal while a balance stands (BIL-12)."""
    declared = sum(the.declared.values(), NOTHING) + sum(the.left.values(), NOTHING)
    if the.invoiced > declared:
        yield Finding(Promise.WITHIN, key, f"{the.invoiced} € facturés pour {declared} € d’heures confirmées")
    elif the.invoiced != declared and any(invoice.kind is InvoiceKind.BALANCE for invoice in the.standing):
        yield Finding(Promise.WITHIN, key, f"{the.invoiced} € facturés après le solde, et {declared} € déclarés")


def _accounted(key: str, the: Account) -> Iterator[Finding]:
    """Each confirmed month is in one invoice, or among those to invoice, for what it is worth."""
    to_invoice = {month.month: month.amount for month in the.offered.months} if the.offered else {}
    invoiced = Counter(month for invoice in the.standing for month in invoice.months)
    for month, times in (invoiced + Counter(to_invoice.keys())).items():
        if times > 1:
            yield Finding(Promise.MONTHS, key, f"le mois {month} est facturé et à facturer, ou facturé deux fois")
    for month in the.declared.keys() ^ (invoiced.keys() | to_invoice.keys()):
        yield Finding(Promise.ACCOUNTED, key, f"le mois {month} est confirmé et nulle part dans le compte, ou l’inverse")
    for month, sum_ in to_invoice.items():
        if sum_ != the.declared.get(month, sum_):
            yield Finding(Promise.ACCOUNTED, key, f"le mois {month} est à facturer pour {sum_} € et vaut {the.declared[month]} €")
    declared = sum(the.declared.values(), NOTHING)
    both = the.invoiced - sum(the.left.values(), NOTHING) + sum(to_invoice.values(), NOTHING)
    if declared != both:
        yield Finding(Promise.ACCOUNTED, key, f"{declared} € déclarés, et {both} € facturés et à facturer")


def _ordinals(key: str, the: Account) -> Iterator[Finding]:
    for ordinal, times in Counter(invoice.ordinal for invoice in the.standing if invoice.ordinal is not None).items():
        if times > 1 or ordinal not in (1, 2, 3):
            yield Finding(Promise.ORDINALS, key, f"l’acompte {ordinal} existe {times} fois")


def _pay(key: str, the: Account, payment: PaymentRecorded) -> Iterator[Finding]:
    id_ = f"paiement {payment.reference}"
    paid = the.invoices.get(payment.invoice_id)
    if paid is None or paid.state not in ("accepted", "paid"):
        yield Finding(Promise.PAYMENTS, key, f"{id_} : la facture {payment.invoice_id} n’est pas acceptée")
        return
    if payment.reference in paid.paid or payment.amount <= 0:
        yield Finding(Promise.PAYMENTS, key, f"{id_} : compté deux fois, ou de {payment.amount} €")
    paid.paid[payment.reference] = payment.amount
    total = sum(paid.paid.values(), NOTHING)
    remaining = paid.invoice.including_tax - total
    if (payment.total_paid, payment.remaining) != (total, remaining) or remaining < 0:
        yield Finding(Promise.PAYMENTS, key, f"{id_} : {total} € payés sur {paid.invoice.including_tax}")
    yield from _late(key, paid, payment)
    if not remaining:
        paid.state = "paid"


def _late(key: str, paid: Standing, payment: PaymentRecorded) -> Iterator[Finding]:
    """How late a payment is, and what it fixes. An invoice of before last days were said may have payments that say nothing either."""
    days = (payment.paid_on - paid.invoice.issued_on - DAYS_TO_PAY).days
    right = (days, NOTHING if paid.charged else FIXED_CHARGE) if days > 0 else None
    said = (payment.late.days, payment.late.fixed_charge) if payment.late else None
    if said != right and not (said is None and paid.invoice.pay_by is None):
        yield Finding(Promise.CLOCK, key, f"paiement {payment.reference} : {max(days, 0)} jours de retard, et le journal dit autre chose")
    paid.charged = paid.charged or payment.late is not None


def never_told(history: History) -> Iterator[tuple[str, int, Finding]]:
    """Facts under a number that billing had not given when its database was read: what is wrong if it has not given it by now."""
    for told in history.on(INVOICES):
        if not 1 <= told.version <= len(_happened(history)):
            what = f"le fait n° {told.version} n’a jamais été dit par {OWNER} ({told.place})"
            yield OWNER, told.version, Finding(Promise.FINANCE, history.key, what)


def _happened(history: History) -> list[InvoiceIssued | InvoiceAccepted | InvoiceRejected]:
    """What the finance system is told of, each as one fact."""
    facts = (InvoiceIssued, InvoiceAccepted, InvoiceRejected)
    return [message for _, message in history.seen_by(OWNER) if isinstance(message, facts)]


def _told_to_finance(history: History) -> Iterator[Finding]:
    """What finance was told, in its own sequence, is what happened, to the cent. What it was told since is in flight."""
    happened = _happened(history)
    facts: dict[int, Told] = {}
    for told in history.on(INVOICES):
        before = facts.setdefault(told.version, told)
        if before is not told:
            yield Finding(Promise.FINANCE, history.key, f"deux faits n° {told.version} ({before.place}, {told.place})")
    for number, message in enumerate(happened, 1):
        fact = facts.get(number)
        if fact is None:
            yield Finding(Promise.FINANCE, history.key, f"le fait n° {number} manque")
        elif not _says(history, fact, message):
            yield Finding(Promise.FINANCE, history.key, f"le fait n° {number} n’est pas ce que le journal dit ({fact.place})")


def _says(history: History, told: Told, message: InvoiceIssued | InvoiceAccepted | InvoiceRejected) -> bool:
    fact = history.parsed(told)
    if not isinstance(fact, InvoiceFact) or fact.contract_number != history.key:
        return False
    if isinstance(message, InvoiceIssued):
        of = message.invoice
        figures = ("invoice_id", "legal_number", "number", "months", "lines", "excluding_tax", "tax_rate", "tax", "including_tax")
        more = ("adjustments", "without_months", "pay_by")
        return isinstance(fact, IssuedInvoice) and all(getattr(fact, name) == getattr(of, name) for name in (*figures, *more))
    kind = AcceptedInvoice if isinstance(message, InvoiceAccepted) else RejectedInvoice
    return isinstance(fact, kind) and fact.invoice_id == message.invoice_id


def _kept(history: History, the: Account) -> Iterator[Finding]:
    """The tables with which billing's database forbids what must not be hold what the log says."""
    told = {str(id_): (each.invoice, each.state == "rejected") for id_, each in the.invoices.items()}
    kept = {as_id(row["invoice_id"]): row for row in history.rows(OWNER, "invoices")}
    for id_ in told.keys() ^ kept.keys():
        yield Finding(Promise.NUMBERS, history.key, f"facture {id_} : dans la base de données et non sur le journal, ou l’inverse")
    for id_ in told.keys() & kept.keys():
        (invoice, rejected), row = told[id_], kept[id_]
        number = f"{row['year']}-{row['sequence']:06}"
        if (invoice.issuer, invoice.legal_number, invoice.number, rejected) != (row["issuer"], number, row["number"], row["rejected"]):
            yield Finding(Promise.NUMBERS, history.key, f"facture {id_} : {invoice.legal_number} sur le journal, {number} dans la base")
    held = {(as_id(row["invoice_id"]), row["month"]) for row in history.rows(OWNER, "invoiced_months") if not row["rejected"]}
    for id_, month in held ^ {(str(invoice.invoice_id), str(month)) for invoice in the.standing for month in invoice.months}:
        yield Finding(
            Promise.MONTHS, history.key, f"facture {id_}, mois {month} : dans la base de données et non sur le journal, ou l’inverse"
        )
    yield from _kept_adjustments(history, the)
    paid = {(str(id_), ref, sum_) for id_, each in the.invoices.items() for ref, sum_ in each.paid.items()}
    for id_, ref, _ in paid ^ {
        (as_id(row["invoice_id"]), row["reference"], amount(row["amount"])) for row in history.rows(OWNER, "payments")
    }:
        yield Finding(
            Promise.PAYMENTS, history.key, f"paiement {ref} de {id_} : dans la base de données et non sur le journal, ou l’inverse"
        )


def _kept_adjustments(history: History, the: Account) -> Iterator[Finding]:
    """What billing's database would not let be taken off twice is what the log says (BIL-6, BIL-10)."""
    told = {(str(invoice.invoice_id), str(line.invoice_id), -line.amount) for invoice in the.standing for line in invoice.adjustments}
    kept = {
        (as_id(row["invoice_id"]), as_id(row["because_of"]), amount(row["taken"]))
        for row in history.rows(OWNER, "adjustments")
        if not row["rejected"]
    }
    for id_, because_of, sum_ in told ^ kept:
        what = f"facture {id_} : {sum_} € à cause de {because_of}, dans la base de données et non sur le journal, ou l’inverse"
        yield Finding(Promise.AMOUNTS, history.key, what)
    for row in history.rows(OWNER, "invoices"):
        id_ = as_id(row["invoice_id"])
        if amount(row["taken"]) != sum((sum_ for _, because_of, sum_ in told if because_of == id_), NOTHING):
            yield Finding(Promise.AMOUNTS, history.key, f"facture {id_} : {row['taken']} € retenus dans la base")
