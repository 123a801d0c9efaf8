"""What is told of surveys, at the exit and later, and of the outcomes report."""

from collections.abc import Iterator
from typing import Any

from contracts import surveys as events

from .row import AGENTS, HOLDER, Figures, Notice, Told


def _figures(event: events.ReportSubmitted | events.ReportFiguresChanged) -> Figures:
    told = event.figures
    return {"entered": told.entered, "centre_hours": told.centre_hours, "company_hours": told.company_hours}


def _later(event: events.LaterSurveyRecorded) -> Figures:
    told = {f"{event.survey}_situation": event.situation, f"{event.survey}_employment": event.contract}
    return {"trainee": event.trainee_id, "survey": event.survey, **told}


def _due(event: events.SurveysFellDue) -> Iterator[Figures]:
    for trainee in event.trainees:
        yield {"trainee": trainee, "survey": event.survey, "again": event.again}


def _line_due(figures: Figures) -> str:
    what = "{trainee:person} : enquête {survey:SurveyKind} "
    return what + ("toujours à remplir, rappel envoyé" if figures["again"] else "à remplir")


def _offered(event: events.SurveyLinkOffered) -> Figures:
    mailed = {"by_mail": True} if event.by_mail else {}
    return {"trainee": event.link.trainee_id, "survey": event.survey, "until": event.last_day, **mailed}


def _line_offered(figures: Figures) -> str:
    what = "{trainee:person} : lien personnel pour l’enquête {survey:SurveyKind}"
    return f"{what}{', par courriel' if figures.get('by_mail') else ''}, valable jusqu’au {{until:date}}"


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ExitSurveyRecorded,
        line="{trainee:person} : fiche de suivi à la sortie remplie",
        figures=lambda event: {"trainee": event.trainee_id, "situation": event.situation, "employment": event.contract},
    ),
    Told(
        events.SurveysFellDue,
        line=_line_due,
        several=_due,
        figures=lambda event: {"survey": event.survey, "surveys": len(event.trainees)},
        notices=(
            Notice(
                HOLDER,
                "later_survey_due",
                "info",
                "Enquêtes {survey:SurveyKind} à remplir",
                "{action} : {surveys:plural enquête} {survey:SurveyKind}, à remplir dès maintenant.",
                "Remplir les enquêtes",
                "/actions/{contract}/enquetes",
                when=lambda event: not event.again,
            ),
            Notice(
                HOLDER,
                "later_survey_reminder",
                "warn",
                "Rappel : enquêtes {survey:SurveyKind}",
                "{action} : {surveys:plural enquête} {survey:SurveyKind}, toujours à remplir depuis trente jours.",
                "Remplir les enquêtes",
                "/actions/{contract}/enquetes",
                when=lambda event: event.again,
            ),
        ),
    ),
    Told(
        events.SurveyLinkOffered,
        line=_line_offered,
        figures=_offered,
    ),
    Told(
        events.SurveyLinkEnded,
        line="{trainee:person} : le lien personnel pour l’enquête {survey:SurveyKind} ne permet plus de répondre",
        figures=lambda event: {"trainee": event.trainee_id, "survey": event.survey},
    ),
    Told(events.LaterSurveyRecorded, line="{trainee:person} : enquête {survey:SurveyKind} remplie", figures=_later),
    Told(
        events.ReportSubmitted,
        line="Bilan pédagogique envoyé",
        figures=_figures,
        notices=(
            Notice(
                AGENTS,
                "report_submitted",
                "wait",
                "Bilan pédagogique envoyé",
                "{organisation}, {action} : la réception est à accuser.",
                "Accuser réception",
                "/region/bilans/{contract}",
            ),
        ),
    ),
    Told(
        events.ReportFiguresChanged,
        line="Les chiffres ne sont plus ceux du bilan envoyé : {centre_hours:hours} en centre, {company_hours:hours} en entreprise",
        figures=_figures,
        notices=(
            Notice(
                HOLDER,
                "report_figures_changed",
                "info",
                "Chiffres du bilan modifiés",
                "{action} : une correction a changé des chiffres depuis l’envoi du bilan. Le bilan envoyé reste tel quel.",
                "Voir le bilan",
                "/actions/{contract}/bilan",
            ),
            Notice(
                AGENTS,
                "report_figures_changed_since",
                "warn",
                "Chiffres d’un bilan modifiés",
                "{organisation}, {action} : une correction a changé des chiffres depuis l’envoi du bilan.",
                "Comparer",
                "/region/bilans/{contract}",
            ),
        ),
    ),
    Told(
        events.ReportNoted,
        line="Note de la Région sur le bilan, sans accusé de réception",
        figures=lambda event: {"text": event.text.id},
        notices=(
            Notice(
                HOLDER,
                "report_noted",
                "info",
                "La Région vous écrit : bilan pédagogique",
                "{action} : le bilan envoyé reste tel quel.",
                "Lire la note",
                "/actions/{contract}/bilan#notes",
            ),
        ),
    ),
    Told(
        events.ReportAcknowledged,
        line="Réception du bilan accusée",
        notices=(
            Notice(
                HOLDER,
                "report_acknowledged",
                "ok",
                "Bilan reçu par la Région",
                "{action} : la Région accuse réception du bilan pédagogique.",
                "Voir l’action",
                "/actions/{contract}",
            ),
        ),
    ),
)
