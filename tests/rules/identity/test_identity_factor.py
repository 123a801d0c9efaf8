"""The codes of a phone (ACC-7): the numbers of RFC 6238, what drifts a little, what was used already."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from contracts.refusals.factor import CodeSpent, CodeWrong
from identity.rules.factor import DRIFT, STEP, is_of_a_phone, recovery_code, step_of, uri_of

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""`12345678901234567890`, as the RFC has it."""
AT = datetime(2027, 3, 1, 9, 0, 12, tzinfo=UTC)
NOW = int(AT.timestamp()) // STEP


def code(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_acc_7_the_codes_are_those_of_the_standard(seconds: int, shown: str):
    assert step_of(SECRET, shown, datetime.fromtimestamp(seconds, UTC), 0) == seconds // STEP


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_acc_7_a_phone_may_be_thirty_seconds_early_or_late(drift: int):
    assert step_of(SECRET, code(NOW + drift), AT, 0) == NOW + drift


@pytest.mark.parametrize("drift", [-DRIFT - 1, DRIFT + 1, 60])
def test_acc_7_and_no_more(drift: int):
    with pytest.raises(CodeWrong):
        step_of(SECRET, code(NOW + drift), AT, 0)


@pytest.mark.parametrize("last", [NOW, NOW + 1])
def test_acc_7_a_code_is_right_once_and_so_is_every_earlier_one(last: int):
    with pytest.raises(CodeSpent):
        step_of(SECRET, code(NOW), AT, last)


def test_acc_7_the_next_code_is_right_again():
    assert step_of(SECRET, code(NOW + 1), AT + timedelta(seconds=STEP), NOW) == NOW + 1


@pytest.mark.parametrize("typed", ["{} {}", " {}{}\n", "{}\u00a0{}"])
def test_acc_7_a_code_is_typed_in_groups_or_not(typed: str):
    shown = code(NOW)
    assert is_of_a_phone(typed.format(shown[:3], shown[3:]))
    assert step_of(SECRET, typed.format(shown[:3], shown[3:]), AT, 0) == NOW


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "k7mw-pq2x-abcd", "12345a"])
def test_acc_7_what_is_not_six_digits_is_no_code_of_a_phone(typed: str):
    assert not is_of_a_phone(typed)
    with pytest.raises(CodeWrong):
        step_of(SECRET, typed, AT, 0)


@pytest.mark.parametrize("typed", ["k7mw-pq2x-abcd", "K7MW PQ2X ABCD", " k7mwpq2xabcd ", "K7MW-PQ2Xabcd"])
def test_acc_7_a_recovery_code_is_read_however_it_is_typed(typed: str):
    assert recovery_code(typed) == "k7mw-pq2x-abcd"


def test_acc_7_the_qr_code_names_the_portal_and_the_login():
    assert uri_of(SECRET, "marie@region.example") == (
        f"otpauth://totp/S%C3%A9same:marie%40region.example?secret={SECRET}&issuer=S%C3%A9same"
    )
