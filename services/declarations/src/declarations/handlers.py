"""One paragraph per message: load, decide, keep. Where the declarations stand after it is said for all of them by `rules/said.py`."""

from chassis.decision import Decision
from chassis.work import Work
from contracts.access import agent, holder
from contracts.actions import ActionOpened, DatesValidated, TraineeEntered, TraineeNeverCame, TraineeRegistered, TraineeRemoved
from contracts.awards import ActionAwarded
from contracts.billing import InvoiceRejected
from contracts.declarations import ConfirmMonth, FillMonth, SaveLine, SetExit
from contracts.envelope import made_id
from contracts.month import paris_day
from contracts.proofs import NoteProofs, SendProof, WithdrawProof
from contracts.refusals.common import Discarded
from contracts.requests import ChangeRequested, PlannedDatesChange, RequestRefused, RequestWithdrawn

from . import store
from .rules import action as actions
from .rules import ask as asks
from .rules import declaration, exit, filling, line, proofs
from .rules.action import Action

# Commands


async def save_line(work: Work[Action], command: SaveLine) -> None:
    """A trainee's line of a month is kept (DEC-1, DEC-3)."""
    action = holder(work.state, work.actor)
    work.keep(line.save(action, command, paris_day(work.at)))


async def set_exit(work: Work[Action], command: SetExit) -> None:
    """A trainee left, otherwise than said before, or did not (DEC-5)."""
    action = holder(work.state, work.actor)
    work.keep(exit.set_exit(action, command))


async def fill_month(work: Work[Action], command: FillMonth) -> None:
    """Many lines and exits of a month are kept, or none (DEC-11)."""
    action = holder(work.state, work.actor)
    work.keep(filling.fill(action, command, paris_day(work.at)))


async def confirm_month(work: Work[Action], command: ConfirmMonth) -> None:
    """A month can be invoiced (DEC-6)."""
    action, day = holder(work.state, work.actor), paris_day(work.at)
    work.keep(declaration.confirm(action, command, day))
    await store.confirmed(work.connection, work.key, command.month, day)


async def send_proof(work: Work[Action], command: SendProof) -> None:
    """A file of a proof is there (DEC-10)."""
    action = holder(work.state, work.actor)
    work.keep(proofs.send(action, command, made_id(work.key, work.envelope.id)))


async def withdraw_proof(work: Work[Action], command: WithdrawProof) -> None:
    """A file of a proof is taken back, unless the Region has received it (DEC-10)."""
    action = holder(work.state, work.actor)
    work.keep(proofs.withdraw(action, command))


async def note_proofs(work: Work[Action], command: NoteProofs) -> None:
    """An agent notes which proofs came (DEC-10)."""
    action = agent(work.state, work.actor)
    work.keep(proofs.note(action, command))


# What `actions` and `billing` say


async def on_action_awarded(work: Work[Action], event: ActionAwarded) -> None:
    """The contract's limits, or others in their place while nothing was entered (ACT-1)."""
    work.keep(Decision(actions.awarded(event.terms)))


async def on_dates_validated(work: Work[Action], event: DatesValidated) -> None:
    """The periods are these, until they are validated again (DAT-2, DAT-3)."""
    work.keep(Decision(actions.dated(work.known, event.periods)))


async def on_action_opened(work: Work[Action], event: ActionOpened) -> None:
    """Declarations begin with the month of the actual start (DEC-1)."""
    work.keep(Decision(actions.opened(work.known, event.actual_start)))


async def on_trainee_registered(work: Work[Action], event: TraineeRegistered) -> None:
    """The last month waits until everybody on the list has entered and left (DEC-8); a pathway limits their hours (TRN-3, DEC-3)."""
    work.keep(Decision(actions.registered(work.known, event.trainee_id, event.pathway)))


async def on_trainee_entered(work: Work[Action], event: TraineeEntered) -> None:
    """A trainee is in every month from this day on (DEC-2)."""
    work.keep(Decision(actions.entered(work.known, event.trainee_id, event.entered_on)))


async def on_trainee_off_the_list(work: Work[Action], event: TraineeRemoved | TraineeNeverCame) -> None:
    """Nobody waits for this trainee any more (TRN-5, TRN-9)."""
    work.keep(Decision(work.known.without(event.trainee_id)))


async def on_change_requested(work: Work[Action], event: ChangeRequested) -> None:
    """What other planned dates would change here is said as long as they are asked for (REQ-1)."""
    if isinstance(event.change, PlannedDatesChange):
        work.keep(Decision(actions.asked(work.known, event.request_id, event.change.planned_end)))


async def on_request_decided(work: Work[Action], event: RequestRefused | RequestWithdrawn) -> None:
    """Nothing more is said of it."""
    work.keep(Decision(actions.decided(work.known, event.request_id)))


async def on_invoice_rejected(work: Work[Action], event: InvoiceRejected) -> None:
    """The invoice's months can be corrected (BIL-7)."""
    work.keep(declaration.reopen(work.known, event))
    await store.reopened(work.connection, work.key, event.months, event.invoice_id)


# What `actions` asks


async def on_ask(work: Work[Action], ask: asks.Ask) -> None:
    """An entry, a removal, a pathway, an amendment, the closing: granted here and now, or refused (TRN-3 to TRN-6, REQ-3, CLO-1)."""
    work.keep(asks.answer(work.known, ask))


async def on_discarded_ask(work: Work[Action], ask: asks.Ask) -> None:
    """The operator gave the ask up: `actions` must not wait for ever."""
    work.emit(asks.refused(ask, Discarded()))
