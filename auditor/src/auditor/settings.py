"""What the auditor is told, in environment variables that begin with `SESAME_`."""

import json
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import SecretStr

from chassis.settings import Settings

OF_MANY = frozenset({"databases", "secrets", "files", "addresses"})
"""Settings that are JSON in the environment."""


class AuditSettings(Settings):
    """Kafka's user is one who reads everything (`auditor`), and so are the users of the databases."""

    database: str = ""
    """None of its own."""
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
        """What a process with this environment is told; `secrets` are looked for too. Raises pydantic's ValidationError."""
        values = {name.removeprefix("SESAME_").lower(): text for name, text in environment.items()}
        read = {name: json.loads(text) if name in OF_MANY else text for name, text in values.items()}
        return cls.model_validate({**read, "secrets": [*read.get("secrets", ()), *secrets]})
