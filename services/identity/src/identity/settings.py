"""Settings of this service."""

from pydantic import Field, SecretStr

from chassis.settings import Settings


class IdentitySettings(Settings):
    """Beside chassis' own: where mails go out, what they link to, and the key that the gateway shows."""

    smtp: str = Field(default="127.0.0.1:25", pattern=r"^.+:\d+$")
    """`host:port`; the connection is encrypted when the server offers it."""
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    portal_url: str
    """What mails tell people to open."""
    gateway_key: SecretStr = Field(min_length=16)
    """Whoever shows it may ask about passwords; it also keys the hashes of what is throttled."""
