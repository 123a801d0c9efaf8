"""Who did what, when (ACC-8): codes, dates, hours and amounts of every act; nobody's name, nothing that somebody wrote."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.work import Handler, Work
from contracts import actions, billing, declarations, identity, surveys
from contracts.declarations import Exit, PlaceFigures, PlaceHours
from contracts.message import Event, Message
from gateway.worker.rows import as_json

Figures = Mapping[str, object]


def _nothing(_event: Event) -> Figures:
    return {}


def _contract(event: actions.ActionAwarded) -> Figures:
    terms = event.terms
    return {
        "siret": terms.organisation.siret,
        "planned_start": terms.planned_start,
        "planned_end": terms.planned_end,
        "headcount": terms.headcount,
        "amount": terms.centre.price + terms.company.price,
    }


def _import(event: actions.ContractsImported) -> Figures:
    return {"awarded": len(event.awarded), "known": len(event.known), "replaced": len(event.replaced), "check_only": event.check_only}


def _trainee(event: Any) -> Figures:
    return {"trainee": event.trainee_id}


def _sheet(event: actions.TraineeRegistered) -> Figures:
    return {"trainee": event.trainee_id, "complete": event.complete, "paid_by": event.paid_by}


def _exit(event: declarations.TraineeExited | declarations.TraineeExitChanged) -> Figures:
    left: Exit | None = event.exit
    return {"trainee": event.trainee_id} | ({"on": left.on, "kind": left.kind, "reason": left.reason} if left else {"on": None})


def _hours(place: PlaceFigures | PlaceHours) -> Figures:
    return {"attended": place.attended, "excused": place.excused, "unexcused": place.unexcused}


def _line(event: declarations.LineSaved) -> Figures:
    centre, company = _hours(event.line.centre), _hours(event.line.company)
    return {"month": event.month, "trainee": event.trainee_id, "centre": centre, "company": company}


def _month(event: declarations.MonthConfirmed) -> Figures:
    hours = {
        place: sum(line.attended + line.excused for line in lines)
        for place, lines in (("centre", [line.centre for line in event.lines]), ("company", [line.company for line in event.lines]))
    }
    return {"month": event.month, "trainees": len(event.lines), "again": event.again, "passed_over": event.passed_over} | hours


def _invoice(event: billing.InvoiceIssued) -> Figures:
    invoice = event.invoice
    return {
        "invoice": invoice.invoice_id,
        "kind": invoice.kind,
        "number": invoice.number,
        "legal_number": invoice.legal_number,
        "months": invoice.months,
        "replaces": invoice.replaces,
        "excluding_tax": invoice.excluding_tax,
        "including_tax": invoice.including_tax,
    }


def _decision(event: billing.InvoiceAccepted | billing.InvoiceRejected) -> Figures:
    figures: Figures = {"invoice": event.invoice_id, "decided_by": event.decided_by, "decided_on": event.decided_on}
    return {**figures, "code": event.code} if isinstance(event, billing.InvoiceRejected) else figures


def _payment(event: billing.PaymentRecorded) -> Figures:
    return {
        "invoice": event.invoice_id,
        "amount": event.amount,
        "paid_on": event.paid_on,
        "reference": event.reference,
        "remaining": event.remaining,
    }


FIGURES: Mapping[type[Event], Callable[[Any], Figures]] = {
    actions.ActionAwarded: _contract,
    actions.ContractReplaced: _contract,
    actions.ActionWithdrawn: _nothing,
    actions.ContractsImported: _import,
    actions.DatesValidated: lambda event: {"periods": len(event.periods)},
    actions.DatesUnlocked: _nothing,
    actions.TraineeRegistered: _sheet,
    actions.TraineeChanged: _sheet,
    actions.TraineeUnlocked: _trainee,
    actions.TraineeRemoved: _trainee,
    actions.TraineeNeverCame: _trainee,
    actions.EntryDatesConfirmed: lambda event: {"trainees": len(event.entries)},
    actions.TraineeEntered: lambda event: {"trainee": event.trainee_id, "on": event.entered_on},
    actions.TrainersConfirmed: _nothing,
    actions.ActionOpened: lambda event: {"on": event.actual_start, "frequency": event.frequency},
    actions.ActionNotOpened: lambda event: {"reason": event.reason},
    actions.ActionClosed: lambda event: {"on": event.actual_end},
    actions.AskRefused: lambda event: {"asked": event.asked, "codes": [fault.code for fault in event.faults]},
    declarations.LineSaved: _line,
    declarations.TraineeExited: _exit,
    declarations.TraineeExitChanged: _exit,
    declarations.MonthConfirmed: _month,
    declarations.MonthReopened: lambda event: {"month": event.month, "invoice": event.invoice_id, "correct_by": event.correct_by},
    billing.InvoiceIssued: _invoice,
    billing.InvoiceAccepted: _decision,
    billing.InvoiceRejected: _decision,
    billing.PaymentRecorded: _payment,
    surveys.ExitSurveyRecorded: lambda event: {"trainee": event.trainee_id, "situation": event.situation, "contract": event.contract},
    surveys.ReportSubmitted: _nothing,
    surveys.ReportAcknowledged: _nothing,
    identity.OrganisationRegistered: _nothing,
    identity.OrganisationChanged: _nothing,
    identity.AccountCreated: lambda event: {"user": event.user_id},
    identity.CredentialsSent: lambda event: {"user": event.user_id},
    identity.AccountActivated: lambda event: {"user": event.user_id},
}
"""Every act. What is only computed (offers, a report prepared) or on its way (asked, granted) is none."""


async def on_act(work: Work[None], event: Event) -> None:
    """One act, by whoever began it; the finance system and the days have no name."""
    await work.connection.execute(
        """
        INSERT INTO history (event_id, key, at, type, actor, role, figures) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (event_id) DO NOTHING
        """,
        work.envelope.id,
        work.key,
        work.at,
        event.TYPE,
        work.actor.subject if work.actor else None,
        work.actor.role if work.actor else None,
        as_json(FIGURES[type(event)](event)),
    )


HANDLERS: Mapping[type[Message], Handler] = dict.fromkeys(FIGURES, on_act)
