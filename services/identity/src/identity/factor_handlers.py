"""What agents ask of second factors (ACC-7)."""

from chassis.work import Work
from contracts.factor import FactorReset, ResetFactor
from contracts.refusals.common import NotFound
from contracts.refusals.factor import FactorIsNotOn

from . import factor_store
from .handlers import Kept, accounts_for_agents


async def reset_factor(work: Work[Kept], command: ResetFactor) -> None:
    """An agent helps somebody of an organisation whose phone is lost: no code is asked, sessions end, a mail tells them."""
    accounts_for_agents(work)
    if not await factor_store.is_of(work.connection, command.user_id, work.key):
        raise NotFound
    access = await factor_store.reset(work.connection, command.user_id)
    if access is None:
        raise FactorIsNotOn
    await factor_store.ask_mail(work.connection, command.user_id, "reset", work.envelope.trace)
    work.emit(FactorReset(user_id=command.user_id, access=access))
