"""`python -m billing`."""

from chassis.service import run

from .app import service

if __name__ == "__main__":
    run(service)
