"""What the auditor is told."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from pydantic import SecretStr

from chassis.settings import Settings


class AuditSettings(Settings):
    """Kafka's user is one who reads everything (`auditor`), and so are the users of the databases."""

    leaves_out: ClassVar[frozenset[str]] = frozenset(
        {"database", "search_path", "replica", "max_message_bytes", "http_host", "http_port", "http_certificate", "http_key"}
        | {"health_host", "health_port", "log_level"}
    )
    database: str = ""
    databases: Mapping[str, str]
    """The address of each database by the name of who owns it, as JSON: `{"billing": "postgresql://auditor:…@…/billing", …}`. What rests
    on a database that is not named is not audited."""
    secrets: tuple[SecretStr, ...] = ()
    """Passwords and tokens that must stand nowhere, as JSON; what the databases keep of them is known without this."""
    files: tuple[str, ...] = ()
    """Logs to look through for personal data and secrets, as JSON."""
    addresses: tuple[str, ...] = ()
    """Where processes show their metrics, as JSON: `["http://10.0.0.3:9000/metrics", …]`."""

    @classmethod
    def told(cls, environment: Mapping[str, str], secrets: Iterable[str] = ()) -> Self:
        """As `Settings`; `secrets` are looked for too."""
        known = super().told(environment)
        return known.model_copy(update={"secrets": (*known.secrets, *map(SecretStr, secrets))})
