"""What every page needs, made once at the start of the web process."""

from dataclasses import dataclass, field

from asyncpg import Pool

from gateway.settings import WebSettings

from .commands import Commands
from .hub import Hub
from .identity_client import IdentityClient
from .security_log import SecurityLog
from .turns import Turns


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's own database, the hub that hears of changes, the way to send commands and the way to identity, and the security log."""

    settings: WebSettings
    db: Pool
    hub: Hub
    commands: Commands
    identity: IdentityClient
    security: SecurityLog
    turns: Turns = field(default_factory=Turns)
    """Of those who take a list away as a file."""
