import re

import pytest

from identity.hashing import Hasher, generate


async def test_acc_1_passwords_are_kept_as_argon2id_of_46_mib_with_a_salt_each():
    hasher = Hasher()
    hashed, hashed_again = await hasher.hash("cheval agrafe pile"), await hasher.hash("cheval agrafe pile")
    assert hashed != hashed_again
    assert hashed.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert await hasher.verify((hashed, "cheval agrafe pile"), (hashed_again, "cheval agrafe pile"), (hashed, "un petit vélo rouge")) == [
        True,
        True,
        False,
    ]


async def test_acc_7_no_password_opens_an_account_that_has_none():
    assert await Hasher().verify((None, ""), (None, "cheval agrafe pile")) == [False, False]


@pytest.mark.parametrize("_time", range(20))
def test_acc_1_temporary_passwords_are_long_and_read_well(_time):
    password = generate()
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", password)
    assert not set("ilo01") & set(password)
    assert password != generate()
