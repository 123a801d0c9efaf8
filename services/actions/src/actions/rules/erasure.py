"""What is left of a contract once its people are erased (PRV-1): ids, dates and amounts."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from chassis.decision import Decision
from contracts.erasure import ErasedByActions, ErasureDue

from .action import Action


def erase(action: Action, due: ErasureDue, kinds: Collection[str]) -> Decision[Action]:
    """The people are erased, records of these kinds; nobody is recorded any more."""
    erased = Counter(kinds)
    told = ErasedByActions(trainees=erased["trainee"], trainers=erased["trainer"], agents=erased["agent"], texts=erased["text"])
    return Decision(replace(action, erased_on=due.due_on), (told,))
