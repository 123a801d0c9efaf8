"""What became of second factors since the backup, done again for a database that was restored (ACC-7).

The log holds no secret. A factor that was turned on since is on, and no code opens it until it is reset; nobody comes in without one
because a backup is older. Of recovery codes that were renewed since, none is known any more.
"""

from collections.abc import Mapping

import structlog

from chassis.work import Handler, Work
from contracts.factor import FactorReset, FactorTurnedOff, FactorTurnedOn, RecoveryCodesRenewed, RecoveryCodeUsed
from contracts.message import Event

from . import factor_store
from .rules.member import Accounts

log = structlog.get_logger()


async def turned_on(work: Work[Accounts], event: FactorTurnedOn) -> None:
    """Of whom, is known; the secret is not."""
    log.error("a second factor is lost: reset it with `identity factor reset`", user=str(event.user_id))
    await factor_store.lost(work.connection, event.user_id)
    work.emit(event)


async def turned_off(work: Work[Accounts], event: FactorTurnedOff) -> None:
    """Its user turned it off."""
    await factor_store.turn_off(work.connection, event.user_id)
    work.emit(event)


async def reset(work: Work[Accounts], event: FactorReset) -> None:
    """An operator reset it."""
    await factor_store.reset(work.connection, event.user_id)
    work.emit(event)


async def codes_renewed(work: Work[Accounts], event: RecoveryCodesRenewed) -> None:
    """The earlier ones open nothing, the later ones are not known."""
    await factor_store.keep_recovery_codes(work.connection, event.user_id, ())
    work.emit(event)


async def code_used(work: Work[Accounts], event: RecoveryCodeUsed) -> None:
    """It opens nothing any more."""
    await factor_store.spend_recovery_code(work.connection, event.user_id, event.number)
    work.emit(event)


FACTORS_RETOLD: Mapping[type[Event], Handler] = {
    FactorTurnedOn: turned_on,
    FactorTurnedOff: turned_off,
    FactorReset: reset,
    RecoveryCodesRenewed: codes_renewed,
    RecoveryCodeUsed: code_used,
}
