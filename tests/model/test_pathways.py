"""Pathways through the handlers of all services: whichever comes first, hours or fewer of them planned, the other gives way (TRN-3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.actions import ChangeTrainee, TraineeChanged, UnlockTrainee
from contracts.codes import RequestObject
from contracts.declarations import ConfirmMonth, Line, PlaceFigures, SaveLine
from contracts.month import Month
from contracts.requests import GrantRequest, RequestChange, RequestGranted, SheetChange
from tests import guide
from tests.model.memory import Memory
from tests.model.played import START, Choice, PlayedAction, opened

MONTH = Month.of(START)
RATES = (Decimal("5.00"), Decimal("0.95"))
LATER = START + timedelta(days=20)


def individualised(memory: Memory) -> PlayedAction:
    """One trainee in training, planned for 100 h in centre and 60 h in a company."""
    hours = (Decimal(100), Decimal(60))
    (action,) = opened(
        memory,
        [Choice(guide.SIRET, is_taxed=False, monthly=True, trainees=1, absent=0, rates=RATES, planned=hours, pathways=(hours,))],
    )
    return action


def planned(action: PlayedAction, centre: Decimal) -> ChangeTrainee:
    """The sheet with other hours in centre."""
    known = action.memory.state("actions", action.number).trainees[action.trainees[0]]
    own = guide.pathway(str(START), str(action.model.end), centre_hours=centre, company_hours=60)
    sheet = guide.sheet(last_name="DUPONTA", entry_date=START, pathway=own)
    return ChangeTrainee(trainee_id=action.trainees[0], sheet=sheet, base_version=known.sheet)


def worked(action: PlayedAction, centre: Decimal) -> SaveLine:
    """A month's hours in centre."""
    declaration = action.memory.state("declarations", action.number).declarations.get(MONTH)
    saved = declaration.lines.get(action.trainees[0]) if declaration else None
    none = PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))
    line = Line(centre=none.model_copy(update={"attended": centre}), company=none)
    return SaveLine(month=MONTH, trainee_id=action.trainees[0], line=line, base_version=saved.version if saved else 0)


HOURS = st.sampled_from(["0.25", "40", "59.75", "60", "60.25", "99.75", "100"]).map(Decimal)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["plan", "work"]), HOURS), min_size=1, max_size=8))
def test_trn_03_in_any_order_no_month_is_confirmed_with_more_than_is_planned(steps: list[tuple[str, Decimal]]) -> None:
    memory = Memory()
    with memory.playing():
        action = individualised(memory)
        ceiling, stored = Decimal(100), Decimal(0)
        for what, hours in steps:
            if what == "work":
                action.must(worked(action, hours), LATER)
                stored = hours
                continue
            action.ask(UnlockTrainee(trainee_id=action.trainees[0], reason="Réajustement"), LATER, guide.AGENT)
            faults = action.ask(planned(action, hours), LATER)
            is_below = hours < ceiling and stored > hours
            assert [fault.code for fault in faults] == (["centre-pathway-below-hours"] if is_below else [])
            ceiling = ceiling if is_below else hours
        action.ask(worked(action, stored), LATER)
        faults = action.ask(ConfirmMonth(month=MONTH), MONTH.next().first)
        assert [fault.code for fault in faults] == (["planned-centre-exceeded"] if stored > ceiling else [])


@pytest.mark.parametrize(("hours", "refused"), [("59.75", ["centre-pathway-below-hours"]), ("60", [])])
def test_req_02_a_grant_that_applies_a_pathway_waits_for_declarations(hours: str, refused: list[str]) -> None:
    memory = Memory()
    with memory.playing():
        action = individualised(memory)
        action.must(worked(action, Decimal(60)), LATER)
        less = planned(action, Decimal(hours))
        change = SheetChange(trainee_id=less.trainee_id, sheet=less.sheet, base_version=less.base_version)
        action.must(RequestChange(change=change, reason="Réajustement du parcours"), LATER)
        (request_id,) = memory.state("actions", action.number).requests
        faults = action.ask(GrantRequest(request_id=request_id, apply=True), LATER, guide.AGENT)
        assert [fault.code for fault in faults] == refused
        granted, changed = action.last(RequestGranted), action.last(TraineeChanged)
        assert (granted is None, changed is None) == (bool(refused), bool(refused))
        assert granted is None or (granted.object, granted.applied) == (RequestObject.TRAINEE, True)
        assert bool(memory.state("actions", action.number).requests) == bool(refused)
