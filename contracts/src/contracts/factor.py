"""What `identity` says on Kafka of second factors (ACC-7), and what agents ask. Secrets and codes never come here (`factor_http`)."""

from typing import ClassVar
from uuid import UUID

from .message import Command, Event


class ResetFactor(Command):
    """An agent helps somebody of an organisation whose phone is lost: no code is asked, their sessions end (ACC-7); key: the SIRET."""

    TYPE: ClassVar[str] = "identity.reset-factor.v1"

    user_id: UUID


class FactorTurnedOn(Event):
    """From now on whoever logs in with this account is asked for a code, too (ACC-7); again when it is another phone's."""

    TYPE: ClassVar[str] = "identity.factor-turned-on.v1"

    user_id: UUID


class FactorTurnedOff(Event):
    """The user wants no code to be asked any more (ACC-7)."""

    TYPE: ClassVar[str] = "identity.factor-turned-off.v1"

    user_id: UUID


class FactorReset(Event):
    """An agent or an operator turned it off for somebody who has lost their phone (ACC-7). Sessions of an earlier `access` are over."""

    TYPE: ClassVar[str] = "identity.factor-reset.v1"

    user_id: UUID
    access: int


class RecoveryCodesRenewed(Event):
    """There are ten other recovery codes; the earlier ones open nothing (ACC-7)."""

    TYPE: ClassVar[str] = "identity.recovery-codes-renewed.v1"

    user_id: UUID


class RecoveryCodeUsed(Event):
    """A recovery code stood in for the phone, and opens nothing any more (ACC-7): the how manieth of the ten, which tells nothing of it."""

    TYPE: ClassVar[str] = "identity.recovery-code-used.v1"

    user_id: UUID
    number: int
