"""Settings of this service."""

from pydantic import Field, SecretStr

from chassis.mail import MailSettings


class IdentitySettings(MailSettings):
    """Beside chassis' own: what mails link to, and the key that the gateway shows."""

    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    portal_url: str
    """What mails tell people to open."""
    gateway_key: SecretStr = Field(min_length=16)
    """Whoever shows it may ask about passwords; it also keys the hashes of what is throttled."""
    factor_key: SecretStr = Field(min_length=24)
    """Seals the secrets of second factors: who has the database and not this key makes no code (ACC-7). Kept apart from backups of it."""
    agents_need_factor: bool = False
    """Whether agents must have a second factor: one who has none turns it on before anything else (ACC-7)."""
