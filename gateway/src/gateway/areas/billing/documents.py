"""What was asked for and paid, as documents: payment requests by what became of them, and the action's account (DOC-1, BIL-7, BIL-13)."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from litestar.exceptions import NotFoundException

from contracts.codes import DecidedBy, InvoiceKind, RejectionCode
from gateway.areas.action.action import Action
from gateway.areas.action.gaps import gaps
from gateway.areas.action.paper import CONTRACT, PAYMENTS, paper_of
from gateway.areas.action.queries.account import Account, load_account
from gateway.areas.action.queries.invoices import NOTHING, InvoiceView, load_invoices
from gateway.areas.action.queries.issued import Issued, key_of, load_document
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Block, Column, Heading, Note, Paper, Table
from gateway.web.papers import Document
from gateway.words.french import date_short, money, month, months, number
from gateway.words.labels import invoice_word, label

WAITING, ACCEPTED, REJECTED = (
    "en attente de validation par la Région",
    "validées par la Région",
    "rejetées par la Région",
)


async def requests_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """The three lists of payment requests, once the action has been opened, and each invoice as it was issued (BIL-9)."""
    lists = [
        _requests(visit, day, "attente", WAITING, "Ce qui a été demandé, et depuis quand.", waiting),
        _requests(visit, day, "validees", ACCEPTED, "Ce qui a été accepté, avec les paiements et leurs références.", accepted),
        _requests(visit, day, "rejetees", REJECTED, "Ce qui a été rejeté, quand, par qui, avec le motif.", rejected),
    ]
    return [*(lists if visit.action.opened_at else []), *(_issued(visit, one) for one in await visit.load_issued())]


def _issued(visit: ActionVisit, one: Issued) -> Document:
    name = f"Facture N°\u00a0{one.number}" if one.number else "Facture de solde"
    whose = f", {one.subcontractor}" if one.subcontractor else ""
    return Document(
        key=key_of(one.contract_number, one),
        group=PAYMENTS,
        title=f"{name}{whose} ({one.legal_number})",
        what="La facture électronique (Factur-X), telle qu’elle a été émise.",
        day=one.issued_on,
        make=partial(_load_issued, visit, one),
        month=one.months[0] if len(one.months) == 1 else None,
        counted=one.size,
        speaks="Émise le",
    )


async def _load_issued(visit: ActionVisit, one: Issued) -> bytes:
    content = await load_document(visit.db, visit.viewer, one.contract_number, one.invoice_id)
    if content is None:
        raise NotFoundException
    return content


async def accounts_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """The account, once the action has been opened."""
    if not visit.action.opened_at:
        return []
    what = "Du contrat à ce qui est payé, au centime, et d’où vient chaque écart."
    return [Document(f"compte-{visit.contract}", CONTRACT, "Compte de l’action", what, day, partial(_account, visit, day))]


Made = Callable[[Action, str, date, Sequence[InvoiceView]], Paper]


def _requests(visit: ActionVisit, day: date, key: str, which: str, what: str, make: Made) -> Document:
    key, title = f"demandes-{key}-{visit.contract}", f"Demandes de paiement {which}"
    return Document(key, PAYMENTS, title, what, day, partial(_load_requests, visit, day, make))


async def _load_requests(visit: ActionVisit, day: date, make: Made) -> Paper:
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract)
    return make(visit.action, visit.portal.settings.region, day, invoices[::-1])


AMOUNTS = (
    *(Column("N° de facture", share=2), Column("Périodes", share=3), Column("Stagiaires", Align.END)),
    *(Column("Heures en centre", Align.END), Column("Heures en entreprise", Align.END)),
    *(Column("Coût total HT", Align.END), Column("Coût total TTC", Align.END), Column("Créée le")),
)


def waiting(action: Action, region: str, day: date, invoices: Sequence[InvoiceView]) -> Paper:
    """What the Region has yet to decide, the oldest first."""
    asked = [view for view in invoices if view.state == "issued"]
    columns = (*AMOUNTS, Column("À décider et payer jusqu’au"))
    rows = tuple((*_amounts(view), date_short(view.pay_by)) for view in asked)
    table = Table(f"Demandes {WAITING}", columns, rows, _sums(asked, 2), nothing="Aucune demande en attente.")
    return paper_of(action, region, f"Demandes de paiement {WAITING}", day, table, landscape=True)


def accepted(action: Action, region: str, day: date, invoices: Sequence[InvoiceView]) -> Paper:
    """What it accepted, and each payment (BIL-13)."""
    asked = [view for view in invoices if view.state in {"accepted", "paid"}]
    columns = (*AMOUNTS, Column("Acceptée le"), Column("Reste à payer TTC", Align.END))
    rows = tuple((*_amounts(view), date_short(view.decided_on), money(max(view.remaining, NOTHING))) for view in asked)
    table = Table(f"Demandes {ACCEPTED}", columns, rows, _sums(asked, 3), nothing="Aucune demande validée.")
    paid = tuple((_name(view), date_short(one.paid_on), one.reference, money(one.amount)) for view in asked for one in view.payments)
    heads = (Column("Facture", share=2), Column("Payé le"), Column("Référence", share=2), Column("Montant TTC", Align.END))
    total = (("Total payé", money(sum((view.paid for view in asked), NOTHING))),) if paid else ()
    payments = Table("Paiements reçus, avec leurs références", heads, paid, total, nothing="Aucun paiement.")
    blocks = (Heading("Demandes"), table, Heading("Paiements"), payments)
    return paper_of(action, region, f"Demandes de paiement {ACCEPTED}", day, *blocks, landscape=True)


def rejected(action: Action, region: str, day: date, invoices: Sequence[InvoiceView]) -> Paper:
    """What it rejected, as the guide lists it (§3.6.1.3)."""
    columns = (
        *(Column("Facture"), Column("Organisme de formation", share=3), Column("Demande", share=3), Column("Date", share=3)),
        *(Column("Périodes", share=2), Column("Montant HT", Align.END), Column("Motif de rejet", share=5)),
    )
    rows = tuple(_rejection(view) for view in invoices if view.state == "rejected")
    table = Table(f"Demandes {REJECTED}", columns, rows, nothing="Aucune demande rejetée.")
    return paper_of(action, region, f"Demandes de paiement {REJECTED}", day, table, landscape=True)


def _rejection(view: InvoiceView) -> tuple[str, ...]:
    by = f", par {label(view.decided_by, DecidedBy)}" if view.decided_by else ""
    asked = "Demande de paiement de solde" if view.invoice.kind is InvoiceKind.BALANCE else "Demande de paiement d’acompte périodique"
    why = "\u202f: ".join(filter(None, (label(view.rejection_code, RejectionCode), view.rejection_text)))
    return _name(view), view.issuer, asked, view.decided_when + by, _months(view), money(view.invoice.excluding_tax), why


def _name(view: InvoiceView) -> str:
    theirs = f", {view.invoice.subcontractor}" if view.invoice.subcontractor else ""
    return (f"Facture N°\u00a0{view.invoice.number}" if view.invoice.number else "Solde") + theirs


def _months(view: InvoiceView) -> str:
    return months(view.invoice.months) if view.invoice.months else label(view.invoice.nature)


def _amounts(view: InvoiceView) -> tuple[str, ...]:
    invoice = view.invoice
    worked = (number(view.hours("centre")), number(view.hours("company")))
    total = (money(invoice.excluding_tax), money(invoice.including_tax))
    return _name(view), _months(view), str(invoice.trainees), *worked, *total, date_short(invoice.issued_on)


def _sums(views: Sequence[InvoiceView], after: int) -> tuple[tuple[str, ...], ...]:
    """The row under the amounts; `after` columns follow those."""
    excluding = sum((view.invoice.excluding_tax for view in views), NOTHING)
    including = sum((view.invoice.including_tax for view in views), NOTHING)
    return (("Total", money(excluding), money(including), *("",) * after),) if views else ()


async def _account(visit: ActionVisit, day: date) -> Paper:
    return account_of(visit.action, visit.portal.settings.region, day, await load_account(visit.db, visit.viewer, visit.action))


def account_of(action: Action, region: str, day: date, account: Account) -> Paper:
    """From the contract to what is paid; month by month; who got what (BIL-12)."""
    columns = (
        *(Column("Montant", share=2), Column("Total", Align.END), Column("Écart avec la ligne au-dessus", Align.END)),
        Column("D’où vient l’écart", share=4),
    )
    rows = tuple((one.name, money(one.amount), "" if one.gap is None else money(one.gap), one.why) for one in gaps(account, action))
    return paper_of(
        action,
        region,
        "Compte de l’action",
        day,
        Heading("Du contrat à ce qui est payé"),
        Table("Où en est l’argent de l’action, et d’où vient chaque écart", columns, rows),
        *_issuers(account),
        *_by_month(account),
        Note("Une facture rejetée n’est comptée nulle part : ses mois redeviennent à confirmer."),
        landscape=True,
    )


def _issuers(account: Account) -> tuple[Block, ...]:
    """Nothing when the holder alone has invoiced (BIL-6)."""
    if len(account.issuers) < 2:
        return ()
    columns = (Column("Au nom de", share=1), *(Column(title, Align.END) for title in ("Facturé, HT", "Accepté, HT", "Payé, TTC")))
    rows = tuple((one.name, money(one.invoiced), money(one.accepted), money(one.paid)) for one in account.issuers)
    return Heading("Qui reçoit quoi"), Table("Ce que le titulaire et chaque sous-traitant ont facturé et reçu", columns, rows)


def _by_month(account: Account) -> tuple[Block, ...]:
    columns = (Column("Mois", share=2), Column("Déclaré, HT", Align.END), Column("Facture", share=2), Column("État", share=2))
    rows = tuple(
        (
            month(one.month).capitalize(),
            money(one.declared),
            _name(one.invoice) if one.invoice else "pas encore",
            invoice_word(one.invoice.state, one.invoice.invoice.including_tax) if one.invoice else "À facturer",
        )
        for one in account.months
    )
    table = Table("Ce que vaut chaque mois et où il en est", columns, rows, (("Total", money(account.declared), "", ""),))
    return (Heading("Mois par mois"), table) if rows else ()
