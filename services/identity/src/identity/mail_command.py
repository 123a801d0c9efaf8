"""The operator's command `python -m identity mails`."""

import argparse
from collections.abc import Sequence

from chassis.db import connect

from . import mail_queue
from .agents import carried_out
from .settings import IdentitySettings


def main(arguments: Sequence[str]) -> None:
    """Prints what waits; ends the process with a sentence when that is not possible."""
    parser = argparse.ArgumentParser(
        prog="python -m identity mails", description="Les courriels de mots de passe et de comptes en attente."
    )
    parser.parse_args(arguments)
    carried_out(_print)


async def _print(settings: IdentitySettings) -> None:
    connection = await connect(settings)
    try:
        print("\n".join(await mail_queue.report(connection)))
    finally:
        await connection.close()
