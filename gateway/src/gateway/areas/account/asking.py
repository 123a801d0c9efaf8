"""What is typed about one's own account: from fields to what is asked of identity, or the faults beside the fields (ACC-2)."""

import re
from dataclasses import dataclass
from uuid import UUID

from contracts.codes import AccountRight
from contracts.factor import ResetFactor
from contracts.identity import (
    AcceptAccountRequest,
    ChangeOrganisation,
    ChangeRight,
    DisableAccount,
    EnableAccount,
    InviteColleague,
    RefuseAccountRequest,
    RemoveColleague,
    SendCredentials,
)
from contracts.identity_http import AccountRequest, Newcomer
from gateway.web.values import Values

ACCESS_FIELDS = {"new": "nouveau", "new_login": "identifiant", "current": "actuel", "password": "actuel"}
"""Where a fault of login and password is shown."""
ADDRESS_FIELDS = {"address": "adresse", "address_complement": "complement", "postcode": "cp", "town": "ville"}
"""Where a fault of the address is shown."""


NEWCOMER_FIELDS = ADDRESS_FIELDS | {"siret": "siret", "organisation": "organisme", "name": "nom", "email": "courriel"}
"""Where a fault of what a newcomer says is shown."""
PASSAGE = 4_000
"""Characters of a reason (`contracts.types.Passage`)."""
INVITATION_FIELDS = {"name": "nom", "email": "courriel", "right": "droit"}
"""Where a fault of an invitation is shown."""


@dataclass(frozen=True, slots=True)
class Access:
    """How somebody wants to log in: `new` password, empty to keep theirs, and `new_login`, None to keep it; `current` proves them."""

    current: str
    new: str
    new_login: str | None


def read_access(values: Values, login: str) -> Access | None:
    """A change of login or password, or both, by whoever logs in as `login` now; None when something is wrong."""
    typed = values.text("identifiant", "Saisissez un identifiant.")
    current = values.value("actuel")
    if not current:
        values.wrong("actuel", "Saisissez votre mot de passe actuel.")
    new = _new_password(values) if values.value("nouveau") or values.value("confirmation") else ""
    if not new and typed == login:
        values.wrong("nouveau", "Rien n’a changé : saisissez un nouvel identifiant ou un nouveau mot de passe.")
    return Access(current, new, typed if typed != login else None) if values.ok else None


def read_first_access(values: Values, login: str) -> Access | None:
    """The first password of one's own, and a login if wished; nothing proves who asks but their session (ACC-2)."""
    new, typed = _new_password(values), values.text("identifiant", "Saisissez un identifiant.")
    return Access("", new, typed if typed != login else None) if values.ok else None


def _new_password(values: Values) -> str:
    """Typed twice."""
    new, again = values.value("nouveau"), values.value("confirmation")
    if not new:
        values.wrong("nouveau", "Choisissez un mot de passe d’au moins 12 caractères.")
    elif new != again:
        values.wrong("confirmation", "Les deux mots de passe diffèrent. Saisissez deux fois le même.")
    return new


def read_address(values: Values) -> ChangeOrganisation | None:
    """The organisation's address; None when something is wrong."""
    address, version = _address(values), values.version()
    return ChangeOrganisation(**address, base_version=version) if values.ok else None


def _address(values: Values) -> dict[str, str]:
    """An address by its parts; what is wrong with it is noted."""
    street = values.text("adresse", "Saisissez l’adresse.")
    town = values.text("ville", "Saisissez la ville.")
    postcode = values.text("cp", "Saisissez le code postal.")
    if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
        values.wrong("cp", "Il faut 5 chiffres, par exemple 34800.")
    return {"address": street, "address_complement": values.text("complement"), "postcode": postcode, "town": town}


def read_newcomer(values: Values) -> Newcomer | None:
    """Who asks for an account, and for which organisation; None when something is wrong (ACC-4). Spaces in a SIRET are left out."""
    siret = re.sub(r"\s", "", values.text("siret", "Saisissez le SIRET."))
    if siret and not re.fullmatch(r"[0-9]{14}", siret):
        values.wrong("siret", "Il faut 14 chiffres, par exemple 732 829 320 00074.")
    organisation = values.text("organisme", "Saisissez le nom de l’organisme.")
    name = values.text("nom", "Saisissez votre prénom et votre nom.")
    email = values.text("courriel", "Saisissez votre adresse électronique.")
    address = _address(values)
    if not values.ok:
        return None
    return Newcomer(siret=siret, organisation=organisation, name=name, email=email, **address)


