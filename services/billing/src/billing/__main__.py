"""`python -m billing`."""

from chassis.process import run
from contracts.operators import FRENCH

from .app import service

if __name__ == "__main__":
    run(service, FRENCH)
