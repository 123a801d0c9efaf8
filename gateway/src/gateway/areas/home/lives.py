"""How actions stand today, with what the home page says of each: remembered until something of it changes.

An organisation may hold hundreds of actions, of which little changes between two looks at its page. What is remembered is found by the mark
of an action's rows alone: whatever changes one of them gives another mark, in the same transaction (`worker.hints.renew_marks`), and no
two states of anything ever have the same one. So nothing old is found, nor anything of another organisation's: who looks has read the mark
in their own rows.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from asyncpg import Pool

from gateway.areas.action.action import Action
from gateway.areas.action.life import Life, life_of
from gateway.areas.action.queries.actions import Mark, load_marked
from gateway.areas.action.tasks import Task, tasks_of
from gateway.web.session import Viewer

from .columns import Cell, columns
from .queries import Listed

MOST = 2_000
"""Actions that a process remembers: about 50 MB."""


@dataclass(frozen=True)
class Known:
    """An action on a day; what is said of it is worked out once, when it is first shown."""

    life: Life

    @property
    def action(self) -> Action:
        """The action."""
        return self.life.action

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """What can be done now, whatever was asked already."""
        return tuple(tasks_of(self.life))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Its row."""
        return columns(self.life)


class Lives:
    """What one process remembers; the longest unseen goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[tuple[Mark, date], Known] = OrderedDict()

    async def load(self, db: Pool, viewer: Viewer, today: date, listed: Iterable[Listed]) -> dict[str, Known]:
        """How these actions of the viewer's stand on `today`, by contract number; what is new or has changed is read."""
        found: dict[str, Known] = {}
        lacking = []
        for one in listed:
            if known := self._known.get((one.mark, today)):
                self._known.move_to_end((one.mark, today))
                found[one.contract_number] = known
            else:
                lacking.append(one.contract_number)
        for mark, action in await load_marked(db, viewer, lacking) if lacking else ():
            found[action.contract_number] = known = Known(life_of(action, today))
            if mark[0]:  # without a mark of its own, nothing would say that it has changed
                self._known[mark, today] = known
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return found
