"""What an open page hears of that changed before it was connected (NOT-1)."""

from uuid import uuid4

from chassis.instant import now
from gateway.settings import WebSettings
from gateway.web.hub import LATELY, Hub

OURS, THEIRS = {"changed": {"2008QCA0971"}}, {"changed": {"2008QCA0972"}}


def test_not_01_a_page_hears_of_what_changed_between_its_making_and_its_connection() -> None:
    hub, made = Hub(WebSettings(database="postgresql://nowhere/nothing")), now().timestamp()
    hub._changed('["2008QCA0971"]')
    for topics, since, hears in (
        (OURS, made, ["changed"]),
        (THEIRS, made, []),
        (OURS, now().timestamp(), []),
        (OURS, None, []),
        (THEIRS, made - 2 * LATELY, ["changed"]),  # perhaps: nobody knows any more
        (OURS, float("nan"), []),
    ):
        with hub.open_page(uuid4(), topics, since) as page:
            assert page.take() == hears
