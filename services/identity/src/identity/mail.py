"""The mails that carry a temporary password, in French."""

from dataclasses import dataclass
from email.message import EmailMessage
from textwrap import fill

from chassis import mail, metrics

from .settings import IdentitySettings
from .store import Kind, Role, Stored

SUBJECTS: dict[Kind, str] = {
    "first": "Votre accès à Sésame",
    "invited": "Votre accès à Sésame",
    "accepted": "Votre accès à Sésame",
    "forgotten": "Sésame : votre mot de passe provisoire",
}

WHY: dict[tuple[Kind, Role], str] = {
    ("first", "organisation"): """\
La Région a attribué une action de formation à {name}. Sésame vous accompagne de son
ouverture à son solde : vous y inscrivez vos stagiaires, déclarez les heures de chaque
mois, facturez, et suivez vos paiements.""",
    ("invited", "organisation"): """\
{organisation} vous ouvre un compte dans Sésame, où ses actions de formation pour la
Région sont suivies : stagiaires, heures de chaque mois, factures et paiements. Si vous
n’y travaillez pas, vous n’avez rien à faire : sans réponse, ce compte reste fermé.""",
    ("accepted", "organisation"): """\
La Région accepte votre demande de compte pour {organisation}. Vous y administrez les
comptes de votre organisme : vous pouvez inviter vos collègues.""",
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


REFUSED = """\
Bonjour,

Vous avez demandé un compte dans Sésame. La Région ne peut pas l’ouvrir. Elle vous écrit :

{reason}

Vous pouvez la contacter, ou faire une autre demande :

    {url}/nouveau-compte

Ce message part automatiquement, sa boîte n’est pas lue. Ce que vous aviez saisi est
effacé.
"""


@dataclass(frozen=True, slots=True)
class Postman:
    """Sends mails. Raises aiosmtplib's and the socket's errors."""

    settings: IdentitySettings

    async def give(self, message: EmailMessage) -> None:
        """Gives a mail to its server, and counts what became of it."""
        try:
            await mail.send(self.settings, message)
        except mail.FAILS as error:
            metrics.mail("identity", "refused" if is_for_good(error) else "put_off")
            raise
        metrics.mail("identity", "sent")

    async def send(self, kind: Kind, to: Stored, organisation: str, password: str, life: str) -> None:
        """The mail of `kind` to the user `to` of an `organisation`, whose name is empty for an agent."""
        await self.give(compose(kind, to, organisation, password, life, self.settings))

    async def refuse(self, email: str, reason: str) -> None:
        """Why somebody gets no account (ACC-4)."""
        message = mail.begun(self.settings, email, "Sésame : votre demande de compte")
        quoted = "\n".join(fill(line, 76, initial_indent="    ", subsequent_indent="    ") for line in reason.splitlines())
        message.set_content(REFUSED.format(reason=quoted, url=self.settings.portal_url.rstrip("/")))
        await self.give(message)


def is_for_good(error: Exception) -> bool:
    """Whether the server refuses this very mail, and will again."""
    return (mail.code_of(error) or 0) >= 500


def compose(kind: Kind, to: Stored, organisation: str, password: str, life: str, settings: IdentitySettings) -> EmailMessage:
    """The mail itself, plain text."""
    message = mail.begun(settings, to.email, SUBJECTS[kind])
    message.set_content(
        TEXT.format(
            why=fill(WHY.get((kind, to.role), FORGOTTEN).format(name=to.name, organisation=organisation), 80),
            url=settings.portal_url,
            login=to.login,
            password=password,
            life=life,
            login_too=" Vous pourrez aussi changer d’identifiant." if kind != "forgotten" else "",
        )
    )
    return message
