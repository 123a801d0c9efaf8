"""`python -m auditor`: one line for each promise, and below it what does not hold. Ends with an error when something does not."""

import asyncio
import sys

import asyncpg
from aiokafka.errors import KafkaError

from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read
from chassis.trouble import Trouble, explain
from contracts.operators import FRENCH

from . import Finding, Promise
from .audit import audit
from .settings import AuditSettings


def main() -> None:
    """Audits what the settings name."""
    with ending_with_a_sentence(FRENCH):
        settings = read(AuditSettings)
        try:
            found = asyncio.run(audit(settings))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError) as error:
            raise explain(error) or Trouble("L’audit s’est arrêté ({error}) ; relancez-le.", error=error) from error
    print("\n".join(told(found)))
    if found:
        sys.exit(f"Constats : {len(found)}.")


def told(found: list[Finding]) -> list[str]:
    """The lines that the operator reads."""
    lines: list[str] = []
    for promise in Promise:
        wrong = [finding for finding in found if finding.promise is promise]
        lines.append(f"{'NON' if wrong else 'oui'}  {promise.value}.")
        lines += [f"       {finding}" for finding in wrong]
    return lines


if __name__ == "__main__":
    main()
