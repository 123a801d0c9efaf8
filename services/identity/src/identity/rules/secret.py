"""What a password and a login may be (ACC-2). No rule asks for digits or capitals: length and surprise are what resists."""

import re
import unicodedata
from collections.abc import Iterable

from contracts.refusals import Refusal
from contracts.refusals.identity import LoginIsASiret, LoginWrong, PasswordNamesYou, PasswordTooCommon, PasswordTooShort

LEAST = 12
LOGIN_LEAST, LOGIN_MOST = 3, 80
NAMING_LEAST = 4
"""Shorter names are part of ordinary words."""
STREAK = 4
"""So many neighbours of the keyboard or the alphabet, or more, count as one character."""
SURPRISE = 6
"""Characters that must be left when common words, years and streaks are taken out."""

COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        admin administrateur administrator amour anniversaire azerty bienvenue bonjour bonsoir changeme changezmoi chocolat compte connexion
        dragon europe extranet football formateur formation france gestion iloveyou jetaime languedoc letmein lesamis login loulou mamanpapa
        marseille mignonne modifier montpellier motdepasse ordinateur organisme passe password passwd portail princesse princess provisoire
        qwerty region roussillon secret secretariat sesame ouvretoi soleil stagiaire sunshine temporaire tonton utilisateur vacances voiture
        welcome
        """,
    )
)
"""Words that people who must find a password find first."""

ROWS = ("abcdefghijklmnopqrstuvwxyz", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
LEET = str.maketrans("013457@$", "oieastas")


def check_password(new: str, names: Iterable[str]) -> list[Refusal]:
    """What is wrong with a password; `names` are the login, the e-mail address, the person's or organisation's name."""
    wrong: list[Refusal] = []
    if len(new) < LEAST:
        wrong.append(PasswordTooShort(field="new", length=len(new), least=LEAST))
    plain = _plain(new)
    if any(len(name) >= NAMING_LEAST and name in plain for name in map(_plain, names)):
        wrong.append(PasswordNamesYou(field="new"))
    elif len(new) >= LEAST and _easy(new):
        wrong.append(PasswordTooCommon(field="new"))
    return wrong


def check_login(new: str, siret: str | None) -> list[Refusal]:
    """What is wrong with a login. Every SIRET is somebody's first login: it is kept for them."""
    new = new.strip()
    if not re.fullmatch(rf"[\w.@+-]{{{LOGIN_LEAST},{LOGIN_MOST}}}", new):
        return [LoginWrong(field="new_login", least=LOGIN_LEAST, most=LOGIN_MOST)]
    if re.fullmatch(r"[0-9]{14}", unicodedata.normalize("NFKC", new)) and new != siret:
        return [LoginIsASiret(field="new_login", login=new)]
    return []


def _plain(text: str) -> str:
    """Small letters without accents, and digits: `Scènes & Formations` → `scenesformations`."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in bare if character.isalnum())


def _easy(new: str) -> bool:
    """Whether little is left beside common words, years, repetitions and rows of the keyboard: `motdepasse2027`, `P@ssw0rd1234`."""
    return any(len(_surprising(_plain(spelling))) < SURPRISE for spelling in (new, new.translate(LEET)))


def _surprising(plain: str) -> str:
    period = (plain + plain).find(plain, 1)
    return _without_streaks(re.sub(r"(19|20)\d\d", ".", _without_words(plain[:period]))).replace(".", "")


def _without_words(text: str) -> str:
    """`text` with a dot for each common word, cut so that least is left: `princess` + `extranet`, not `princesse` and a rare rest."""
    words, rests = sorted(COMMON), [""]
    for end in range(1, len(text) + 1):
        cut = [rests[end - len(word)] + "." for word in words if text.endswith(word, 0, end)]
        rests.append(min([rests[-1] + text[end - 1], *cut], key=lambda rest: len(rest.replace(".", ""))))
    return rests[-1]


def _without_streaks(text: str) -> str:
    """`text` with every run of the same or of neighbouring characters cut to its first one."""
    kept = ""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _runs(text[start : end + 1]):
            end += 1
        kept += text[start] if end - start >= STREAK else text[start:end]
        start = end
    return kept


def _runs(piece: str) -> bool:
    return len(set(piece)) == 1 or any(piece in row or piece in row[::-1] for row in ROWS)
