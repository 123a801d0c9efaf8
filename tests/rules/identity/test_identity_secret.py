import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals.identity import PasswordTooShort
from identity.rules.secret import COMMON, LEAST, check_login, check_password
from identity.store import folded

NAMES = ("73282932000074", "SCÈNES ET FORMATIONS")


def codes(password: str) -> list[str]:
    return [refusal.code() for refusal in check_password(password, NAMES)]


@pytest.mark.parametrize(
    "password",
    [
        "cheval agrafe pile",
        "un petit vélo rouge",
        "4f9k-22mx-aa1p-zzzz",
        "correct horse battery",
        "jardin!tortue!lampe",
        "ma formation de couturière",
        "Ünïcödé et dés pipés",
        "0467 88 12 43 91",
    ],
)
def test_acc_2_twelve_characters_that_surprise_are_enough(password):
    assert codes(password) == []


@pytest.mark.parametrize("password", ["motdepasse", "k7!mw-Pq2x9", "été"])
def test_acc_2_less_than_twelve_characters_are_refused_with_their_number(password):
    [refusal] = check_password(password, NAMES)
    assert isinstance(refusal, PasswordTooShort)
    assert refusal.figures == {"length": len(password), "least": 12}
    assert refusal.field == "new"


@pytest.mark.parametrize(
    "password",
    [
        "motdepasse2027",
        "MotDePasse123!",
        "mot de passe mot de passe",
        "azertyuiop12",
        "qwertyuiop[]",
        "123456789012",
        "000000000000",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "Bonjour Bonjour",
        "Soleil2027!!!",
        "P@ssw0rd1234",
        "Formation-Languedoc-2007",
        "sésame ouvre toi",
        "princess-extranet1900",
        "............",
    ],
)
def test_acc_2_what_is_guessed_first_is_refused(password):
    assert codes(password) == ["password-too-common"]


@pytest.mark.parametrize("password", ["73282932000074", "scenes et formations", "Scènes-et-Formations-2027", "vive SCENESETFORMATIONS"])
def test_acc_2_a_password_that_names_its_owner_is_refused(password):
    assert codes(password) == ["password-names-you"]


def test_acc_2_a_short_name_is_part_of_ordinary_words():
    assert check_password("panier de girolles", ("ani", "AN")) == []


GUESSED = """
azertyqsdfgh azerty123456 a1z2e3r4t5y6 1q2w3e4r5t6y 1a2z3e4r5t6y qazwsxedcrfv aqwzsxedcrfv wxcvbn,;:!ùm &é"'(-è_çà)= zaqxswcdevfr
1qaz2wsx3edc poiuytrezaml abcdefabcdef a1b2c3a1b2c3 abcd1234abcd azerazerazer lolilolilolilol 12121212121212 112233445566 987654321987
01/01/198001/01/1980 147258369147 159753159753 741852963741 loulouloulou doudoudoudou1 Chouchou2020! nicolas123456 marseille1314
liverpool1892 footballclub1 superman12345 trustno1trustno1 Bienvenue2026! password2026!! ninjaturtles1 jean-pierre-1958 administrateur1
qsdfghjklmqs mlkjhgfdsqml wxcvbnwxcvbn azeqsdwxcazeqsd aaaabbbbcccc qqqwwweeerrr aqzsedrftgyh aqw1zsx2edc3 Janvier2026!! Montpellier34!
toulouse31000 lundi-mardi-mercredi ab12ab12ab12 azerty-azerty QWERTZUIOPÜ+ asdf.asdf.asdf qwer1234asdf 1234azer1234 azer1234qsdf
01020304050607 letmeinletmein
"""


@pytest.mark.parametrize("password", GUESSED.split())
def test_acc_2_walks_over_the_keyboard_repetitions_and_known_passwords_are_refused(password):
    assert codes(password) == ["password-too-common"]


def test_acc_2_words_of_the_name_the_login_and_the_address_count_for_nothing():
    assert check_password("couturiere-2027-balagny", ()) == []
    assert [wrong.code() for wrong in check_password("couturiere-2027-balagny", ("Couturière de Balagny",))] == ["password-too-common"]


@given(st.lists(st.sampled_from(sorted(COMMON)), min_size=1, max_size=2), st.integers(1950, 2029))
def test_acc_2_common_words_do_not_become_rare_by_standing_together(words, year):
    password = "-".join(words) + str(year)
    assert len(password) < LEAST or codes(password)


@given(st.text(max_size=60))
def test_acc_2_every_text_is_judged(password):
    assert len(password) >= LEAST or "password-too-short" in codes(password)


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ("scenes.formations", None),
        ("marie@region.example", None),
        ("Éloïse_34", None),
        ("73282932000074", None),
        (" 73282932000074 ", None),
        ("55208131766522", "login-is-a-siret"),
        ("ab", "login-wrong"),
        ("a" * 81, "login-wrong"),
        ("a" * 80, None),
        ("deux mots", "login-wrong"),
        ("<script>", "login-wrong"),
        ("", "login-wrong"),
    ],
)
def test_acc_2_a_login_is_short_and_plain_and_no_other_siret(login, code):
    assert [refusal.code() for refusal in check_login(login, "73282932000074")] == ([code] if code else [])


def test_acc_2_an_agent_cannot_take_the_first_login_of_an_organisation():
    assert [refusal.code() for refusal in check_login("73282932000074", None)] == ["login-is-a-siret"]
    assert [refusal.code() for refusal in check_login("７３２８２９３２００００７４", None)] == ["login-is-a-siret"]


def test_acc_7_logins_are_the_same_however_they_are_typed():
    assert folded(" Marie@Region.EXAMPLE ") == folded("marie@region.example")
