"""What is asked of `identity` about second factors, over its own HTTP: secrets and codes never go to Kafka (ACC-7)."""

from uuid import UUID

from pydantic import SecretStr

from contracts import factor_http as http
from contracts.identity_http import LoggedIn

from .identity_client import IdentityClient


async def enter_code(identity: IdentityClient, half_open: str, code: str, *, browser: str | None, remember: str | None) -> LoggedIn:
    """The second step of a log-in; `remember` names the browser of which no code is to be asked."""
    asked = http.EnterCode(half_open=SecretStr(half_open), code=SecretStr(code), browser=browser, remember=remember)
    return LoggedIn.model_validate(await identity.ask(http.CODES, asked))


async def find_factor(identity: IdentityClient, user_id: UUID) -> http.Factor:
    """How it stands."""
    return http.Factor.model_validate(await identity.ask(f"{http.FACTORS}/{user_id}"))


async def begin(identity: IdentityClient, user_id: UUID, password: str, code: str | None) -> None:
    """A phone is to take in a secret; what is on stays on until a code of it comes."""
    http.FactorBegun.model_validate(await identity.ask(http.BEGIN, _proof(user_id, password, code)))


async def find_begun(identity: IdentityClient, user_id: UUID) -> http.FactorBegun:
    """What the phone has to take in."""
    return http.FactorBegun.model_validate(await identity.ask(f"{http.FACTORS}/{user_id}/begun"))


async def confirm(identity: IdentityClient, user_id: UUID, code: str) -> http.RecoveryCodes:
    """The first code of the phone turns it on."""
    asked = http.ConfirmFactor(user_id=user_id, code=SecretStr(code))
    return http.RecoveryCodes.model_validate(await identity.ask(http.CONFIRM, asked))


async def turn_off(identity: IdentityClient, user_id: UUID, password: str, code: str | None) -> http.Factor:
    """No code is asked any more."""
    return http.Factor.model_validate(await identity.ask(http.OFF, _proof(user_id, password, code)))


async def renew_codes(identity: IdentityClient, user_id: UUID, password: str, code: str | None) -> http.RecoveryCodes:
    """Ten other recovery codes."""
    return http.RecoveryCodes.model_validate(await identity.ask(http.RECOVERY_CODES, _proof(user_id, password, code)))


async def forget(identity: IdentityClient, user_id: UUID, device: UUID | None) -> http.Factor:
    """A code is asked again of one browser, or of all."""
    return http.Factor.model_validate(await identity.ask(http.FORGET, http.ForgetDevices(user_id=user_id, device=device)))


def _proof(user_id: UUID, password: str, code: str | None) -> http.Prove:
    return http.Prove(user_id=user_id, password=SecretStr(password), code=SecretStr(code) if code else None)
