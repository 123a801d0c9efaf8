"""The second factor: a code that a phone makes of a secret and the time (TOTP, RFC 6238), or a recovery code (ACC-7)."""

import hmac
import re
from datetime import datetime

import pyotp

from contracts.refusals.factor import CodeSpent, CodeWrong

STEP = 30
"""Seconds that a code is shown."""
DRIFT = 1
"""Codes before and after the present one that are taken too: a phone is a little fast or slow, and typing takes its time."""
RECOVERY_CODES = 10
ISSUER = "Sésame"
"""What the phone's application calls us."""


def uri_of(secret: str, login: str) -> str:
    """What a phone takes in as a QR code: `otpauth://totp/…`."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=login, issuer_name=ISSUER)


def is_of_a_phone(code: str) -> bool:
    """Whether it is written as a phone shows it, six digits, in groups or not; anything else would be a recovery code."""
    return re.fullmatch(r"[0-9]{6}", _bare(code)) is not None


def step_of(secret: str, code: str, at: datetime, last: int) -> int:
    """The time step whose code this is. Each is right once: `last` is that of the last code that was.

    Raises CodeWrong, and CodeSpent for one that was right already or is older: who has looked over a shoulder comes too late.
    """
    now, typed, phone = int(at.timestamp()) // STEP, _bare(code).encode(), pyotp.TOTP(secret, interval=STEP)
    # The newest first: should two steps have the same code, the later one is spent, and the earlier with it.
    steps = [step for step in range(now + DRIFT, now - DRIFT - 1, -1) if hmac.compare_digest(phone.generate_otp(step).encode(), typed)]
    if not steps:
        raise CodeWrong(field="code")
    if steps[0] <= last:
        raise CodeSpent(field="code")
    return steps[0]


def recovery_code(typed: str) -> str:
    """A recovery code as it was made, however it is typed: `K7MW PQ2X-abcd` → `k7mw-pq2x-abcd`."""
    return "-".join(re.findall(r".{1,4}", _bare(typed).replace("-", "").casefold()))


def _bare(code: str) -> str:
    return "".join(code.split())
