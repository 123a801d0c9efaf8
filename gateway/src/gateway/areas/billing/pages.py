"""“Facturation”: what can be invoiced, the invoice explained, its confirmation, and what became of it (BIL-2 to BIL-7)."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from uuid_utils.compat import uuid7

from contracts.billing import IssueInvoice
from contracts.month import Month
from gateway.areas.action.action import Action
from gateway.areas.action.offers import OfferView, alternatives, every_offer, offered, view_offers
from gateway.areas.action.queries.invoices import load_invoice, load_invoices
from gateway.areas.action.visit import ActionVisit
from gateway.web.commands import Answer
from gateway.web.forms import Form, Restored
from gateway.web.people import names_of_trainees
from gateway.web.rendering import see
from gateway.words.french import months
from gateway.words.refusals import sentence

from .queries import Explained, explain, explained, load_account


@get("/actions/{contract:str}/facturation")
async def billing_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """What can be invoiced and what was."""
    return await show(visit, Form())


async def show(visit: ActionVisit, form: Form) -> Response[str]:
    """The page; `form` says what was selected, and what was wrong with that."""
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract)
    found, offers = offered(visit.action), view_offers(visit.action, visit.today)
    return visit.page(
        "billing/billing.html",
        status=form.status,
        form=form,
        found=found,
        billable={month.month: month for month in found.months},
        offers=offers,
        choice=len(alternatives(offers)) < len(offers),
        invoices=invoices,
        rejected=[view for view in invoices if view.to_correct],
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


@get("/actions/{contract:str}/facturation/verification")
async def preview(visit: NamedDependency[ActionVisit], choix: FromQuery[list[str] | None] = None) -> Response[Any]:
    """The invoices that were chosen, explained; nothing is stored (BIL-2)."""
    form, chosen = Form({"choix": choix or []}, restored=await was_not_sent(visit)), choose(visit, choix or [])
    if not chosen and not form.restored:
        form.wrong("choix", "Choisissez au moins une ligne à facturer.")
    if twice := in_several(chosen):
        what = "un mois ne va que dans une facture. Ne gardez qu’une des factures qui le contiennent."
        form.wrong("choix", f"{months(twice).capitalize()} : {what}")
    if chosen and form.ok:
        return await show_preview(visit, chosen, form)
    return await show(visit, form)


async def was_not_sent(visit: ActionVisit) -> Restored | None:
    """An invoice was confirmed here after the session had lapsed: it was not sent, as is said once (ACC-7); None otherwise."""
    lapsed = await visit.restored()
    if lapsed:
        await visit.forget()
    return lapsed.restored if lapsed else None


def choose(visit: ActionVisit, keys: list[str]) -> list[OfferView]:
    """The offers that these keys name, in the page's order."""
    return [view for view in every_offer(visit.action, visit.today) if view.key in set(keys)]


def in_several(chosen: list[OfferView]) -> list[Month]:
    """Months of more than one of these invoices: no month is ever in two (BIL-7)."""
    found = Counter(month for view in chosen for month in view.offer.months)
    return sorted(month for month, count in found.items() if count > 1)


async def show_preview(visit: ActionVisit, chosen: list[OfferView], form: Form) -> Response[str]:
    """Each chosen invoice explained, and the button that confirms them."""
    names = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    return visit.page(
        "billing/billing_preview.html",
        status=form.status,
        form=form,
        previews=[(view, explained_offer(visit.action, view, names)) for view in chosen],
        total=sum(view.offer.excluding_tax for view in chosen),
        ready=all(view.can_be_confirmed for view in chosen),
        invoice_ids=[form.value("facture", row) or str(uuid7()) for row in range(len(chosen))],
    )


def explained_offer(action: Action, view: OfferView, names: dict[str, str]) -> Explained:
    """The lines and shares of an offer's months."""
    found = [month for month in offered(action).months if month.month in view.offer.months]
    return explained([line for month in found for line in month.lines], [share for month in found for share in month.shares], names)


@post("/actions/{contract:str}/facturation/verification")
async def issue(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Confirm each chosen invoice; what is refused is shown again as it can be confirmed now (BIL-2)."""
    form = await Form.of(visit.request)
    if done := await confirm_all(visit, form, f"{visit.action.path}/facturation"):
        return done
    chosen = choose(visit, form.values("choix"))
    return await show_preview(visit, chosen, form) if chosen else await show(visit, form)


async def confirm_all(visit: ActionVisit, form: Form, path: str) -> Redirect | None:
    """A command for each invoice, so that one that is refused holds up none, then the page at `path`.

    None when one was refused: the form says why.
    """
    answers = [await confirm(visit, form, row, key, path) for row, key in enumerate(form.values("choix"))]
    refused = [answer for answer in answers if answer.refused]
    if answers and not refused:
        return see(path, command=answers[-1].command_id)
    for answer in refused:
        for fault in answer.faults or ():
            form.wrong(None, sentence(fault, {}))
    if not answers:
        form.wrong(None, "Choisissez au moins une ligne à facturer.")
    form.renew()
    form.typed.pop("facture", None)
    await visit.reload()
    return None


async def confirm(visit: ActionVisit, form: Form, row: int, key: str, path: str) -> Answer:
    """One invoice, as the user saw it: the command's id follows from the form's, so that a double click is the same command."""
    kind, _, listed = key.partition(":")
    command = IssueInvoice.model_validate(
        {
            "invoice_id": form.value("facture", row),
            "kind": kind,
            "months": [month for month in listed.split(",") if month],
            "excluding_tax": form.value("montant", row),
        }
    )
    command_id = form.command_id if len(form.values("choix")) == 1 else uuid5(form.command_id, key)
    subject = ",".join(command.months)
    return await visit.portal.commands.send(visit.viewer, visit.contract, command, command_id=command_id, path=path, subject=subject)


@get("/actions/{contract:str}/factures/{invoice_id:uuid}")
async def invoice_page(visit: NamedDependency[ActionVisit], invoice_id: FromPath[UUID]) -> Response[str]:
    """One invoice, whole and explained; it prints as a plain document."""
    view = await load_invoice(visit.db, visit.viewer, invoice_id)
    detail = await explain(visit.db, visit.viewer, visit.contract, view.invoice.lines, view.invoice.shares)
    return visit.page("billing/invoice.html", view=view, detail=detail)


@get("/actions/{contract:str}/compte")
async def account_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The action's money, from the contract to what is paid, each gap explained (BIL-12, BIL-13)."""
    return visit.page("billing/account_of_action.html", account=await load_account(visit.db, visit.viewer, visit.action))


@get("/actions/{contract:str}/solde")
async def balance_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The balance, line by line, or what it still waits for (BIL-11)."""
    return await show_balance(visit, Form(restored=await was_not_sent(visit)))


@post("/actions/{contract:str}/solde")
async def issue_balance(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Confirm the balance (BIL-11)."""
    form = await Form.of(visit.request)
    return await confirm_all(visit, form, f"{visit.action.path}/solde") or await show_balance(visit, form)


async def show_balance(visit: ActionVisit, form: Form) -> Response[str]:
    """The balance's page; `form` says why it was not confirmed."""
    action, offer = visit.action, visit.life.balance_offer
    account = await load_account(visit.db, visit.viewer, action)
    names = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    return visit.page(
        "billing/balance.html",
        status=form.status,
        form=form,
        account=account,
        offer=offer,
        detail=explained_offer(action, offer, names) if offer else None,
        invoice_id=str(uuid7()),
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


ROUTES = [billing_page, preview, issue, invoice_page, account_page, balance_page, issue_balance]
