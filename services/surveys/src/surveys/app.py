"""What this service listens to, and what it answers."""

from chassis.service import Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.actions import ActionClosed, TraineeEntered, TraineeNeverCame, TraineeRemoved
from contracts.awards import ActionAwarded, ContractReplaced
from contracts.calendar import CALENDAR, DayStarted
from contracts.declarations import MonthConfirmed, MonthReopened, TraineeExitChanged, TraineeExited
from contracts.erasure import ErasureDue
from contracts.personal import PERSONAL
from contracts.surveys import (
    AcknowledgeReport,
    AnswerByLink,
    NoteReport,
    OfferSurveyLinks,
    RecordExitSurvey,
    RecordLaterSurvey,
    SubmitReport,
)

from . import handlers, store
from .rules.outcomes import Outcomes, changed

service = Service(
    name="surveys",
    state=Outcomes,
    records_topic=PERSONAL,
    subscriptions=(
        Subscription(
            EVENTS,
            {
                ActionAwarded: handlers.on_action_awarded,
                ContractReplaced: handlers.on_action_awarded,
                TraineeEntered: handlers.on_trainee_entered,
                TraineeNeverCame: handlers.on_trainee_gone,
                TraineeRemoved: handlers.on_trainee_gone,
                TraineeExited: handlers.on_trainee_exited,
                TraineeExitChanged: handlers.on_trainee_exited,
                MonthConfirmed: handlers.on_month_confirmed,
                MonthReopened: handlers.on_month_reopened,
                ActionClosed: handlers.on_action_closed,
                ErasureDue: handlers.on_erasure_due,
            },
        ),
        Subscription(
            "surveys.commands",
            {
                RecordExitSurvey: handlers.record_exit_survey,
                RecordLaterSurvey: handlers.record_later_survey,
                OfferSurveyLinks: handlers.offer_survey_links,
                AnswerByLink: handlers.answer_by_link,
                SubmitReport: handlers.submit_report,
                AcknowledgeReport: handlers.acknowledge_report,
                NoteReport: handlers.note_report,
            },
        ),
        Ticks(CALENDAR, DayStarted, keys=store.woken_by, handle=handlers.on_day),
    ),
    migrations="surveys.migrations",
    keep_records=store.keep,
    says=changed,
)