def read_answer(values: Values, asked: AccountRequest, *, is_known: bool) -> AcceptAccountRequest | RefuseAccountRequest | None:
    """What an agent answers by the pressed button; None when something is wrong. An account beside others must be meant (ACC-4)."""
    if values.value("faire") == "refuser":
        reason = values.text("motif", "Écrivez ce que le demandeur doit lire.", most=PASSAGE)
        return RefuseAccountRequest(request_id=asked.request_id, email=asked.email, reason=reason) if reason else None
    if is_known and values.value("certain") != "oui":
        values.wrong("certain", "Cochez la case : cette personne administrera les comptes d’un organisme qui en a déjà.")
        return None
    return AcceptAccountRequest(**asked.model_dump())


def read_invitation(values: Values) -> InviteColleague | None:
    """Who is invited, and what they may do; None when something is wrong (ACC-8)."""
    name = values.text("nom", "Saisissez le prénom et le nom.")
    email = values.text("courriel", "Saisissez l’adresse électronique.")
    right = values.code("droit", AccountRight, "Choisissez ce que votre collègue peut faire.")
    return InviteColleague(name=name, email=email, right=right) if values.ok and right else None


def read_of_colleague(values: Values, user_id: UUID) -> ChangeRight | RemoveColleague | SendCredentials | None:
    """What the pressed button does to a colleague; taking an account away must be meant (ACC-8)."""
    match values.value("faire"):
        case "droit":
            right = values.code("droit", AccountRight, "Choisissez ce que votre collègue peut faire.")
            return ChangeRight(user_id=user_id, right=right) if right else None
        case "acces":
            return SendCredentials(user_id=user_id)
        case _:
            if values.value("certain") != "oui":
                values.wrong("certain", "Cochez la case : cette personne ne pourra plus se connecter.")
                return None
            return RemoveColleague(user_id=user_id)


def read_of_account(values: Values) -> DisableAccount | EnableAccount | SendCredentials | None:
    """What an agent's pressed button does to an organisation's accounts; disabling must be meant (ACC-1, ACC-9)."""
    if values.value("faire") == "reactiver":
        return EnableAccount()
    if values.value("faire") == "acces":
        try:
            return SendCredentials(user_id=UUID(values.value("personne")))
        except ValueError:
            values.wrong(None, "Choisissez à qui envoyer de nouveaux accès.")
            return None
    if values.value("certain") != "oui":
        values.wrong("certain", "Cochez la case : l’organisme ne pourra plus se connecter.")
        return None
    return DisableAccount()


FACTOR_FIELDS = {"password": "actuel", "code": "code"}
"""Where a fault of whoever changes their second factor is shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who changes their second factor: the password and, while one is on, a code of the phone or a recovery code."""

    password: str
    code: str | None


def read_proof(values: Values, *, is_on: bool) -> Proof | None:
    """What proves them; None when something is missing."""
    password, code = values.value("actuel"), values.text("code").strip()
    if not password:
        values.wrong("actuel", "Saisissez votre mot de passe actuel.")
    if is_on and not code:
        values.wrong("code", "Saisissez le code que l’application affiche, ou un code de secours.")
    return Proof(password, code or None) if values.ok else None


def read_code(values: Values) -> str | None:
    """The code of a log-in: the phone's, or a recovery code in its place; None when there is neither."""
    code = values.text("secours").strip() or values.text("code").strip()
    if not code:
        values.wrong("code", "Saisissez le code à six chiffres que l’application affiche, ou un code de secours.")
    return code or None


def read_reset(values: Values) -> ResetFactor | None:
    """Whose second factor an agent resets; it must be meant (ACC-7)."""
    try:
        user_id = UUID(values.value("personne"))
    except ValueError:
        values.wrong(None, "Choisissez une personne.")
        return None
    if values.value("certain") != "oui":
        values.wrong(None, "Cochez la case : le mot de passe suffira pour se connecter, jusqu’à une nouvelle activation.")
        return None
    return ResetFactor(user_id=user_id)
