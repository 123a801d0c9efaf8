"""`python -m gateway web | worker | rebuild | security … | mails | bounce | parked …`."""

import sys

from chassis.lifetime import ending_with_a_sentence, run_until_signal
from chassis.settings import read
from contracts.operators import FRENCH
from gateway.settings import WebSettings
from gateway.web.process import NAME, serve
from gateway.worker.service import run_worker


def main() -> None:
    """Run the process that the first argument names; the worker's module knows the operator's commands."""
    match sys.argv[1:]:
        case ["web"]:
            with ending_with_a_sentence(FRENCH):
                settings = read(WebSettings)
            run_until_signal(NAME, settings, FRENCH, lambda lifetime: serve(settings, lifetime))
        case _:
            run_worker(sys.argv[1:])


main()
