"""What `declarations` listens to, and what it does about it."""

from chassis.service import Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.actions import (
    ActionOpened,
    ClosingRequested,
    DatesValidated,
    EntryRequested,
    PathwayRequested,
    RemovalRequested,
    TraineeChanged,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRegistered,
    TraineeRemoved,
)
from contracts.awards import ActionAwarded, ContractReplaced
from contracts.billing import InvoiceRejected
from contracts.calendar import CALENDAR, DayStarted
from contracts.declarations import ConfirmMonth, FillMonth, SaveLine, SetExit
from contracts.proofs import NoteProofs, SendProof, WithdrawProof
from contracts.requests import AmendmentRequested, ChangeRequested, RequestRefused, RequestWithdrawn

from . import handlers
from .rules.action import Action
from .rules.said import said

service = Service(
    name="declarations",
    state=Action,
    migrations="declarations.migrations",
    says=said,
    subscriptions=(
        Subscription(
            topic="declarations.commands",
            handlers={
                SaveLine: handlers.save_line,
                SetExit: handlers.set_exit,
                FillMonth: handlers.fill_month,
                ConfirmMonth: handlers.confirm_month,
                SendProof: handlers.send_proof,
                WithdrawProof: handlers.withdraw_proof,
                NoteProofs: handlers.note_proofs,
            },
        ),
        Subscription(
            topic=EVENTS,
            handlers={
                ActionAwarded: handlers.on_action_awarded,
                ContractReplaced: handlers.on_action_awarded,
                DatesValidated: handlers.on_dates_validated,
                ActionOpened: handlers.on_action_opened,
                TraineeRegistered: handlers.on_trainee_registered,
                TraineeChanged: handlers.on_trainee_registered,
                TraineeEntered: handlers.on_trainee_entered,
                TraineeNeverCame: handlers.on_trainee_off_the_list,
                TraineeRemoved: handlers.on_trainee_off_the_list,
                EntryRequested: handlers.on_ask,
                RemovalRequested: handlers.on_ask,
                PathwayRequested: handlers.on_ask,
                ClosingRequested: handlers.on_ask,
                AmendmentRequested: handlers.on_ask,
                ChangeRequested: handlers.on_change_requested,
                RequestWithdrawn: handlers.on_request_decided,
                RequestRefused: handlers.on_request_decided,
                InvoiceRejected: handlers.on_invoice_rejected,
            },
            on_discard={
                EntryRequested: handlers.on_discarded_ask,
                RemovalRequested: handlers.on_discarded_ask,
                PathwayRequested: handlers.on_discarded_ask,
                ClosingRequested: handlers.on_discarded_ask,
                AmendmentRequested: handlers.on_discarded_ask,
            },
        ),
        Ticks(CALENDAR, DayStarted),
    ),
)
