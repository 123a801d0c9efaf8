"""Outcomes reports that the Region received (SUR-2): acknowledging one lets its balance be accepted (BIL-11)."""

from dataclasses import replace
from typing import Any
from uuid import uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from contracts.surveys import AcknowledgeReport
from gateway.areas.action.queries.notes import load_notes
from gateway.areas.action.queries.region import load_holders
from gateway.areas.action.queries.surveys import load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.web import lots
from gateway.web.commands import Asked
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.topics import REPORTS
from gateway.web.visit import Visit

from . import asking
from .asking import NOTE_FIELDS
from .queries import load_report
from .received import STATES, Reports, asked_of, find_acknowledged, find_after, load_lot, load_reports, load_titles

LIST, LOT = "/region/bilans", "/region/bilans/lot"


@get("/region/bilans")
async def reports_page(visit: NamedDependency[Visit]) -> Response[str]:
    """The reports to acknowledge, or those that were."""
    reports = await load_listed(visit)
    lot = await load_lot(visit.db, visit.viewer)
    return visit.page(
        "surveys/region_reports.html",
        follows=(REPORTS,),
        list=reports,
        states=STATES,
        holders=await load_holders(visit.db, visit.viewer) if visit.shows() else (),
        lot=lot,
        settled=await load_settled(visit),
    )


async def load_listed(visit: Visit) -> Reports:
    """The list, as the visit asks for it."""
    asked = asked_of(visit)
    return await visit.listed(LIST + asked.query(number=asked.number), (REPORTS,), lambda: load_reports(visit.db, visit.viewer, asked))


@get("/region/bilans/{contract:str}")
async def report_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """One report, with its figures, its text and the surveys behind it."""
    return await show(visit, Form())


async def show(visit: ActionVisit, form: Form, noting: Form | None = None) -> Response[str]:
    """The report's page, beside the list from which it comes; `noting` is a note that was not sent."""
    db, viewer, contract, asked = visit.db, visit.viewer, visit.contract, asked_of(visit)
    report = await load_report(db, viewer, contract)
    if report is None or report.submitted_at is None:
        raise NotFoundException
    reports, lot = await load_listed(visit), await load_lot(db, viewer)
    query = reports.query(number=asked.number)
    noting = noting or await visit.restored(lambda _form: NOTE_FIELDS.get, FormId("report_note", contract)) or Form()
    neighbours = [await find_after(db, viewer, asked, contract, back=back) for back in (True, False)]
    return visit.page(
        "surveys/region_report.html",
        status=max(form.status, noting.status),
        form=form,
        noting=noting,
        notes=await load_notes(db, viewer, contract),
        report=report,
        rows=await load_surveys(db, viewer, contract),
        waits=visit.waiting.since(contract, AcknowledgeReport),
        follows=(contract, REPORTS),
        list=reports,
        states=STATES,
        lot=lot,
        in_lot=contract in {chosen.contract_number for chosen in lot},
        query=query,
        neighbours=[found and f"{LIST}/{found}{query}" for found in neighbours],
        settled=await load_settled(visit),
    )


async def load_settled(visit: Visit) -> str | None:
    """What people call the report whose acknowledgement the page tells; None when it tells none, or it was not done."""
    command_id = visit.done
    return await find_acknowledged(visit.db, visit.viewer, command_id) if command_id else None


@post("/region/bilans/{contract:str}")
async def acknowledge(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """The Region has received the report: on to the next one; or it was looked at, and goes into the lot, or out of it."""
    form, here = await Form.of(visit.request), visit.contract
    query = _query(visit)
    if form.value("lot") == "retirer":
        await lots.take_out(visit.db, visit.viewer, "report", here)
        return see(f"{LIST}/{here}{query}")
    if form.value("lot"):
        report = await load_report(visit.db, visit.viewer, here)
        if report and report.submitted_at and not report.acknowledged_at:
            if await lots.put(visit.db, visit.viewer, "report", here):
                return see(await next_path(visit, query))
            form.wrong(None, f"Le lot a déjà {lots.MOST} bilans. Enregistrez-le d’abord, puis mettez celui-ci dans le suivant.")
        return await show(visit, form)
    following = await next_path(visit, query)
    return await visit.ask(AcknowledgeReport(), form, to=following) or await show(visit, form)


@get("/region/bilans/{contract:str}/note", sync_to_thread=False)
def note_page(visit: NamedDependency[ActionVisit]) -> Redirect:
    """Where a note that was not sent is shown: with its report."""
    return see(f"{LIST}/{visit.contract}{_query(visit)}", anchor="#ecrire")


@post("/region/bilans/{contract:str}/note")
async def write_note(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Write to the organisation, without acknowledging (SUR-2)."""
    form = await Form.of(visit.request)
    to = f"{LIST}/{visit.contract}{_query(visit)}"
    return await visit.ask(asking.note(form), form, to=to, fields=NOTE_FIELDS.get) or await show(visit, Form(), form)


def _query(visit: ActionVisit) -> str:
    """What the page's address asks of the list beside the report: its forms carry it on."""
    asked = asked_of(visit)
    return asked.query(number=asked.number)


async def next_path(visit: ActionVisit, query: str) -> str:
    """The next report of the list, or from its beginning those that were passed over; then the lot, or the list."""
    asked, lot = asked_of(visit), await load_lot(visit.db, visit.viewer)
    following = await find_after(visit.db, visit.viewer, asked, visit.contract)
    if following is None:
        first = await load_reports(visit.db, visit.viewer, replace(asked, number=1))
        settled = {visit.contract, *(row.contract_number for row in lot)}
        following = next((row.contract_number for row in first.rows if row.contract_number not in settled), None)
    if following is None and lot and {row.contract_number for row in lot} != {visit.contract}:
        return LOT
    return (f"{LIST}/{following}" if following else LIST) + query


@get("/region/bilans/lot")
async def lot_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What is in the lot, and what became of the one that was just acknowledged."""
    return await show_lot(visit, Form())


async def show_lot(visit: Visit, form: Form) -> Response[str]:
    """The lot's page."""
    together = visit.request.query_params.get("ensemble")
    outcomes = await lots.outcomes(visit.db, visit.viewer, f"{LOT}?ensemble={together}") if together else {}
    titles = await load_titles(visit.db, visit.viewer, [contract for contract, _ in outcomes])
    return visit.page(
        "surveys/region_lot.html",
        status=form.status,
        form=form,
        follows=(REPORTS,),
        lot=await load_lot(visit.db, visit.viewer),
        sent=[(contract, titles.get(contract, contract), outcome) for (contract, _), outcome in outcomes.items()],
        most=lots.MOST,
    )


@post("/region/bilans/lot")
async def acknowledge_lot(visit: NamedDependency[Visit]) -> Response[Any]:
    """Acknowledge those of the page that are still in the lot, each by a command of its own (SUR-2)."""
    form, lot = await Form.of(visit.request), await load_lot(visit.db, visit.viewer)
    if out := form.value("retirer"):
        await lots.take_out(visit.db, visit.viewer, "report", out)
        return see(LOT)
    seen = [row.contract_number for row in lot if row.contract_number in form.values("bilan")]
    asked = [Asked(AcknowledgeReport(), uuid5(form.id, contract), None, contract) for contract in seen]
    nothing = "Aucun de ces bilans n’est encore à enregistrer : c’est fait, ou ils sont retirés du lot."
    return await lots.settle(visit, form, asked, f"{LOT}?ensemble={form.id}", nothing=nothing) or await show_lot(visit, form)


ROUTES = [reports_page, report_page, acknowledge, note_page, write_note, lot_page, acknowledge_lot]
