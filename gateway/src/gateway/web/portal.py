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
from .security_log import SecurityLog
from .throttle import PerMinute
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
    clients: PerMinute = field(default_factory=lambda: PerMinute(120))
    """Who opens pages of personal links: a class may answer from one address (SURV-1)."""
    links: PerMinute = field(default_factory=lambda: PerMinute(10))
    """By which answers come: nobody changes theirs more often."""
