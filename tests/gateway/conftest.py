"""Fixtures of page tests."""

import pytest_asyncio

from tests.gateway.stage import Stage, chromium, stage
from tests.gateway.story import Told, story

__all__ = ["chromium", "stage", "told"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(stage: Stage) -> dict[str, Told]:
    """The whole story, by contract number; one per module."""
    return await story(stage)
