"""Invoices and payments as files: an action's, all of an organisation's, and those that the agents' list shows (BIL-7, BIL-13)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.codes import RejectionCode
from gateway.areas.action.billed import AMOUNTS, IDENTITY, PAYMENTS, called, fate, paid
from gateway.areas.action.queries.account import MonthAccount, load_account
from gateway.areas.action.queries.invoices import InvoiceView, read_invoices
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import COUNT, DAY, HOURS, LONG, MONEY, MONTH, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit
from gateway.words.labels import invoice_word, label

from .queue import QueuedInvoice, asked_of, read_queue


def of_organisation(visit: Visit, *, whole: bool) -> tuple[Column[InvoiceView], ...]:
    """What an organisation's lists say of an invoice; what somebody wrote about it only when the list is that of one action (`whole`)."""
    wrote: tuple[Column[InvoiceView], ...] = (Column("Précisions", lambda view: view.rejection_text or "", LONG),) if whole else ()
    return (
        *IDENTITY,
        *AMOUNTS,
        Column("Stagiaires", lambda view: view.invoice.trainees, COUNT),
        Column("Heures en centre", lambda view: view.hours("centre"), HOURS),
        Column("Heures en entreprise", lambda view: view.hours("company"), HOURS),
        Column("Émise le", lambda view: view.invoice.issued_on, DAY),
        *fate(visit.rates, visit.today, for_agent=visit.viewer.is_agent),
        Column("Motif de rejet", lambda view: label(view.rejection_code, RejectionCode), LONG),
        *wrote,
    )


def of_region(visit: Visit) -> tuple[Column[QueuedInvoice], ...]:
    """What the agents' list says of an invoice."""
    return (
        *IDENTITY,
        *AMOUNTS,
        Column("Remplace une facture rejetée", lambda view: "oui" if view.invoice.replaces else ""),
        Column("Reçue le", lambda view: view.received_on, DAY),
        *fate(visit.rates, visit.today, for_agent=True),
        Column("Bilan non reçu", lambda view: "oui" if view.state == "issued" and view.report_missing else ""),
        Column("Justificatifs manquants", lambda view: view.proofs_missing or None, COUNT),
    )


MONTHS: tuple[Column[MonthAccount], ...] = (
    Column("Mois", lambda one: one.month.first, MONTH),
    Column("Déclaré HT", lambda one: one.declared, MONEY),
    Column("Facture", lambda one: called(one.invoice.invoice) if one.invoice else ""),
    Column("N° légal", lambda one: one.invoice.invoice.legal_number if one.invoice else ""),
    Column("État", lambda one: invoice_word(one.invoice.state, one.invoice.invoice.including_tax) if one.invoice else "À facturer", LONG),
)


@get(files("/actions/{contract:str}/factures", "/region/actions/{contract:str}/factures"))
async def export_invoices(visit: NamedDependency[ActionVisit]) -> Stream:
    """The invoices of an action."""
    views = read_invoices(visit.db, visit.viewer, visit.contract)
    return await download(visit, "factures", of_organisation(visit, whole=True), views, about=visit.contract)


@get(files("/actions/{contract:str}/paiements", "/region/actions/{contract:str}/paiements"))
async def export_payments(visit: NamedDependency[ActionVisit]) -> Stream:
    """What was paid of them."""
    views = read_invoices(visit.db, visit.viewer, visit.contract)
    return await download(visit, "paiements", PAYMENTS, paid(views), about=visit.contract)


@get(files("/actions/{contract:str}/compte"))
async def export_account(visit: NamedDependency[ActionVisit]) -> Stream:
    """What each month of an action is worth, and how far it got (BIL-12)."""
    account = await load_account(visit.db, visit.viewer, visit.action)
    return await download(visit, "compte", MONTHS, in_parts(account.months), about=visit.contract)


@get(files("/etats/factures"))
async def export_all_invoices(visit: NamedDependency[Visit]) -> Stream:
    """The invoices of all of the viewer's actions."""
    return await download(visit, "factures", of_organisation(visit, whole=False), read_invoices(visit.db, visit.viewer))


@get(files("/etats/paiements"))
async def export_all_payments(visit: NamedDependency[Visit]) -> Stream:
    """What was paid of them."""
    return await download(visit, "paiements", PAYMENTS, paid(read_invoices(visit.db, visit.viewer)))


@get(files("/region/factures"))
async def export_queue(visit: NamedDependency[Visit]) -> Stream:
    """The agents' list, filtered, searched and sorted as its address says."""
    views = read_queue(visit.db, visit.viewer, asked_of(visit), visit.today)
    return await download(visit, "factures", of_region(visit), views)


@get(files("/region/factures/paiements"))
async def export_paid(visit: NamedDependency[Visit]) -> Stream:
    """What was paid of the invoices of that list."""
    views = read_queue(visit.db, visit.viewer, asked_of(visit), visit.today)
    return await download(visit, "paiements", PAYMENTS, paid(views))


ROUTES = [export_invoices, export_payments, export_account, export_all_invoices, export_all_payments, export_queue, export_paid]
