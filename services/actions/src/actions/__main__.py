"""`python -m actions`: run it, or look at what it parked."""

from chassis.service import run

from .app import service

if __name__ == "__main__":
    run(service)
