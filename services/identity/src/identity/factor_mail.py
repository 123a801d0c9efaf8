"""The mails that tell people what became of their second factor, in French, and who sends them (ACC-7)."""

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from textwrap import fill

import structlog
from asyncpg import Pool

from chassis import mail, tracing
from contracts.month import PARIS

from . import factor_store, store
from .factor_store import Kind, Told
from .mail import Postman
from .mailer import LEASE, again_later, sending
from .settings import IdentitySettings
from .store import Stored

log = structlog.get_logger()

SUBJECTS: dict[Kind, str] = {
    "on": "Sésame : double authentification activée",
    "off": "Sésame : double authentification désactivée",
    "reset": "Sésame : double authentification remise à zéro",
    "recovery": "Sésame : un code de secours a servi",
}
WHAT: dict[Kind, str] = {
    "on": "La double authentification est activée sur le compte de {name}. À la connexion, un code de votre téléphone vous est demandé "
    "après le mot de passe. Gardez vos codes de secours en lieu sûr, ailleurs que sur ce téléphone.",
    "off": "La double authentification n’est plus activée sur le compte de {name}. Le mot de passe suffit de nouveau pour se connecter.",
    "reset": "{who} a remis à zéro la double authentification du compte de {name}, et ses sessions sont fermées. "
    "Le mot de passe suffit de nouveau pour se connecter : activez-la avec votre nouveau téléphone, sous « Modifier votre compte ».",
    "recovery": "Un code de secours vient de servir au compte de {name}. Il ne servira plus. Codes qui restent : {left}. "
    "Vous pouvez en avoir dix nouveaux sous « Modifier votre compte ».",
}
TEXT = """\
Bonjour,

{what}

    Quand :    {when}
    Portail :  {url}

{otherwise}

Ce message part automatiquement, sa boîte n’est pas lue. La Région ne vous demandera
jamais ni votre mot de passe ni un code.

À bientôt sur Sésame
"""
OTHERWISE = "Si ce n’est pas vous, ou si vous ne l’avez pas demandé, changez votre mot de passe sans attendre et prévenez {whom}."


@dataclass(frozen=True, slots=True)
class FactorMailer:
    """One of them in each process of this service: they share the work."""

    pool: Pool
    postman: Postman

    async def run(self) -> None:
        """Sends what is due, for ever."""
        await sending(asyncio.Event(), self.send_one)

    async def send_one(self) -> bool:
        """The next one that is due; False when none is. A crash before the end sends it once more."""
        told = await factor_store.claim_mail(self.pool, LEASE)
        if told:
            with tracing.going_on([told.trace], f"mail factor {told.kind}", attempt=told.attempts):
                await self._send(told)
        return told is not None

    async def _send(self, told: Told) -> None:
        stored = await store.find(self.pool, told.user_id)
        if stored is None:
            await factor_store.mail_is_out(self.pool, told)
            return
        left = await factor_store.recovery_codes_left(self.pool, told.user_id)
        try:
            await self.postman.give(compose(told, stored, left, self.postman.settings))
        except mail.FAILS as error:
            delay = again_later(error, told.attempts)
            log.warning("mail not sent, again later", user=str(told.user_id), error=type(error).__name__, seconds=delay.total_seconds())
            await factor_store.mail_later(self.pool, told, delay)
        else:
            await factor_store.mail_is_out(self.pool, told)


def compose(told: Told, to: Stored, left: int, settings: IdentitySettings) -> EmailMessage:
    """The mail itself, plain text; nothing in it opens anything."""
    message = mail.begun(settings, to.email, SUBJECTS[told.kind])
    is_agent = to.role == "agent"
    what = WHAT[told.kind].format(name=to.name, left=left, who="L’exploitant de Sésame" if is_agent else "La Région")
    otherwise = OTHERWISE.format(whom="l’exploitant de Sésame" if is_agent else "la Région")
    when = f"{told.asked_at.astimezone(PARIS):%d/%m/%Y à %H h %M}"
    message.set_content(TEXT.format(what=_lines(what), when=when, url=settings.portal_url, otherwise=_lines(otherwise)))
    return message


def _lines(text: str) -> str:
    return fill(text, 80, break_on_hyphens=False)
