"""`python -m identity`: run the service; `… parked …`, `… agent …`, `… account …`, `… factor …`, `… mails`: the operator's commands."""

import sys

from chassis.process import run
from contracts.operators import FRENCH

from . import accounts, agents, factor_command, mail_command
from .app import service

if __name__ == "__main__":
    match sys.argv[1:]:
        case ["agent", *arguments]:
            agents.main(service, arguments)
        case ["account", *arguments]:
            accounts.main(service, arguments)
        case ["factor", *arguments]:
            factor_command.main(service, arguments)
        case ["mails", *arguments]:
            mail_command.main(arguments)
        case _:
            run(service, FRENCH)
