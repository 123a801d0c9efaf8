"""What a backup is told."""

from collections.abc import Mapping
from typing import ClassVar

from chassis.settings import Settings


class BackupSettings(Settings):
    """Kafka's user is one who reads everything (`auditor`)."""

    leaves_out: ClassVar[frozenset[str]] = frozenset(
        {"database", "search_path", "replica", "http_host", "http_port", "http_certificate", "http_key"}
        | {"health_host", "health_port", "log_level"}
    )
    database: str = ""
    databases: Mapping[str, str]
    """The address of each database by the name of who owns it, as JSON: `{"billing": "postgresql://auditor:…@…/billing", …}`. To restore
    one, its role is the owner's."""
    postgres_programs: str = ""
    """The folder of `pg_dump`, `pg_restore` and `psql`, at least as new as the server; where the machine finds them when empty. They need
    not know how to encrypt."""
