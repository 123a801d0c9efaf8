"""What is typed about one's own account: from fields to what is asked of identity, or the faults beside the fields (ACC-2)."""

from dataclasses import dataclass

from contracts.identity import ChangeOrganisation
from gateway.web.forms import Form

ACCESS_FIELDS = {"new": "nouveau", "new_login": "identifiant", "current": "actuel", "password": "actuel"}
"""Where a fault of login and password is shown."""
ADDRESS_FIELDS = {"address": "adresse", "address_complement": "complement", "postcode": "cp", "town": "ville"}
"""Where a fault of the address is shown."""


@dataclass(frozen=True, slots=True)
class Access:
    """How somebody wants to log in: `new` password, empty to keep theirs, and `new_login`, None to keep it; `current` proves them."""

    current: str
    new: str
    new_login: str | None


def read_access(form: Form, login: str) -> Access | None:
    """A change of login or password, or both, by whoever logs in as `login` now; None when something is wrong."""
    typed = form.text("identifiant", "Saisissez un identifiant.")
    current = form.value("actuel")
    if not current:
        form.wrong("actuel", "Saisissez votre mot de passe actuel.")
    new = _new_password(form) if form.value("nouveau") or form.value("confirmation") else ""
    if not new and typed == login:
        form.wrong("nouveau", "Rien n’a changé : saisissez un nouvel identifiant ou un nouveau mot de passe.")
    return Access(current, new, typed if typed != login else None) if form.ok else None


def read_first_access(form: Form, login: str) -> Access | None:
    """The first password of one's own, and a login if wished; nothing proves who asks but their session (ACC-2)."""
    new, typed = _new_password(form), form.text("identifiant", "Saisissez un identifiant.")
    return Access("", new, typed if typed != login else None) if form.ok else None


def _new_password(form: Form) -> str:
    """Typed twice."""
    new, again = form.value("nouveau"), form.value("confirmation")
    if not new:
        form.wrong("nouveau", "Choisissez un mot de passe d’au moins 12 caractères.")
    elif new != again:
        form.wrong("confirmation", "Les deux mots de passe diffèrent. Saisissez deux fois le même.")
    return new


def read_address(form: Form) -> ChangeOrganisation | None:
    """The organisation's address; None when something is wrong."""
    street = form.text("adresse", "Saisissez l’adresse.")
    town = form.text("ville", "Saisissez la ville.")
    postcode = form.text("cp", "Saisissez le code postal.")
    if postcode and not (len(postcode) == 5 and postcode.isdigit()):
        form.wrong("cp", "Il faut 5 chiffres, par exemple 34800.")
    version = form.value("version")
    if not form.ok:
        return None
    return ChangeOrganisation(
        address=street,
        address_complement=form.text("complement"),
        postcode=postcode,
        town=town,
        base_version=int(version) if version.isdigit() else 0,
    )
