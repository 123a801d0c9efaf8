"""The mails that carry a temporary password, in French."""

from dataclasses import dataclass
from email.message import EmailMessage
from textwrap import fill

from chassis import mail

from .settings import IdentitySettings
from .store import Kind, Role, Stored

SUBJECTS: dict[Kind, str] = {"first": "Votre accès à Sésame", "forgotten": "Sésame : votre mot de passe provisoire"}

WHY: dict[tuple[Kind, Role], str] = {
    ("first", "organisation"): """\
La Région a attribué une action de formation à {name}. Sésame vous accompagne de son
ouverture à son solde : vous y inscrivez vos stagiaires, déclarez les heures de chaque
mois, facturez, et suivez vos paiements.""",
    ("first", "agent"): """\
Un compte d’agent de la Région est ouvert au nom de {name}. Vous y importez les
contrats, suivez les actions de formation et décidez des factures.""",
}
FORGOTTEN = """\
Vous avez demandé un nouveau mot de passe pour {name}. En voici un provisoire.
L’ancien reste valable tant que celui-ci n’a pas servi : si vous n’avez rien demandé,
vous n’avez rien à faire."""

TEXT = """\
Bonjour,

{why}

    Portail :                  {url}
    Identifiant :              {login}
    Mot de passe provisoire :  {password}

Ce mot de passe est valable {life}. À la connexion, vous en choisirez un que vous serez
seul à connaître.{login_too}

Ce message part automatiquement, sa boîte n’est pas lue. La Région ne vous demandera
jamais votre mot de passe.

À bientôt sur Sésame
"""


@dataclass(frozen=True, slots=True)
class Postman:
    """Sends mails. Raises aiosmtplib's and the socket's errors."""

    settings: IdentitySettings

    async def send(self, kind: Kind, to: Stored, password: str, life: str) -> None:
        """The mail of `kind` to the user `to`."""
        await mail.send(self.settings, compose(kind, to, password, life, self.settings))


def compose(kind: Kind, to: Stored, password: str, life: str, settings: IdentitySettings) -> EmailMessage:
    """The mail itself, plain text."""
    message = mail.begun(settings, to.email, SUBJECTS[kind])
    message.set_content(
        TEXT.format(
            why=fill(WHY.get((kind, to.role), FORGOTTEN).format(name=to.name), 80),
            url=settings.portal_url,
            login=to.login,
            password=password,
            life=life,
            login_too=" Vous pourrez aussi changer d’identifiant." if kind == "first" else "",
        )
    )
    return message
