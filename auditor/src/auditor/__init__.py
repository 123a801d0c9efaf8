"""The auditor: looks at all databases and topics at any moment, under load too, and says which promises do not hold, with the ids.

    findings = auditor.run(settings)            # list[Finding], empty when all holds; `await auditor.audit(settings)` inside a loop
    settings = auditor.AuditSettings(kafka=…, kafka_user="auditor", kafka_password=…, databases={"billing": dsn, …}, files=(…,))
    settings = auditor.AuditSettings.told(installation.audited())   # of a local installation

Databases are named by who owns them (`identity`, `actions`, `declarations`, `billing`, `surveys`, `gateway`); what is not named is not
audited. It only reads, may run while everything runs, and needs the memory of one action: the rest is in a file of its own, which goes
with it. `python -m auditor` takes the settings from the environment (`SESAME_DATABASES`, …) and ends with an error when something is wrong.
"""

import asyncio

from .audit import audit as audit
from .finding import Finding as Finding
from .finding import Promise as Promise
from .settings import AuditSettings as AuditSettings


def run(settings: AuditSettings) -> list[Finding]:
    """Whatever does not hold, outside an event loop. As `audit`."""
    return asyncio.run(audit(settings))
