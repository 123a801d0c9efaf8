"""Connections to the process's own database, which cannot hang for ever: who hears nothing lets go, on both sides."""

import socket
import ssl
from typing import Any

import asyncpg

from .settings import Settings
from .trouble import Trouble

Connection = asyncpg.Connection

CONNECT = 10.0
"""Seconds until a server that says nothing is given up."""
STATEMENT = 60.0
"""Seconds that a statement of a batch may take: far more than a command about thousands of keys ever needs."""
LOCKED = 20.0
"""Seconds that a statement waits for another's lock."""
IDLE = 30.0
"""Seconds that a transaction may stand still: who is frozen in one, or gone without a word, gives its locks away."""
ON_THE_SERVER = {
    "application_name": "sesame",
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "25s",
}
"""Of each of our sessions, on the server's end."""
HERE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}
"""The same of our own end of the connection, as far as the machine knows these options."""


class KeptAlive(asyncpg.Connection):
    """A connection whose end notices that the other machine is gone, though no word of it comes."""

    __slots__ = ()

    def __init__(self, protocol: Any, transport: Any, *rest: Any) -> None:
        """As asyncpg makes it."""
        super().__init__(protocol, transport, *rest)
        end = transport.get_extra_info("socket")
        if end is not None and end.family != socket.AF_UNIX:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in HERE.items():
                if option := getattr(socket, name, None):
                    end.setsockopt(socket.IPPROTO_TCP, option, value)


def options(settings: Settings, statement: float | None = STATEMENT) -> dict[str, Any]:
    """For asyncpg's connections and pools.

    `statement`: seconds that one may take, on either side. None is for migrations and operators: as long as it takes, and transactions too.
    """
    server_settings = dict(ON_THE_SERVER)
    if statement:
        limits = {"statement_timeout": statement, "lock_timeout": LOCKED, "idle_in_transaction_session_timeout": IDLE}
        server_settings |= {name: f"{seconds * 1000:.0f}" for name, seconds in limits.items()}
    if settings.search_path:
        server_settings["search_path"] = settings.search_path
    return {
        "dsn": settings.database,
        "connection_class": KeptAlive,
        "server_settings": server_settings,
        "timeout": CONNECT,
        # A little later than the server's: what that ends, it says.
        "command_timeout": statement and statement + 2,
    }


async def connect(settings: Settings, statement: float | None = STATEMENT) -> Connection:
    """A connection that sees the schemas of the settings. `statement`: as in `options`.

    Raises asyncpg's and the socket's errors, and Trouble for what is no DSN.
    """
    try:
        return await asyncpg.connect(**options(settings, statement))
    except ssl.SSLError:  # a certificate that is not believed is a ValueError too
        raise
    except ValueError as error:
        raise Trouble("SESAME_DATABASE is not a PostgreSQL address (postgresql://user:…@host:port/database).") from error
