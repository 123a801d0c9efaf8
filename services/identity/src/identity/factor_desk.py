"""What people do with their own second factor over HTTP: enter a code, turn it on and off, renew codes, forget browsers (ACC-7)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pyotp
from pydantic import SecretStr

from contracts.factor import FactorTurnedOff, FactorTurnedOn, RecoveryCodesRenewed, RecoveryCodeUsed
from contracts.factor_http import ConfirmFactor, EnterCode, Factor, FactorBegun, ForgetDevices, Prove, RecoveryCodes
from contracts.identity_http import LoggedIn
from contracts.refusals.common import NotFound
from contracts.refusals.factor import CodeWrong, FactorIsAMust, FactorIsNotOn, FactorNotBegun, LogInOver

from . import factor_store, hashing
from .desk import Desk, refuse_disabled
from .factor import Factors
from .rules import factor
from .store import Stored


@dataclass(frozen=True, slots=True)
class FactorDesk:
    """Answers the gateway. Each method raises a Refusal, or what the database raises."""

    desk: Desk

    @property
    def factors(self) -> Factors:
        """What is asked beside a password."""
        return self.desk.factors

    async def enter_code(self, asked: EnterCode) -> LoggedIn:
        """The second step of a log-in. The password must still be the one that was typed in the first."""
        vault = self.factors.vault
        half_open = vault.opened(asked.half_open.get_secret_value())
        if half_open is None:
            raise LogInOver
        try:
            stored = await self.desk.stored(half_open.user_id)
        except NotFound:
            raise LogInOver from None
        refuse_disabled(stored)
        in_force = vault.is_of(half_open, stored.password_hash)
        expires = stored.password_expires_at if in_force else stored.forgotten_expires_at
        if not (in_force or vault.is_of(half_open, stored.forgotten_hash)) or (expires and expires <= datetime.now(UTC)):
            raise LogInOver
        attempt = await self.desk.tries.code(stored.user_id, asked.browser)
        await self._spend(stored, asked.code)
        await self.desk.tries.was_right(attempt)
        entered = await self.desk.let_in(stored, in_force=in_force)
        if asked.remember is None:
            return entered
        device = await self.factors.remember(stored, entered.access, asked.remember)
        return entered.model_copy(update={"device": SecretStr(device)})

    def about(self, asked: EnterCode) -> UUID | None:
        """Whose log-in it is: for the security log."""
        half_open = self.factors.vault.opened(asked.half_open.get_secret_value())
        return half_open.user_id if half_open else None

    async def factor(self, user_id: UUID) -> Factor:
        """How it stands."""
        stored = await self.desk.stored(user_id)
        known = await self.factors.in_force(user_id)
        return Factor(
            on_since=known.turned_on_at if known else None,
            must=self.desk.needs_factor(stored),
            recovery_codes_left=await factor_store.recovery_codes_left(self.desk.pool, user_id),
            devices=await factor_store.devices_of(self.desk.pool, user_id),
        )

    async def begin(self, asked: Prove) -> FactorBegun:
        """A phone is to take in a secret; what is on stays on until a code of it comes."""
        stored = await self._proven(asked, is_on=await self.factors.is_on(asked.user_id))
        secret = pyotp.random_base32()
        await factor_store.begin(self.desk.pool, stored.user_id, self.factors.seal(stored.user_id, secret))
        return _begun(stored, secret)

    async def begun(self, user_id: UUID) -> FactorBegun:
        """The secret that a phone is taking in, once more. Raises FactorNotBegun."""
        stored, (_, secret) = await self.desk.stored(user_id), await self._begun(user_id)
        return _begun(stored, secret)

    async def confirm(self, asked: ConfirmFactor) -> RecoveryCodes:
        """The phone has taken it in: it is on, with ten recovery codes; earlier ones and remembered browsers count no more."""
        stored = await self.desk.stored(asked.user_id)
        sealed, secret = await self._begun(stored.user_id)
        attempt = await self.desk.tries.code_in_session(stored.user_id)
        step = self.factors.step_of(secret, asked.code.get_secret_value())
        await self.desk.tries.was_right(attempt)
        codes = _new_codes()
        async with self.desk.own(stored) as work:
            if not await factor_store.turn_on(work.connection, stored.user_id, sealed, step):
                raise FactorNotBegun
            await factor_store.keep_recovery_codes(work.connection, stored.user_id, self._digests(stored, codes))
            await factor_store.ask_mail(work.connection, stored.user_id, "on", work.envelope.trace)
            work.emit(FactorTurnedOn(user_id=stored.user_id))
        return await self._said(stored, codes)

    async def turn_off(self, asked: Prove) -> Factor:
        """No code is asked any more. Raises FactorIsAMust, FactorIsNotOn."""
        if self.desk.needs_factor(await self.desk.stored(asked.user_id)):
            raise FactorIsAMust
        stored = await self._proven(asked, is_on=True)
        async with self.desk.own(stored) as work:
            if not await factor_store.turn_off(work.connection, stored.user_id):
                raise FactorIsNotOn
            await factor_store.ask_mail(work.connection, stored.user_id, "off", work.envelope.trace)
            work.emit(FactorTurnedOff(user_id=stored.user_id))
        return await self.factor(stored.user_id)

    async def renew_codes(self, asked: Prove) -> RecoveryCodes:
        """Ten other recovery codes in the place of those that there were. Raises FactorIsNotOn."""
        stored = await self._proven(asked, is_on=True)
        codes = _new_codes()
        async with self.desk.own(stored) as work:
            await factor_store.keep_recovery_codes(work.connection, stored.user_id, self._digests(stored, codes))
            work.emit(RecoveryCodesRenewed(user_id=stored.user_id))
        return await self._said(stored, codes)

    async def forget(self, asked: ForgetDevices) -> Factor:
        """A code is asked again of one browser, or of all."""
        await factor_store.forget(self.desk.pool, asked.user_id, asked.device)
        return await self.factor(asked.user_id)

    async def _proven(self, asked: Prove, *, is_on: bool) -> Stored:
        """Whose factor it is: they know the password and, while it `is_on`, have the phone or a recovery code."""
        stored = await self.desk.stored(asked.user_id)
        refuse_disabled(stored)
        if is_on and not await self.factors.is_on(stored.user_id):
            raise FactorIsNotOn
        await self.desk.prove(stored, asked.password)
        if is_on:
            if asked.code is None:
                raise CodeWrong(field="code")
            attempt = await self.desk.tries.code_in_session(stored.user_id)
            await self._spend(stored, asked.code)
            await self.desk.tries.was_right(attempt)
        return stored

    async def _spend(self, stored: Stored, typed: SecretStr) -> None:
        """The code is right, and was not used yet. That of a phone is asked of nobody twice, one of the ten is crossed out and told of."""
        code = typed.get_secret_value()
        if factor.is_of_a_phone(code):
            await self.factors.spend_phone(stored.user_id, code)
            return
        async with self.desk.own(stored) as work:
            number = await self.factors.spend_recovery(work.connection, stored.user_id, code)
            await factor_store.ask_mail(work.connection, stored.user_id, "recovery", work.envelope.trace)
            work.emit(RecoveryCodeUsed(user_id=stored.user_id, number=number))

    async def _begun(self, user_id: UUID) -> tuple[bytes, str]:
        known = await factor_store.find(self.desk.pool, user_id)
        if known is None or known.begun is None:
            raise FactorNotBegun
        return known.begun, self.factors.open(known.begun, user_id)

    def _digests(self, stored: Stored, codes: list[str]) -> list[bytes]:
        return [self.factors.digest(stored.user_id, code) for code in codes]

    async def _said(self, stored: Stored, codes: list[str]) -> RecoveryCodes:
        return RecoveryCodes(codes=tuple(SecretStr(code) for code in codes), account=await self.desk.account_of(stored))


def _begun(stored: Stored, secret: str) -> FactorBegun:
    return FactorBegun(secret=SecretStr(secret), uri=SecretStr(factor.uri_of(secret, stored.login)))


def _new_codes() -> list[str]:
    return [hashing.generate(groups=3) for _ in range(factor.RECOVERY_CODES)]
