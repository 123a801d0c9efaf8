"""What is told of hours, exits and months."""

from typing import Any

from contracts import declarations as events
from contracts.declarations import PlaceFigures, PlaceHours

from .queries import survey_due
from .row import HOLDER, Figures, Notice, Together, Told


def _exit(event: events.TraineeExited | events.TraineeExitChanged) -> Figures:
    left = event.exit
    return {"trainee": event.trainee_id} | ({"on": left.on, "kind": left.kind, "reason": left.reason} if left else {"on": None})


def _left(figures: Figures) -> str:
    if not figures["on"]:
        return "Sortie de {trainee:person} retirée"
    return "Sortie de {trainee:person} le {on:date}" + (", {reason:ExitReason}" if figures.get("reason") else "")


def _hours(place: PlaceFigures | PlaceHours) -> Figures:
    return {"attended": place.attended, "excused": place.excused, "unexcused": place.unexcused}


def _line(event: events.LineSaved) -> Figures:
    centre, company = _hours(event.line.centre), _hours(event.line.company)
    return {"month": event.month, "trainee": event.trainee_id, "centre": centre, "company": company}


def _month(event: events.MonthConfirmed) -> Figures:
    hours = {
        place: sum(line.attended + line.excused for line in lines)
        for place, lines in (("centre", [line.centre for line in event.lines]), ("company", [line.company for line in event.lines]))
    }
    return {"month": event.month, "trainees": len(event.lines), "again": event.again, "passed_over": event.passed_over} | hours


def _confirmed(figures: Figures) -> str:
    again = " de nouveau" if figures["again"] else ""
    return "{month:month} confirmé" + again + " : {centre:hours} en centre, {company:hours} en entreprise"


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.LineSaved,
        line="{month:month} : heures de {trainee:person} saisies",
        figures=_line,
        together=Together("month", "{month:month} : heures de {trainees:plural stagiaire} saisies"),
    ),
    Told(
        events.TraineeExited,
        line=_left,
        figures=_exit,
        known=survey_due,
        notices=(
            Notice(
                HOLDER,
                "survey_due",
                "info",
                "Fiche de suivi à remplir",
                "{action} : {trainee:person}, sortie le {exit:date}.",
                "Remplir la fiche",
                "/actions/{contract}/enquetes/sortie/{trainee}",
                figures=lambda event: {"trainee": event.trainee_id, "exit": event.exit.on},
            ),
        ),
    ),
    Told(events.TraineeExitChanged, line=_left, figures=_exit),
    Told(events.MonthConfirmed, line=_confirmed, figures=_month),
    Told(
        events.MonthReopened,
        line="{month:month} rouvert, à corriger jusqu’au {correct_by:date}",
        figures=lambda event: {"month": event.month, "invoice": event.invoice_id, "correct_by": event.correct_by},
        notices=(
            Notice(
                HOLDER,
                "month_reopened",
                "bad",
                "Mois à corriger",
                "{action} : {month:month} est rouvert, à confirmer de nouveau jusqu’au {correct_by:date}.",
                "Corriger le mois",
                "/actions/{contract}/declarations/{month}",
            ),
        ),
    ),
)
