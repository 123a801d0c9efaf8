"""The auditor, on an installation of one service."""

import json

from auditor import AuditSettings, Finding, audit
from chassis.service import Service
from chassis.settings import Settings
from tests.infra import Infra, as_role


async def findings(infra: Infra, service: Service, settings: Settings, *, of_messages_alone: bool = False) -> list[Finding]:
    """What does not hold of what it says and keeps, with the auditor's own rights."""
    return await audit(audit_settings(infra, settings.topic_prefix, {service.name: settings.database}), of_messages_alone=of_messages_alone)


def audit_settings(infra: Infra, prefix: str, databases: dict[str, str]) -> AuditSettings:
    """The auditor's settings for an installation."""
    return AuditSettings.told(audit_environment(infra, prefix, databases))


def audit_environment(infra: Infra, prefix: str, databases: dict[str, str]) -> dict[str, str]:
    """The same, as variables."""
    addresses = {name: as_role(dsn, "auditor") for name, dsn in databases.items()}
    return infra.environment("auditor", prefix) | {"SESAME_DATABASES": json.dumps(addresses)}
