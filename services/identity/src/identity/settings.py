"""Settings of this service."""

from typing import Annotated

from pydantic import SecretStr

from chassis.mail import MailSettings
from chassis.settings import each_of


class IdentitySettings(MailSettings):
    """Beside chassis' own: what mails link to, and the key that the gateway shows."""

    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    """Who writes; mails that come back as mails of their own come here."""
    portal_url: str
    """What mails tell people to open."""
    gateway_key: Annotated[SecretStr, each_of(16)]
    """Whoever shows it may ask about passwords; the newest also keys the hashes of what is throttled. 16 characters at least; while one
    takes the other's place, two, each on a line of its own, the newest first."""
    factor_key: Annotated[SecretStr, each_of(24)]
    """Seals the secrets of second factors: who has the database and not this key makes no code (ACC-7). Kept apart from backups of it. 24
    characters at least; while one takes the other's place, two, each on a line of its own, the newest first."""
    agents_need_factor: bool = False
    """Whether agents must have a second factor: one who has none turns it on before anything else (ACC-7)."""
