"""`python -m declarations`: run it, or look at what it parked."""

from chassis.process import run
from contracts.operators import FRENCH

from .app import service

if __name__ == "__main__":
    run(service, FRENCH)
