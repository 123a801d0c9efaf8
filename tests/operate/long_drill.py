"""The drill, whole (`make drill` says what it does): part of `make operate`."""

import pytest

from tests.operate.drill import Drill

pytestmark = pytest.mark.timeout(1800)


async def test_what_is_destroyed_under_load_is_restored_and_every_promise_holds() -> None:
    done = await Drill(say=print).run()
    assert done.all_wrong == []
