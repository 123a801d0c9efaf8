"""A trainee's sheet once it is decided: what the log may say of it, and the record that holds the rest (PRV-1)."""

from uuid import UUID

from contracts.actions import TraineeRegistered
from contracts.answers import PersonalRef
from contracts.pathways import plan_of
from contracts.personal import TraineeRecord, TraineeSheet, record_id
from contracts.sheets import age_bracket, is_complete

from .action import Action


def described(event: type[TraineeRegistered], action: Action, trainee_id: UUID, sheet: TraineeSheet, version: int) -> TraineeRegistered:
    """What `events` may say of a sheet: codes, and where the rest is."""
    return event(
        trainee_id=trainee_id,
        sheet=PersonalRef(id=record_id(action.number, trainee_id), version=version),
        complete=is_complete(sheet, action.terms.kind),
        paid_by=sheet.paid_by,
        entry_level=sheet.entry_level,
        age_bracket=age_bracket(sheet.birth_date, sheet.entry_date),
        planned_entry=sheet.entry_date,
        pathway=plan_of(sheet.pathway),
    )


def recorded(action: Action, trainee_id: UUID, sheet: TraineeSheet, version: int) -> TraineeRecord:
    """The sheet, for the topic `personal`."""
    return TraineeRecord(id=record_id(action.number, trainee_id), version=version, contract_number=action.number, sheet=sheet)
