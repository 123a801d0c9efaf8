"""What `actions` listens to, and what it does about it."""

from collections.abc import Iterable
from uuid import uuid5

from chassis.record import Record
from chassis.service import Outside, Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.actions import (
    AskRefused,
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    OpenAction,
    RegisterTrainee,
    RegisterTrainees,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
)
from contracts.awards import ImportContracts, WithdrawContract
from contracts.calendar import CALENDAR, DayStarted
from contracts.declarations import AmendmentGranted, ClosingGranted, EntryGranted, PathwayGranted, RemovalGranted
from contracts.envelope import NAMESPACE, Actor, Envelope
from contracts.erasure import ErasureDue
from contracts.message import Command
from contracts.outside import contract_of
from contracts.personal import PERSONAL
from contracts.requests import (
    GrantRequest,
    RefuseRequest,
    RequestChange,
    SaveTrainers,
    TakeBackUnlocking,
    UnlockTrainers,
    WithdrawRequest,
)

from . import handlers, store
from .rules.action import Action
from .rules.said import said

PROGRAMME = Actor("programme", "programme")
"""The Region's programme system, as the history names it."""


def contract(record: Record) -> tuple[str, ...]:
    """The one contract that a record from the programme system may touch; without one, an id of its own, under which it is answered."""
    return (contract_of(record.key) or str(uuid5(NAMESPACE, f"{record.topic}/{record.partition}/{record.offset}")),)


def touched(command: Command, envelope: Envelope) -> Iterable[str]:
    """An import is answered under its own id, and awards under the number of each contract (ACT-1)."""
    return [envelope.key, *(contract.number for contract in command.contracts)] if isinstance(command, ImportContracts) else [envelope.key]


service = Service(
    name="actions",
    state=Action,
    records_topic=PERSONAL,
    migrations="actions.migrations",
    keep_records=store.keep,
    says=said,
    subscriptions=(
        Subscription(
            topic="actions.commands",
            keys=touched,
            handlers={
                ImportContracts: handlers.import_contracts,
                WithdrawContract: handlers.withdraw_contract,
                ValidateDates: handlers.validate_dates,
                UnlockDates: handlers.unlock_dates,
                RegisterTrainee: handlers.register_trainee,
                RegisterTrainees: handlers.register_trainees,
                ChangeTrainee: handlers.change_trainee,
                RemoveTrainee: handlers.remove_trainee,
                UnlockTrainee: handlers.unlock_trainee,
                ConfirmEntryDates: handlers.confirm_entry_dates,
                ConfirmTrainers: handlers.confirm_trainers,
                UnlockTrainers: handlers.unlock_trainers,
                SaveTrainers: handlers.save_trainers,
                RequestChange: handlers.request_change,
                WithdrawRequest: handlers.withdraw_request,
                GrantRequest: handlers.grant_request,
                RefuseRequest: handlers.refuse_request,
                TakeBackUnlocking: handlers.take_back_unlocking,
                OpenAction: handlers.open_action,
                DeclareNonOpening: handlers.declare_non_opening,
                CloseAction: handlers.close_action,
            },
        ),
        Subscription(
            topic=EVENTS,
            handlers={
                EntryGranted: handlers.on_entry_granted,
                RemovalGranted: handlers.on_removal_granted,
                PathwayGranted: handlers.on_pathway_granted,
                ClosingGranted: handlers.on_closing_granted,
                AmendmentGranted: handlers.on_amendment_granted,
                AskRefused: handlers.on_ask_refused,
                ErasureDue: handlers.on_erasure_due,
            },
        ),
        Outside(
            "region.contracts",
            handlers.from_programme,
            contract,
            handlers.refuse_programme,
            handlers.REPLIES,
            PROGRAMME,
            creates=True,
        ),
        Ticks(CALENDAR, DayStarted),
    ),
)
