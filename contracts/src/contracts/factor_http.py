"""What the gateway's web process asks of `identity` over HTTP about second factors (ACC-7): secrets and codes must never enter Kafka.

As in `identity_http`: the same header, the same answers when a rule refuses or nothing can be done.

| request | body | 200 |
|---|---|---|
| `POST /codes` | `EnterCode` | `LoggedIn` |
| `GET /factors/{user_id}` | | `Factor` |
| `POST /factors/begin` | `Prove` | `FactorBegun` |
| `GET /factors/{user_id}/begun` | | `FactorBegun` |
| `POST /factors/confirm` | `ConfirmFactor` | `RecoveryCodes` |
| `POST /factors/off` | `Prove` | `Factor` |
| `POST /factors/recovery-codes` | `Prove` | `RecoveryCodes` |
| `POST /devices/forget` | `ForgetDevices` | `Factor` |
"""

from datetime import datetime
from uuid import UUID

from .identity_http import Account, Password, Typed
from .message import Part
from .types import Label

CODES, FACTORS, DEVICES = "/codes", "/factors", "/devices"
BEGIN, CONFIRM, OFF, RECOVERY_CODES, FORGET = (
    *(f"{FACTORS}/{what}" for what in ("begin", "confirm", "off", "recovery-codes")),
    f"{DEVICES}/forget",
)
REMEMBERED_DAYS = 30
"""So long no code is asked of a browser that its user had remembered."""


class EnterCode(Part):
    """The second step of a log-in: what the first one gave (`CodeAsked.half_open`), and a code of the phone, or a recovery code.

    `browser` as in `LogIn`. `remember` names the browser as its user will know it in the list; None: it is not to be remembered.
    """

    half_open: Password
    code: Password
    browser: Typed | None = None
    remember: Label | None = None


class Prove(Part):
    """Whoever changes their second factor shows the password and, while one is on, a code."""

    user_id: UUID
    password: Password
    code: Password | None = None


class ConfirmFactor(Part):
    """The first code of the phone that has just taken in the secret."""

    user_id: UUID
    code: Password


class ForgetDevices(Part):
    """A code is asked again of one remembered browser, or of all of them."""

    user_id: UUID
    device: UUID | None = None


class FactorBegun(Part):
    """What a phone has to take in: the secret itself, to be typed, and the address to be shown as a QR code, which holds it."""

    secret: Password
    uri: Password


class Device(Part):
    """A browser of which no code is asked."""

    id: UUID
    browser: Label
    remembered_at: datetime
    used_at: datetime


class Factor(Part):
    """How the second factor of a user stands. `on_since` is None while it is off; `must`: it may not be turned off."""

    on_since: datetime | None
    must: bool
    recovery_codes_left: int
    devices: tuple[Device, ...]


class RecoveryCodes(Part):
    """Ten codes, each good for one log-in without the phone: they are said this once. And the account as it now stands."""

    codes: tuple[Password, ...]
    account: Account
