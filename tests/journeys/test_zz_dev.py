import os, asyncpg, pytest
from uuid import uuid4
from tests.journeys import plot

pytestmark = pytest.mark.timeout(900)


async def test_dev(world, tmp_path):
    from tests.journeys import test_life_of_an_action as life
    people = []
    original = world.person
    async def person(**k):
        p = await original(**k); people.append(p); return p
    world.person = person
    try:
        await life.test_an_action_lives_from_its_contract_to_an_account_at_zero(world, tmp_path)
        await life.test_the_same_can_be_done_without_javascript(world)
    finally:
        for i, p in enumerate(people):
            print(i, p.page.url)
            await p.page.screenshot(path=f"/tmp/shots/j-{i}.png", full_page=True)
        print({k: v for k, v in world.faults.items() if v})
