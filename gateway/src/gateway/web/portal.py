"""What every page needs, made once at the start of the web process."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from asyncpg import Pool

from gateway.documents.printers import Printers
from gateway.settings import WebSettings

from .commands import Commands
from .hub import Hub
from .identity_client import IdentityClient
from .papers import DocumentsOf
from .per_minute import PerMinute
from .security_log import SecurityLog
from .shared import Shared
from .turns import Turns


@dataclass(frozen=True, slots=True)
class Portal:
    """The portal's own database, the hub that hears of changes, the way to send commands and the way to identity, the security log, the
    processes that make documents, and what the areas have to print.
    """

    settings: WebSettings
    db: Pool
    hub: Hub
    commands: Commands
    identity: IdentityClient
    security: SecurityLog
    printers: Printers
    documents: Sequence[DocumentsOf]
    turns: Turns = field(default_factory=Turns)
    """Of those who take a list away as a file."""
    stops: PerMinute = field(default_factory=PerMinute)
    """Of each client, how many mails it stopped without logging in."""
    shared: Shared = field(default_factory=Shared)
    """What open pages fetch alike."""
