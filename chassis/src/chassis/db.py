"""Connections to the process's own database."""

import asyncpg

from .settings import Settings

Connection = asyncpg.Connection


async def connect(settings: Settings) -> Connection:
    """A connection that sees the schemas of the settings. Raises asyncpg's and the socket's errors."""
    server_settings = {"application_name": "sesame", "jit": "off"}
    if settings.search_path:
        server_settings["search_path"] = settings.search_path
    return await asyncpg.connect(settings.database, server_settings=server_settings, timeout=10)
