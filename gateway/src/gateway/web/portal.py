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
from .per_minute import AtMost
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
    stops: AtMost = field(default_factory=lambda: AtMost(30))
    """Who stops mails without logging in: a client stops its own, and whoever tries others' links tries in vain, and few of them."""
    clients: AtMost = field(default_factory=lambda: AtMost(120))
    """Who opens pages of personal links: a class may answer from one address (SURV-1)."""
    links: AtMost = field(default_factory=lambda: AtMost(10))
    """By which answers come: nobody changes theirs more often."""
    shared: Shared = field(default_factory=Shared)
    """What open pages fetch alike."""
