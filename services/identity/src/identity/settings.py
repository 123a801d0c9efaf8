"""Settings of this service."""

from typing import Literal

from pydantic import Field, SecretStr

from chassis.settings import Settings


class IdentitySettings(Settings):
    """Beside chassis' own: where mails go out, what they link to, and the key that the gateway shows."""

    smtp: str = Field(default="127.0.0.1:25", pattern=r"^.+:\d+$")
    """`host:port`."""
    smtp_security: Literal["STARTTLS", "TLS", "PLAINTEXT"] = "STARTTLS"
    """Encrypted from the first command on, or from the first byte; a mail carries a password: PLAINTEXT is for the same machine."""
    smtp_ca: str = ""
    """A file of the authorities that sign the mail server's certificate; the machine's own when empty."""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    portal_url: str
    """What mails tell people to open."""
    gateway_key: SecretStr = Field(min_length=16)
    """Whoever shows it may ask about passwords; it also keys the hashes of what is throttled."""
    factor_key: SecretStr = Field(min_length=24)
    """Seals the secrets of second factors: who has the database and not this key makes no code (ACC-7). Kept apart from backups of it."""
    agents_need_factor: bool = False
    """Whether agents must have a second factor: one who has none turns it on before anything else (ACC-7)."""
