"""All of Sésame on an installation of its own, on 7 January 2008, and people to use it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest_asyncio

from contracts.month import PARIS
from tests.gateway.browser import chromium
from tests.infra import installation
from tests.journeys.people import World

__all__ = ["chromium"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(chromium: Any) -> AsyncIterator[World]:
    """What `make up` starts, seen through Chromium."""
    with ExitStack() as stack:
        running = installation(lambda _line: None, datetime(2008, 1, 7, 9, tzinfo=PARIS))
        place = await asyncio.to_thread(stack.enter_context, running)
        yield World(place, chromium)
