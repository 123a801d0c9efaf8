"""What a password and a login may be (ACC-2). No rule asks for digits or capitals: length and surprise are what resists."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from zxcvbn import zxcvbn

from contracts.refusals import Refusal
from contracts.refusals.identity import LoginIsASiret, LoginWrong, PasswordNamesYou, PasswordTooCommon, PasswordTooShort

LEAST = 12
LOGIN_LEAST, LOGIN_MOST = 3, 80
NAMING_LEAST = 4
"""Shorter names are part of ordinary words."""
WHOLE = 4
"""zxcvbn's score of what resists ten thousand million guesses."""
LOOKED_AT = 48
"""Characters of a password that are judged, for the library takes its time over more: the rest can only make it better."""

COMMON = tuple(
    re.findall(
        r"\w+",
        """
        motdepasse mot passe bonjour bienvenue soleil azerty doudou chouchou loulou jetaime amour anniversaire bonsoir vacances voiture
        chocolat maman papa tonton princesse mignonne lesamis ordinateur secret sesame ouvretoi changeme changezmoi modifier provisoire
        temporaire administrateur utilisateur identifiant compte connexion portail extranet login gestion secretariat region organisme
        formation formateur formatrice stagiaire centre entreprise languedoc roussillon occitanie montpellier toulouse nimes perpignan
        beziers narbonne carcassonne herault gard aude lozere marseille paris lyon france europe football rugby olympique janvier
        fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche
        printemps automne hiver zero deux trois quatre cinq six sept huit neuf dix
        """,
    )
)
"""Words that people here find first: the list of the library is of English-speaking people."""

FRENCH_KEYS = str.maketrans("azertyuiop^$qsdfghjklmù*wxcvbn,;:!&é\"'(-è_çà)", "qwertyuiop[]asdfghjkl;'\\zxcvbnm,./1234567890-")
"""The same key of the keyboard that the library knows: `azerty` is as easy as `qwerty`."""


def check_password(new: str, names: Iterable[str]) -> list[Refusal]:
    """What is wrong with a password; `names` are the login, the e-mail address, the person's or organisation's name."""
    wrong: list[Refusal] = []
    if len(new) < LEAST:
        wrong.append(PasswordTooShort(field="new", length=len(new), least=LEAST))
    plain, names = _plain(new), list(names)
    if any(len(name) >= NAMING_LEAST and name in plain for name in map(_plain, names)):
        wrong.append(PasswordNamesYou(field="new"))
    elif len(new) >= LEAST and _easy(new, names):
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
    return "".join(character for character in _without_accents(text) if character.isalnum())


def _without_accents(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in bare if not unicodedata.combining(character))


def _easy(new: str, names: Sequence[str]) -> bool:
    """Whether it is guessed early: known passwords, names, words, dates, rows of the keyboard, repetitions, and these in a row."""
    shown = new[:LOOKED_AT].casefold()
    known = [*COMMON, *(word for name in names for word in re.findall(r"\w{3,}", _without_accents(name)))]
    spellings = {new[:LOOKED_AT], _plain(shown), shown.translate(FRENCH_KEYS)}
    return any(zxcvbn(spelling, known)["score"] < WHOLE for spelling in spellings if spelling)
