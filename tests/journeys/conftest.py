"""All of Sésame on an installation of its own, from 7 January 2008 on, and people to use it; at the end the auditor looks at all of it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
import pytest_asyncio

from auditor import AuditSettings, audit
from contracts.month import PARIS
from sesame_local.supervise import Installation
from tests.gateway.browser import chromium
from tests.infra import installation
from tests.journeys.people import World

__all__ = ["chromium"]


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def world(chromium: Any) -> AsyncIterator[World]:
    """What `make up` starts, seen through Chromium; the Region has keyed in a rate for late payments (BIL-15)."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as settings:
        settings.setenv("SESAME_LATE_RATES", json.dumps({"2008-07-01": "12.00"}))
        running = installation(lambda _line: None, datetime(2008, 1, 7, 9, tzinfo=PARIS))
        place = await asyncio.to_thread(stack.enter_context, running)
        world = World(place, chromium)
        yield world
        assert await audit(AuditSettings.told(Installation(place).audited(), world.secrets)) == []
