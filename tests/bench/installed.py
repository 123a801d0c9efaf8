"""What the whole installation costs when nobody asks anything, and how long `make up` takes when everything is there."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection

from sesame_local.place import Place
from sesame_local.supervise import FOUNDATION, PROCESSES, Installation, Supervisor
from sesame_local.up import Up
from tests.infra import installation

from . import cpu
from .row import Result

CALM = 8.0
"""Seconds after the start until it is taken to be idle."""


@asynccontextmanager
async def installed() -> AsyncIterator[Place]:
    """An installation, started and ended beside the loop that measures: both have loops of their own."""
    making = installation(lambda _line: None)
    place = await asyncio.to_thread(making.__enter__)
    try:
        yield place
    finally:
        await asyncio.to_thread(making.__exit__, None, None, None)


async def idle(short: bool) -> list[Result]:
    """Of a core: every process, Kafka and PostgreSQL, with nothing to do."""
    return await asyncio.to_thread(_idle, 10.0 if short else 60.0)


async def start(short: bool) -> list[Result]:
    """From the command to a login page."""
    return await asyncio.to_thread(_start, 1 if short else 3)


def _idle(seconds: float) -> list[Result]:
    with installation(lambda _line: None) as place:
        supervisor = Supervisor(Installation(place))
        pids = {name: supervisor.pid(name) for name in (*FOUNDATION, *PROCESSES)}
        time.sleep(CALM)
        before = {name: cpu.used([pid]) for name, pid in pids.items()}
        began = time.monotonic()
        time.sleep(seconds)
        share = {
            name: used / (time.monotonic() - began)
            for name, used in cpu.spent(before, {name: cpu.used([pid]) for name, pid in pids.items()}).items()
        }
    parts = ", ".join(f"{name} {100 * part:.1f}" for name, part in share.items())
    total = sum(share.values())
    how = f"CPU time of all processes over {seconds:.0f} s, from {CALM:.0f} s after the start"
    return [Result("idle", f"{total:.1%} of a core", "≤ 10 %", total <= 0.1, f"% of a core: {parts}", how)]


def _start(times: int) -> list[Result]:
    took = []
    with installation(lambda _line: None) as place:
        for _ in range(times):
            up = Up(place, lambda _line: None)
            up.down()
            began = time.monotonic()
            up.up()
            _login_page(place)
            took.append(time.monotonic() - began)
    best = sorted(took)[len(took) // 2]
    figures = ", ".join(f"{seconds:.1f} s" for seconds in took)
    return [
        Result(
            "start", f"{best:.1f} s", "≤ 10 s", best <= 10, figures, "`make up` after `make down`, until the login page has come; median"
        )
    ]


def _login_page(place: Place) -> None:
    connection = HTTPConnection("127.0.0.1", place.port("portal"), timeout=10)
    connection.request("GET", "/connexion")
    assert connection.getresponse().status == 200
    connection.close()
