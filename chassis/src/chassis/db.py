"""Connections to the process's own database."""

import ssl

import asyncpg

from .settings import Settings
from .trouble import Trouble

Connection = asyncpg.Connection


async def connect(settings: Settings) -> Connection:
    """A connection that sees the schemas of the settings. Raises asyncpg's and the socket's errors, and Trouble for what is no DSN."""
    server_settings = {"application_name": "sesame", "jit": "off"}
    if settings.search_path:
        server_settings["search_path"] = settings.search_path
    try:
        return await asyncpg.connect(settings.database, server_settings=server_settings, timeout=10)
    except ssl.SSLError:  # a certificate that is not believed is a ValueError too
        raise
    except ValueError as error:
        raise Trouble("SESAME_DATABASE is not a PostgreSQL address (postgresql://user:…@host:port/database).") from error
