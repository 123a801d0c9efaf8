"""The proofs that months call for, looked at from the log alone (DEC-10, PRV-1)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from auditor.finding import Promise
from auditor.promises.proofs import erased, proofs
from auditor.promises.views import views
from contracts.codes import ExitKind, ExitReason, ProofFormat, ProofKind, ProofNote
from contracts.declarations import ConfirmedLine, Exit, MonthConfirmed, TraineeExited
from contracts.month import Month
from contracts.proofs import NotedProof, ProofFile, ProofKey, ProofSent, ProofsNoted, ProofWithdrawn
from tests.rules.auditor.story import ANNE, BRUNO, SEPTEMBER, Story, confirmed, opened
from tests.rules.auditor.test_auditor_views import shown

FILE = UUID(int=71)
ABSENCE = ProofKey(month=SEPTEMBER, trainee_id=ANNE, kind=ProofKind.ABSENCE)


def listing(line: ConfirmedLine, *kinds: ProofKind) -> ConfirmedLine:
    return line.model_copy(update={"proofs": kinds})


def called(anne: tuple[ProofKind, ...] = (ProofKind.ABSENCE,), bruno: tuple[ProofKind, ...] = (ProofKind.EMPLOYMENT,)) -> Story:
    """In September Anne was excused for ten hours, and Bruno left for a job."""
    story = opened()
    left = Exit(on=date(2007, 9, 20), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)
    story.say(TraineeExited(trainee_id=BRUNO, exit=left, version=1))
    lines = (listing(confirmed(ANNE, 90, 10, 5, 20), *anne), listing(confirmed(BRUNO, 50), *bruno))
    story.say(MonthConfirmed(month=SEPTEMBER, lines=lines))
    return story


def sent(key: ProofKey = ABSENCE) -> ProofSent:
    return ProofSent(proof=key, file_id=FILE, file=ProofFile(format=ProofFormat.PDF, size=10, sha256="0" * 64))


def noted(note: ProofNote) -> ProofsNoted:
    return ProofsNoted(proofs=(NotedProof(**ABSENCE.model_dump(), note=note),))


def test_dec_10_a_month_that_calls_for_the_documents_of_its_hours_and_exits_is_in_order() -> None:
    story = called()
    story.say(sent())
    story.say(noted(ProofNote.RECEIVED))
    assert list(proofs(story.history())) == []


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(lambda: called(anne=()), id="an absence without a document"),
        pytest.param(lambda: called(anne=(ProofKind.ABSENCE, ProofKind.PERSONAL)), id="a document too many"),
        pytest.param(lambda: called(bruno=()), id="an exit without a document"),
        pytest.param(lambda: called(bruno=(ProofKind.PERSONAL,)), id="the document of another reason"),
    ],
)
def test_dec_10_a_month_that_calls_for_others_is_named(story: Callable[[], Story]) -> None:
    (finding,) = proofs(story().history())
    assert finding.promise is Promise.PROOFS and SEPTEMBER in finding.what


def test_dec_10_what_nobody_asked_for_and_somebody_sent_or_noted_is_named() -> None:
    story = called()
    story.say(sent(ABSENCE.model_copy(update={"month": Month("2007-10")})))
    story.say(ProofWithdrawn(proof=ABSENCE.model_copy(update={"kind": ProofKind.PERSONAL}), file_id=FILE))
    assert [finding.promise for finding in proofs(story.history())] == [Promise.PROOFS, Promise.PROOFS]


def test_dec_10_a_month_that_was_confirmed_before_months_said_it_is_left_alone() -> None:
    story = opened()
    story.say(MonthConfirmed(month=SEPTEMBER, lines=(confirmed(ANNE, 90, 10, 5, 20),)))
    assert list(proofs(story.history())) == []


@pytest.mark.parametrize(("excused", "lapsed", "named"), [(10, (), 0), (35, (ABSENCE,), 0), (35, (), 1), (35, None, 0)])
def test_dec_10_a_note_that_outlives_other_excused_hours_is_named(excused: int, lapsed: tuple[ProofKey, ...] | None, named: int) -> None:
    story, bruno = opened(), listing(confirmed(BRUNO, 50))
    first = (listing(confirmed(ANNE, 90, 10, 5, 20), ProofKind.ABSENCE), bruno)
    story.say(MonthConfirmed(month=SEPTEMBER, lines=first, lapsed=None if lapsed is None else ()))
    story.say(noted(ProofNote.RECEIVED))
    again = (listing(confirmed(ANNE, 60, excused, 5, 20), ProofKind.ABSENCE), bruno)
    story.say(MonthConfirmed(month=SEPTEMBER, lines=again, again=True, lapsed=lapsed))
    assert [finding.promise for finding in proofs(story.history())] == [Promise.PROOFS] * named


def story_lines() -> tuple[ConfirmedLine, ...]:
    return listing(confirmed(ANNE, 90, 10, 5, 20), ProofKind.ABSENCE), listing(confirmed(BRUNO, 50))


def told_and_shown(note: str | None, *, with_file: bool = True) -> Story:
    """Confirmed again with a document for Anne, a file sent and found missing all the same; the portal shows this."""
    story, lines = shown(), story_lines()
    story.say(MonthConfirmed(month=SEPTEMBER, lines=lines, again=True))
    story.say(sent())
    story.say(noted(ProofNote.MISSING))
    rows = [row for row in story.held["gateway", "months"] if row["month"] != SEPTEMBER]
    story.held["gateway", "months"] = rows
    story.hold("gateway", "months", month=SEPTEMBER, confirmed=[each.model_dump(mode="json") for each in lines])
    story.hold("gateway", "proofs", month=SEPTEMBER, trainee_id=str(ANNE), kind="absence", note=note)
    if with_file:
        story.hold("gateway", "proof_files", file_id=str(FILE), month=SEPTEMBER, trainee_id=str(ANNE), kind="absence", sha256="0" * 64)
    return story


def test_dec_10_the_portal_shows_what_was_sent_and_noted() -> None:
    assert list(views(told_and_shown("missing").history())) == []
    assert [finding.promise for finding in views(told_and_shown("received").history())] == [Promise.VIEWS]
    assert [finding.promise for finding in views(told_and_shown("missing", with_file=False).history())] == [Promise.VIEWS]


@pytest.mark.parametrize(("note", "named"), [(None, 0), ("missing", 1)])
def test_dec_10_what_was_noted_and_counts_no_more_is_shown_no_more(note: str | None, named: int) -> None:
    story = told_and_shown(note)
    story.say(MonthConfirmed(month=SEPTEMBER, lines=story_lines(), again=True, lapsed=(ABSENCE,)))
    assert len(list(views(story.history()))) == named


def test_dec_10_what_a_corrected_month_calls_for_no_more_is_shown_no_more() -> None:
    story = told_and_shown("missing")
    lines = (listing(confirmed(ANNE, 100, 0, 5, 20)), listing(confirmed(BRUNO, 50)))
    story.say(MonthConfirmed(month=SEPTEMBER, lines=lines, again=True))
    rows = story.held["gateway", "months"]
    story.held["gateway", "months"] = [
        {**row, "confirmed": [each.model_dump(mode="json") for each in lines]} if row["month"] == SEPTEMBER else row for row in rows
    ]
    assert len(list(views(story.history()))) == 2, "the proof and its file"


def test_prv_01_a_file_of_somebody_who_is_erased_is_named() -> None:
    story = called()
    assert list(erased(story.history())) == []
    story.hold("gateway", "left_behind", file_id=str(FILE))
    (finding,) = erased(story.history())
    assert finding.promise is Promise.PRIVATE and str(FILE) in finding.what
