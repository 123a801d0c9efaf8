"""The HTTP of `contracts.factor_http`, for the gateway alone: served beside what `api` serves, behind the same key."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from contracts.factor_http import (
    BEGIN,
    CODES,
    CONFIRM,
    FACTORS,
    FORGET,
    OFF,
    RECOVERY_CODES,
    ConfirmFactor,
    EnterCode,
    Factor,
    FactorBegun,
    ForgetDevices,
    Prove,
    RecoveryCodes,
)
from contracts.identity_http import LoggedIn
from contracts.refusals import Refusal

from .desk import Desk
from .factor_desk import FactorDesk
from .refused import LogInRefused

TheDesk = NamedDependency[SkipValidation[Desk]]


@post(CODES, status_code=200)
async def enter_code(data: JSONBody[EnterCode], desk: TheDesk) -> LoggedIn:
    """The second step of a log-in."""
    at = FactorDesk(desk)
    try:
        return await at.enter_code(data)
    except Refusal as refusal:
        raise LogInRefused(refusal.faults(), at.about(data)) from None


@get(f"{FACTORS}/{{user_id:uuid}}")
async def factor(user_id: FromPath[UUID], desk: TheDesk) -> Factor:
    """How it stands."""
    return await FactorDesk(desk).factor(user_id)


@post(BEGIN, status_code=200)
async def begin(data: JSONBody[Prove], desk: TheDesk) -> FactorBegun:
    """A phone is to take in a secret."""
    return await FactorDesk(desk).begin(data)


@get(f"{FACTORS}/{{user_id:uuid}}/begun")
async def begun(user_id: FromPath[UUID], desk: TheDesk) -> FactorBegun:
    """The secret that a phone is taking in, once more."""
    return await FactorDesk(desk).begun(user_id)


@post(CONFIRM, status_code=200)
async def confirm(data: JSONBody[ConfirmFactor], desk: TheDesk) -> RecoveryCodes:
    """The phone has taken it in."""
    return await FactorDesk(desk).confirm(data)


@post(OFF, status_code=200)
async def turn_off(data: JSONBody[Prove], desk: TheDesk) -> Factor:
    """No code is asked any more."""
    return await FactorDesk(desk).turn_off(data)


@post(RECOVERY_CODES, status_code=200)
async def renew_codes(data: JSONBody[Prove], desk: TheDesk) -> RecoveryCodes:
    """Ten other recovery codes."""
    return await FactorDesk(desk).renew_codes(data)


@post(FORGET, status_code=200)
async def forget(data: JSONBody[ForgetDevices], desk: TheDesk) -> Factor:
    """A code is asked again of one browser, or of all."""
    return await FactorDesk(desk).forget(data)


HANDLERS = [enter_code, factor, begin, begun, confirm, turn_off, renew_codes, forget]
