"""Which documents a month calls for, what was sent, and what the Region noted (DEC-10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from contracts.codes import ADMISSIBLE, PROOF_OF_EXIT, AbsenceReason, ExitReason, Place, ProofKind, ProofNote
from contracts.declarations import Absence, ConfirmedLine, MonthConfirmed
from contracts.month import Month
from contracts.proofs import MOST_FILES, NotedProof, ProofSent, ProofsNoted, ProofWithdrawn
from declarations.rules.action import Action
from tests.guide import day
from tests.rules.declarations.declared_action import BORG, NADAL, DeclaredAction, absence, codes, early, faults, noted, proof

FIRST, SECOND = UUID(int=701), UUID(int=702)
ABSENT = absence("2007-09-10", "2007-09-10", AbsenceReason.FAMILY, Place.CENTRE, "7")
RECEIVED, MISSING = ProofNote.RECEIVED, ProofNote.MISSING
Was = ProofNote | Literal["nothing"] | None


def absent(month: str = "2007-09") -> DeclaredAction:
    """BORG was excused for seven hours, NADAL was not, and the month is confirmed."""
    action = DeclaredAction(trainees=(BORG, NADAL)).saves(BORG, "2007-09", "100 7 0 0 0 0", ABSENT)
    return action.saves(NADAL, "2007-09", "107 0 0 0 0 0").confirms("2007-09")


def lines(action: DeclaredAction) -> dict[UUID, ConfirmedLine]:
    """Of the month that was confirmed last."""
    (confirmed,) = [event for event in action.said if isinstance(event, MonthConfirmed)]
    return {line.trainee_id: line for line in confirmed.lines}


def called(action: DeclaredAction) -> dict[UUID, tuple[ProofKind, ...]]:
    return {trainee_id: line.proofs or () for trainee_id, line in lines(action).items()}


def test_dec_10_excused_hours_call_for_one_proof_whatever_their_place_and_number_of_absences() -> None:
    assert called(absent()) == {BORG: (ProofKind.ABSENCE,), NADAL: ()}
    both = absence("2007-09-12", "2007-09-13", AbsenceReason.SUMMONS, Place.COMPANY, "3")
    action = DeclaredAction().saves(BORG, "2007-09", "100 7 0 20 3 0", ABSENT, both).confirms("2007-09")
    assert called(action) == {BORG: (ProofKind.ABSENCE,)}


def test_dec_10_unexcused_hours_call_for_none() -> None:
    late = absence("2007-09-10", "2007-09-10", AbsenceReason.LATE, Place.CENTRE, "1")
    assert called(DeclaredAction().saves(BORG, "2007-09", "100 0 1 0 0 0", late).confirms("2007-09")) == {BORG: ()}


@pytest.mark.parametrize("reason", list(ExitReason))
def test_dec_10_an_admissible_exit_calls_for_the_document_of_its_reason_in_its_month_alone(reason: ExitReason) -> None:
    left = early("2007-09-20", reason, proofs=reason in ADMISSIBLE)
    action = DeclaredAction(trainees=(BORG, NADAL)).leaves(BORG, left).declares("2007-09", "50 0 0 0 0 0")
    assert called(action)[BORG] == ((PROOF_OF_EXIT[reason],) if reason in ADMISSIBLE else ())
    assert not any(called(action.declares("2007-10")).values()), "what the exit adds later is covered by the same document"


def test_dec_10_every_admissible_reason_has_its_document() -> None:
    assert PROOF_OF_EXIT.keys() == ADMISSIBLE


def test_dec_10_nothing_of_the_proofs_moves_an_hour() -> None:
    action = absent()
    before = lines(action)
    action.sends(proof("2007-09", BORG), FIRST).is_noted(noted(proof("2007-09", BORG), MISSING, FIRST))
    again = lines(action.rejects("2007-09").confirms("2007-09", on="2008-03-20"))
    assert again == before and again[BORG].centre.excused == Decimal(7)


def test_dec_10_a_file_is_told_with_its_digest_and_what_was_noted_before_it_counts_no_more() -> None:
    key = proof("2007-09", BORG)
    action = absent().is_noted(noted(key, MISSING)).sends(key, FIRST)
    (event,) = action.said
    assert isinstance(event, ProofSent) and (event.proof, event.file_id, event.file.size) == (key, FIRST, 1000)
    assert action.is_noted(noted(key, MISSING, FIRST)).said == [ProofsNoted(proofs=(NotedProof(**key.model_dump(), note=MISSING),))]


def test_dec_10_a_file_that_was_received_is_neither_withdrawn_nor_completed() -> None:
    key = proof("2007-09", BORG)
    action = absent().sends(key, FIRST).is_noted(noted(key, RECEIVED, FIRST))
    assert codes(lambda: action.withdraws(key, FIRST)) == ["proof-already-received"]
    assert codes(lambda: action.sends(key, SECOND)) == ["proof-already-received"]


def test_dec_10_a_file_is_withdrawn_once_and_what_is_not_there_changes_nothing() -> None:
    key = proof("2007-09", BORG)
    action = absent().sends(key, FIRST).withdraws(key, FIRST)
    assert action.said == [ProofWithdrawn(proof=key, file_id=FIRST)]
    assert action.withdraws(key, FIRST).said == []


def test_dec_10_a_proof_has_five_files_at_most() -> None:
    key, action = proof("2007-09", BORG), absent()
    for number in range(MOST_FILES):
        action.sends(key, UUID(int=800 + number))
    assert codes(lambda: action.sends(key, FIRST)) == ["too-many-proof-files"]
    assert action.withdraws(key, UUID(int=800)).sends(key, FIRST).said


@pytest.mark.parametrize(
    "key",
    [proof("2007-09", NADAL), proof("2007-09", BORG, ProofKind.PERSONAL), proof("2007-10", BORG), proof("2020-01", BORG)],
    ids=["nothing excused", "another document", "a month that is not confirmed", "a month that is none of the action's"],
)
def test_dec_10_only_what_a_confirmed_month_calls_for_is_sent_withdrawn_or_noted(key) -> None:
    action = absent()
    for asked in (lambda: action.sends(key, FIRST), lambda: action.withdraws(key, FIRST), lambda: action.is_noted(noted(key, RECEIVED))):
        assert codes(asked) == ["proof-not-called-for"]


def test_dec_10_one_proof_that_cannot_be_noted_and_none_is() -> None:
    action = absent()
    good, bad = noted(proof("2007-09", BORG), RECEIVED), noted(proof("2007-09", NADAL), RECEIVED)
    assert [(fault.code, fault.item) for fault in faults(lambda: action.is_noted(good, bad))] == [("proof-not-called-for", str(NADAL))]
    assert action.is_noted(good).said, "it had not been noted"


def test_dec_10_the_same_noted_twice_is_said_once() -> None:
    seen = noted(proof("2007-09", BORG), RECEIVED)
    assert absent().is_noted(seen).is_noted(seen).said == []


def test_dec_10_a_file_that_came_meanwhile_is_not_noted_unseen() -> None:
    key = proof("2007-09", BORG)
    action = absent().sends(key, FIRST)
    assert codes(lambda: action.is_noted(noted(key, RECEIVED))) == ["changed-meanwhile"]
    action.withdraws(key, FIRST).sends(key, SECOND)
    assert codes(lambda: action.is_noted(noted(key, RECEIVED, FIRST))) == ["changed-meanwhile"]
    assert action.is_noted(noted(key, RECEIVED, SECOND)).said


def test_dec_10_what_is_missing_can_be_sent_while_the_month_is_reopened_and_noted_once_it_is_confirmed_again() -> None:
    key = proof("2007-09", BORG)
    action = absent().is_noted(noted(key, MISSING)).rejects("2007-09").sends(key, FIRST)
    assert codes(lambda: action.is_noted(noted(key, RECEIVED, FIRST))) == ["proofs-wait-for-correction"]
    assert called(action.confirms("2007-09", on="2008-03-20"))[BORG] == (ProofKind.ABSENCE,)
    assert action.is_noted(noted(key, RECEIVED, FIRST)).said, "its file is still there"


def test_dec_10_what_a_corrected_month_no_longer_calls_for_is_forgotten_with_its_files() -> None:
    key = proof("2007-09", BORG)
    action = absent().sends(key, FIRST).rejects("2007-09").saves(BORG, "2007-09", "107 0 0 0 0 0").confirms("2007-09", on="2008-03-20")
    assert called(action) == {BORG: (), NADAL: ()}
    assert codes(lambda: action.withdraws(key, FIRST)) == ["proof-not-called-for"]


FIRST_WEEK = absence("2007-09-10", "2007-09-14", AbsenceReason.FAMILY, Place.CENTRE, "35")
LATE = absence("2007-09-18", "2007-09-18", AbsenceReason.LATE, Place.CENTRE, "1")


@pytest.mark.parametrize(
    ("typed", "absences", "note"),
    [
        ("100 7 0 0 0 0", (ABSENT,), RECEIVED),
        ("93 7 0 0 0 0", (ABSENT,), RECEIVED),
        ("99 7 1 0 0 0", (ABSENT, LATE), RECEIVED),
        ("72 35 0 0 0 0", (FIRST_WEEK,), None),
        ("100 7 0 0 0 0", (absence("2007-09-11", "2007-09-11", AbsenceReason.FAMILY, Place.CENTRE, "7"),), None),
        ("100 7 0 0 0 0", (absence("2007-09-10", "2007-09-10", AbsenceReason.SUMMONS, Place.CENTRE, "7"),), None),
    ],
    ids=["as before", "fewer attended hours", "an hour too late besides", "more excused hours", "another day", "another reason"],
)
def test_dec_10_what_was_noted_counts_no_more_once_the_excused_absences_are_corrected(
    typed: str, absences: tuple[Absence, ...], note: ProofNote | None
) -> None:
    key = proof("2007-09", BORG)
    action = absent().sends(key, FIRST).is_noted(noted(key, RECEIVED, FIRST)).rejects("2007-09")
    action.saves(BORG, "2007-09", typed, *absences).confirms("2007-09", on="2008-03-20")
    (confirmed,) = action.said
    assert isinstance(confirmed, MonthConfirmed) and confirmed.lapsed == (() if note else (key,))
    (kept,) = action.state.declaration(key.month).proofs
    assert kept.note is note and kept.files == (FIRST,)
    if note is None:
        assert action.sends(key, SECOND).said, "the other absences have their document too"


def test_dec_10_the_same_absences_in_another_order_are_the_same() -> None:
    key, other = proof("2007-09", BORG), absence("2007-09-12", "2007-09-12", AbsenceReason.SUMMONS, Place.CENTRE, "3")
    action = DeclaredAction().saves(BORG, "2007-09", "100 10 0 0 0 0", ABSENT, other).confirms("2007-09").is_noted(noted(key, RECEIVED))
    action.rejects("2007-09").saves(BORG, "2007-09", "100 10 0 0 0 0", other, ABSENT).confirms("2007-09", on="2008-03-20")
    assert action.state.declaration(key.month).proofs[0].note is RECEIVED


@pytest.mark.parametrize(("on", "note"), [("2007-09-20", RECEIVED), ("2007-09-21", None)])
def test_dec_10_what_was_noted_of_an_exit_counts_no_more_once_its_day_is_another(on: str, note: ProofNote | None) -> None:
    key = proof("2007-09", BORG, ProofKind.EMPLOYMENT)
    left = early("2007-09-20", ExitReason.EMPLOYMENT, proofs=True)
    action = DeclaredAction(trainees=(BORG, NADAL)).leaves(BORG, left).declares("2007-09", "50 0 0 0 0 0").is_noted(noted(key, RECEIVED))
    action.rejects("2007-09").leaves(BORG, early(on, ExitReason.EMPLOYMENT, proofs=True)).confirms("2007-09", on="2008-03-20")
    assert action.state.declaration(key.month).proofs[0].note is note


def test_dec_10_what_was_noted_before_months_kept_what_it_was_of_stays() -> None:
    key = proof("2007-09", BORG)
    action = absent().is_noted(noted(key, RECEIVED)).rejects("2007-09")
    known = action.state.declaration(key.month)
    older = replace(known, proofs=tuple(replace(each, proves=None) for each in known.proofs))
    action.state = action.state.with_declaration(key.month, older)
    action.saves(BORG, "2007-09", "72 35 0 0 0 0", FIRST_WEEK).confirms("2007-09", on="2008-03-20")
    assert action.state.declaration(key.month).proofs[0].note is RECEIVED


def test_dec_10_what_a_proof_is_of_is_kept_with_the_state() -> None:
    left = early("2007-09-20", ExitReason.EMPLOYMENT, proofs=True)
    action = DeclaredAction(trainees=(BORG, NADAL)).leaves(NADAL, left).saves(BORG, "2007-09", "100 7 0 0 0 0", ABSENT)
    state = action.saves(NADAL, "2007-09", "50 0 0 0 0 0").confirms("2007-09").state
    assert {type(each.proves) for each in state.declaration(Month("2007-09")).proofs} == {tuple, date}
    stored = TypeAdapter(Action)
    assert stored.validate_json(stored.dump_json(state)) == state


@pytest.mark.parametrize(("was", "refused"), [(None, False), (MISSING, False), (RECEIVED, True), ("nothing", True)])
def test_acc_08_what_another_agent_noted_meanwhile_is_not_noted_over_unseen(was: Was, refused: bool) -> None:
    key = proof("2007-09", BORG)
    action = absent().is_noted(noted(key, MISSING))
    seen = noted(key, RECEIVED).model_copy(update={"was": was})
    if refused:
        assert codes(lambda: action.is_noted(seen)) == ["changed-meanwhile"]
    else:
        assert action.is_noted(seen).said
    assert absent().is_noted(noted(key, RECEIVED).model_copy(update={"was": "nothing"})).said
    assert absent().is_noted(noted(key, RECEIVED)).is_noted(noted(key, RECEIVED).model_copy(update={"was": MISSING})).said == []


def test_dec_10_an_exit_that_moves_to_another_month_takes_its_document_along() -> None:
    left = early("2007-10-20", ExitReason.EMPLOYMENT, proofs=True)
    action = DeclaredAction(trainees=(BORG, NADAL)).declares("2007-09").leaves(BORG, left).declares("2007-10", "50 0 0 0 0 0")
    assert called(action)[BORG] == (ProofKind.EMPLOYMENT,)
    action.rejects("2007-10").leaves(BORG, early("2007-10-25", ExitReason.PERSONAL, proofs=True)).confirms("2007-10", on="2008-03-20")
    assert called(action)[BORG] == (ProofKind.PERSONAL,), "another reason, another document"
    assert codes(lambda: action.sends(proof("2007-10", BORG, ProofKind.EMPLOYMENT), FIRST)) == ["proof-not-called-for"]


def test_dec_10_a_proof_is_sent_after_the_end_of_the_action_too() -> None:
    assert absent().state.planned_end == day("2008-06-27")
    assert absent().sends(proof("2007-09", BORG), FIRST).said
