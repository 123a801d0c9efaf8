"""`python -m identity`: run the service; `… parked …` and `… agent create …` are the operator's."""

import sys

from chassis.process import run
from contracts.operators import FRENCH

from . import agents
from .app import service

if __name__ == "__main__":
    if sys.argv[1:2] == ["agent"]:
        agents.main(service, sys.argv[2:])
    else:
        run(service, FRENCH)
