"""What is told of exit surveys and the outcomes report."""

from typing import Any

from contracts import surveys as events

from .row import AGENTS, HOLDER, Notice, Told

ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ExitSurveyRecorded,
        line="{trainee:person} : fiche de suivi à la sortie remplie",
        figures=lambda event: {"trainee": event.trainee_id, "situation": event.situation, "contract": event.contract},
    ),
    Told(
        events.ReportSubmitted,
        line="Bilan pédagogique envoyé",
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
