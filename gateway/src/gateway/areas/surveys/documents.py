"""Surveys and the outcomes report as documents (DOC-1, SUR-1 to SUR-3)."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from contracts.codes import SurveyKind
from contracts.month import paris_day
from contracts.surveys import ReportFigures, due_on
from gateway.areas.action.action import Action
from gateway.areas.action.paper import REPORTS, SIGNED, paper_of
from gateway.areas.action.queries.surveys import SurveyRow, load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Block, Column, Facts, Heading, Note, Paper, Paragraph, Table
from gateway.web.papers import Document
from gateway.words.french import date_long, date_short, hours
from gateway.words.labels import inside, label_of

from .asking import ADDRESSES
from .figures import COUNTS, HOURS, situations_of
from .queries import ReportView, load_report

WHEN = {
    SurveyKind.EXIT: "à leur sortie",
    SurveyKind.SIX_MONTHS: "six mois après leur sortie",
    SurveyKind.ONE_YEAR: "un an après leur sortie",
}


async def documents_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """Each survey once it is due of somebody, the report once it is sent."""
    number, listed, sent = visit.contract, [], (visit.action.report or {}).get("submitted_at")
    for address, survey in ADDRESSES.items():
        first = visit.action.first_exit
        if first and (survey is SurveyKind.EXIT or due_on(survey, first) <= visit.today):
            title, load = f"Enquête {inside(survey)}", partial(_load_surveys, visit, day, survey)
            what = f"La situation des stagiaires {WHEN[survey]}."
            listed.append(Document(f"enquete-{address}-{number}", REPORTS, title, what, day, load))
    if sent:
        what = "Les chiffres de l’action et le texte, tels qu’ils ont été envoyés."
        made = partial(_load_report, visit, day)
        on = paris_day(datetime.fromisoformat(sent))
        listed.append(Document(f"bilan-{number}", REPORTS, "Bilan pédagogique", what, on, made, speaks="Envoyé le"))
    return listed


async def _load_surveys(visit: ActionVisit, day: date, survey: SurveyKind) -> Paper:
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    return surveys(visit.action, visit.portal.settings.region, day, survey, rows)


def surveys(action: Action, region: str, day: date, survey: SurveyKind, trainees: Sequence[SurveyRow]) -> Paper:
    """What became of each trainee who left, then (SUR-1) or since (SUR-3)."""
    name = inside(survey)
    columns = (
        *(Column("Stagiaire", share=3), Column("Date de début"), Column("Date de fin"), Column("Sortie anticipée", share=2)),
        *(Column(f"Situation {name}", share=3), Column("Contrat de travail", share=2)),
    )
    rows = tuple(
        (
            *(row.name, date_short(row.entered_on), date_short(row.exit.on) if row.exit else "en formation"),
            label_of(row.exit.reason, "ExitReason") if row.exit and row.exit.reason else "",
            *_answer(row, survey, day),
        )
        for row in trainees
    )
    answered = sum(1 for row in trainees if survey in row.answers)
    table = Table(f"Situation des stagiaires {WHEN[survey]}", columns, rows, nothing="Aucun stagiaire entré.")
    counted = Note(f"{answered} fiches remplies, pour {sum(1 for row in trainees if row.exit)} stagiaires sortis.")
    return paper_of(action, region, f"Enquête {name}", day, table, counted, landscape=True)


def _answer(row: SurveyRow, survey: SurveyKind, day: date) -> tuple[str, str]:
    if answer := row.answers.get(survey):
        return label_of(answer.situation, "Situation"), label_of(answer.contract, "EmploymentContract")
    due = row.due_on(survey)
    return "" if due is None else "à remplir" if row.state(survey, day) == "due" else f"à partir du {date_short(due)}", ""


async def _load_report(visit: ActionVisit, day: date) -> Paper:
    report = await load_report(visit.db, visit.viewer, visit.contract)
    assert report
    return outcomes_report(visit.action, visit.portal.settings.region, day, report)


def outcomes_report(action: Action, region: str, day: date, report: ReportView) -> Paper:
    """The report as it was sent, and the figures that a correction has made others since (SUR-2)."""
    acknowledged = f"Reçu par la Région le {date_long(report.acknowledged_at)}" if report.acknowledged_at else "Réception à enregistrer"
    return paper_of(
        action,
        region,
        "Bilan pédagogique",
        paris_day(report.submitted_at) if report.submitted_at else day,
        Heading("Chiffres de l’action"),
        *_figures(report.figures),
        *_changed(report),
        Heading("Texte du bilan"),
        Paragraph(report.text or "Aucun texte."),
        Note(f"{acknowledged}."),
        SIGNED,
        day_said=f"Envoyé le {date_long(report.submitted_at)}" if report.submitted_at else "",
    )


def _figures(figures: ReportFigures) -> tuple[Block, ...]:
    counts = tuple((name, str(getattr(figures, field))) for field, name in COUNTS.items())
    worked = tuple((name, hours(getattr(figures, field))) for field, name in HOURS.items())
    columns = (Column("Situation à la sortie", share=1), Column("Stagiaires", Align.END))
    rows = tuple((name, str(count)) for name, count in situations_of(figures).items())
    table = Table("Stagiaires par situation à la sortie", columns, rows, nothing="Aucune situation connue.")
    return Facts((*counts, *worked)), table


def _changed(report: ReportView) -> tuple[Block, ...]:
    if not report.changed:
        return ()
    columns = (Column("Chiffre", share=1), Column("Bilan envoyé", Align.END), Column("Depuis", Align.END))
    rows = tuple((figure.name, figure.sent, figure.now) for figure in report.changed)
    return (Table("Chiffres qu’une correction a changés depuis l’envoi", columns, rows),)
