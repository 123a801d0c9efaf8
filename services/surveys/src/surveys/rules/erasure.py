"""What was written about an action's outcomes, until it is erased (PRV-1)."""

from dataclasses import replace

from chassis.decision import Decision
from contracts.erasure import ErasedBySurveys, ErasureDue
from contracts.refusals.common import PeopleAreErased

from .outcomes import Outcomes


def erase(outcomes: Outcomes, due: ErasureDue, texts: int) -> Decision[Outcomes]:
    """So many texts are erased; figures stay."""
    return Decision(replace(outcomes, erased_on=due.due_on), (ErasedBySurveys(texts=texts),))


def refuse_texts(outcomes: Outcomes) -> None:
    """Nothing is written any more: nobody would erase it. Raises PeopleAreErased."""
    if outcomes.erased_on:
        raise PeopleAreErased(day=outcomes.erased_on)
