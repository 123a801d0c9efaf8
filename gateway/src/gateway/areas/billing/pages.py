"""“Facturation”: what can be invoiced, the invoice explained, its confirmation, and what became of it (BIL-2 to BIL-7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from contracts.account.outlook import First
from contracts.answers import Fault
from contracts.billing import IssueInvoice
from contracts.month import Month
from gateway.areas.action.ahead import load_ahead
from gateway.areas.action.gaps import gaps
from gateway.areas.action.offers import OfferView, offered
from gateway.areas.action.queries.account import load_account
from gateway.areas.action.queries.invoices import InvoiceView, load_invoice, load_invoices
from gateway.areas.action.queries.notes import load_notes
from gateway.areas.action.queries.proofs import load_proofs
from gateway.areas.action.visit import ActionVisit
from gateway.web.commands import Asked
from gateway.web.forms import Form, Restored
from gateway.web.people import names_of_trainees
from gateway.web.rendering import see
from gateway.words.french import months
from gateway.words.refusals import sentence

from . import asking
from .asking import CHOICE, anchor, check_choice, read_choice
from .queries import Explained, explained, load_shares, with_shares
from .rejected import rejected
from .sending import to_send


@get("/actions/{contract:str}/facturation")
async def billing_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """What can be invoiced and what was."""
    return await show(visit, Form())


async def show(visit: ActionVisit, form: Form, gone: Sequence[InvoiceView] = ()) -> Response[str]:
    """The page; `form` says what was selected, and what was wrong with that, `gone` what of it was sent before."""
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract)
    billing, offers = offered(visit.action), visit.life.offers
    return visit.page(
        "billing/billing.html",
        status=form.status,
        form=form,
        gone=gone,
        billing=billing,
        billable={month.month: month for month in billing.months},
        offers=offers,
        choice=len(visit.life.choices) < len(offers),
        waiting_months=[month for month in billing.months if month.month in billing.waiting],
        why=[sentence(fault, {}) for fault in billing.waits_for],
        advance_waits_for=[sentence(fault, {}) for fault in billing.advance.waits_for] if billing.advance else [],
        anchor=anchor,
        invoices=invoices,
        rejected=[rejected(visit.life, view) for view in invoices if view.to_correct],
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


@get("/actions/{contract:str}/facturation/verification")
async def preview(visit: NamedDependency[ActionVisit], choix: FromQuery[list[str] | None] = None) -> Response[Any]:
    """The invoices that were chosen, explained; nothing is stored (BIL-2)."""
    keys = choix or []
    form, chosen = Form({CHOICE: keys}, restored=await was_not_sent(visit)), choose(visit, keys)
    gone = await already_sent(visit, set(keys) - {view.key for view in chosen})
    if not form.restored and (chosen or not gone):
        check_choice(form, (view.offer.months for view in chosen))
        if len(chosen) > 1 and any(view.offer.adjustments for view in chosen):
            form.wrong(CHOICE, asking.ONE_BY_ONE)
    if chosen and form.ok:
        return await show_preview(visit, chosen, form, gone)
    return await show(visit, form, gone)


async def already_sent(visit: ActionVisit, keys: set[str]) -> list[InvoiceView]:
    """The invoices that hold what these keys name, and are not rejected: whoever goes back to a page that sent them is told so (BIL-7)."""
    wanted = [read_choice(key)[1] for key in keys]
    invoices = await load_invoices(visit.db, visit.viewer, visit.contract) if wanted else []
    return [view for view in invoices if view.state != "rejected" and view.invoice.months in wanted]


async def was_not_sent(visit: ActionVisit) -> Restored | None:
    """What is said, once, of an invoice confirmed here after the session had lapsed: it was not sent (ACC-7); None when there is none."""
    lapsed = await visit.restored()
    if lapsed:
        await visit.forget()
    return lapsed.restored if lapsed else None


def choose(visit: ActionVisit, keys: list[str]) -> list[OfferView]:
    """The offers that these keys name, in the page's order; the balance has a page of its own."""
    return [view for view in visit.life.offers if view.key in set(keys)]


async def show_preview(visit: ActionVisit, chosen: list[OfferView], form: Form, gone: Sequence[InvoiceView] = ()) -> Response[str]:
    """Each chosen invoice explained, and the button that confirms them."""
    return visit.page(
        "billing/billing_preview.html",
        status=form.status,
        form=form,
        gone=gone,
        previews=list(zip(chosen, await explain_offers(visit, chosen), strict=True)),
        total=sum(view.offer.excluding_tax for view in chosen),
        ahead=await load_ahead(visit, first=[First(view.offer) for view in chosen]),
        ready=all(view.can_be_confirmed for view in chosen),
        anchor=anchor,
    )


