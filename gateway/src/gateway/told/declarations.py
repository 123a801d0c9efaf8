"""What is told of hours, exits and months."""

from typing import Any

from contracts import declarations as events
from contracts.lines import FIGURES, figure
from contracts.month import Month

from .queries import survey_due
from .row import HOLDER, Figures, Notice, Told


def _exit(event: events.TraineeExited | events.TraineeExitChanged) -> Figures:
    left = event.exit
    return {
        "trainee": event.trainee_id,
        "exit_on": left and left.on,
        "exit_kind": left and left.kind,
        "exit_reason": left and left.reason,
        "proofs_announced": left and left.proofs_announced,
    }


def _left(figures: Figures) -> str:
    if not figures["exit_on"]:
        return "Sortie de {trainee:person} retirée"
    return "Sortie de {trainee:person} le {exit_on:date}" + (", {exit_reason:ExitReason}" if figures["exit_reason"] else "")


def _line(month: Month, saved: events.LineSaved | events.StoredLine) -> Figures:
    cells = {path.replace(".", "_"): figure(saved.line, path) for path in FIGURES}
    return {"month": month, "trainee": saved.trainee_id, "absences": saved.line.absences} | cells


def _month(event: events.MonthConfirmed) -> Figures:
    hours = {
        place: sum(line.attended + line.excused for line in lines)
        for place, lines in (("centre", [line.centre for line in event.lines]), ("company", [line.company for line in event.lines]))
    }
    added = sum(line.added.centre + line.added.company for line in event.lines if line.added)
    about = {"month": event.month, "trainees": len(event.lines), "again": event.again, "passed_over": event.passed_over}
    return about | hours | ({"added": added} if added else {}) | ({"lapsed": len(event.lapsed)} if event.lapsed else {})


def _confirmed(figures: Figures) -> str:
    again = " de nouveau" if figures["again"] else ""
    added = ", dont {added:hours} de maintien après sortie recevable" if figures.get("added") else ""
    passed_over = " ; sans objet : {passed_over:months}" if figures["passed_over"] else ""
    lapsed = " ; à vérifier de nouveau : {lapsed:plural justificatif}" if figures.get("lapsed") else ""
    return (
        "{month:month} confirmé"
        + again
        + ", {trainees:plural stagiaire} : {centre:hours} en centre, {company:hours} en entreprise"
        + added
        + passed_over
        + lapsed
    )


SAVED = "{month:month} : heures de {trainee:person} saisies"
ROWS: tuple[Told[Any], ...] = (
    Told(events.LineSaved, line=SAVED, figures=lambda event: _line(event.month, event)),
    Told(events.MonthFilled, line=SAVED, several=lambda event: [_line(event.month, line) for line in event.lines]),
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
        figures=lambda event: {"month": event.month, "correct_by": event.correct_by},
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
