"""The auditor, on an installation of one service."""

import asyncpg

from chassis.auditing import Difference, audit
from chassis.service import Service
from chassis.settings import Settings
from tests.infra import Infra


async def differences(infra: Infra, service: Service, settings: Settings) -> list[Difference]:
    """What its log and its database differ in."""
    rights = {"kafka_user": "auditor", "kafka_password": infra.environment("auditor", "")["SESAME_KAFKA_PASSWORD"]}
    auditor = Settings.model_validate(settings.model_dump() | rights)
    connection = await asyncpg.connect(settings.database)
    try:
        return [difference async for difference in audit(service, auditor, connection)]
    finally:
        await connection.close()