async def explain_offers(visit: ActionVisit, views: Sequence[OfferView]) -> list[Explained]:
    """The lines and shares of each offer's months."""
    names = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    shares = await load_shares(visit.db, visit.viewer, visit.contract, {month for view in views for month in view.offer.months})
    billable = offered(visit.action).months
    return [
        explained(
            [line for month in billable if month.month in view.offer.months for line in month.lines],
            [share for share in shares if share.month in view.offer.months],
            names,
        )
        for view in views
    ]


@post("/actions/{contract:str}/facturation/verification")
async def issue(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Confirm each chosen invoice; what is refused is shown again as it can be confirmed now (BIL-2)."""
    form = await Form.of(visit.request)
    if done := await confirm_all(visit, form, f"{visit.action.path}/facturation"):
        return done
    chosen = choose(visit, form.values(CHOICE))
    return await show_preview(visit, chosen, form) if chosen and not form.error(CHOICE) else await show(visit, form)


async def confirm_all(visit: ActionVisit, form: Form, path: str) -> Redirect | None:
    """A command for each invoice, so that one that is refused holds up none, then the page at `path`.

    None when one was refused, or none was chosen: the form says why, beside the choice.
    """
    commands = asking.issue(form, [view.month for view in visit.action.months])
    # The command's id follows from the form, so that a double click is the same command.
    asked = [
        Asked(command, form.id if len(commands) == 1 else uuid5(form.id, key), ",".join(command.months))
        for key, command in commands.items()
    ]
    sent = await visit.portal.commands.send_together(visit.viewer, visit.contract, asked, path=path)
    answers = dict(zip(commands, sent, strict=True))
    if answers and not any(answer.refused for answer in answers.values()):
        return see(path, command=list(answers.values())[-1].command_id)
    for key, answer in answers.items():
        form.names[anchor(key)] = (months(commands[key].months) if commands[key].months else "solde").capitalize()
        for fault in answer.faults or ():
            form.wrong(anchor(key), sentence(fault, {}))
    form.renew()
    await visit.reload()
    return None


@get("/actions/{contract:str}/factures/{invoice_id:uuid}")
async def invoice_page(visit: NamedDependency[ActionVisit], invoice_id: FromPath[UUID]) -> Response[str]:
    """One invoice, whole and explained; it prints as a plain document."""
    view = await with_shares(visit.db, visit.viewer, await load_invoice(visit.db, visit.viewer, invoice_id, visit.contract))
    detail = explained(view.invoice.lines, view.invoice.shares, await names_of_trainees(visit.db, visit.viewer, visit.contract))
    notes = await load_notes(visit.db, visit.viewer, visit.contract, invoice_id)
    refused = rejected(visit.life, view) if view.state == "rejected" else None
    proofs = await load_proofs(visit.db, visit.viewer, visit.contract, view.invoice.months)
    sent = to_send(visit.action, view, proofs)
    return visit.page("billing/invoice.html", view=view, detail=detail, rejected=refused, notes=notes, proofs=proofs, to_send=sent)


@get("/actions/{contract:str}/compte")
async def account_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The action's money, from the contract to what is paid, each gap explained (BIL-12, BIL-13)."""
    account = await load_account(visit.db, visit.viewer, visit.action)
    return visit.page("billing/account_of_action.html", account=account, gaps=gaps, ahead=await load_ahead(visit))


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
    return visit.page(
        "billing/balance.html",
        status=form.status,
        form=form,
        account=account,
        offer=offer,
        detail=(await explain_offers(visit, [offer]))[0] if offer else None,
        lacking=balance_lacks(offered(action).balance_waits_for, account.to_confirm),
        waits=visit.waiting.since(visit.contract, IssueInvoice),
    )


def balance_lacks(faults: Iterable[Fault], to_confirm: Sequence[Month]) -> dict[str, str]:
    """What the balance waits for, as billing said it: a text for each code of a refusal (BIL-11).

    Billing speaks of months from the closing on; until then those that declarations wants are `to-confirm`.
    """
    lacking: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        lacking[fault.code].append(sentence(fault, {}))
    if to_confirm:
        lacking["to-confirm"].append(f"À confirmer : {months(to_confirm)}")
    return {code: " ".join(sentences) for code, sentences in lacking.items()}


ROUTES = [billing_page, preview, issue, invoice_page, account_page, balance_page, issue_balance]
