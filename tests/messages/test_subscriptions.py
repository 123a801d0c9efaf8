"""Each service's table of subscriptions, beside the table of topics and ACLs and the list of messages."""

from importlib import import_module

import pytest

from chassis.service import Outside, Service, Subscription
from chassis.settings import EVENTS
from contracts.message import Command
from contracts.registry import MESSAGES
from gateway.worker.epochs import ASKED
from gateway.worker.printing import DOCUMENTS
from sesame_local.topics import load
from tests.messages.samples import SAMPLES

APPS = {name: f"{name}.app" for name in ("identity", "actions", "declarations", "billing", "surveys")} | {
    "gateway": "gateway.worker.service"
}


def service(name: str) -> Service:
    service: Service = import_module(APPS[name]).service
    return service


@pytest.mark.parametrize("name", APPS)
def test_a_service_listens_to_the_topics_that_its_principal_may_read_and_no_other(name: str) -> None:
    rows = service(name).subscriptions
    replies = {row.replies for row in rows if isinstance(row, Outside) and row.replies}
    read_again = {*ASKED, DOCUMENTS} if name == "gateway" else replies  # what a restored database has said
    assert {row.topic for row in rows} | read_again == load().principals[name].reads
    assert service(name).name == name


@pytest.mark.parametrize("name", [name for name in APPS if name != "gateway"])
def test_a_service_handles_each_of_its_commands_and_no_other(name: str) -> None:
    own = {kind for kind in MESSAGES.values() if issubclass(kind, Command) and kind.TYPE.startswith(f"{name}.")}
    (handled,) = [
        subscription
        for subscription in service(name).subscriptions
        if subscription.topic == f"{name}.commands" and isinstance(subscription, Subscription)
    ]
    assert set(handled.handlers) == own
    assert handled.commands


@pytest.mark.parametrize("name", [name for name in APPS if name != "gateway"])
def test_the_story_that_is_played_on_a_service_has_each_of_its_commands(name: str) -> None:
    told = {type(said.message) for said in SAMPLES[name].story(0)}
    (handled,) = [
        subscription
        for subscription in service(name).subscriptions
        if subscription.topic == f"{name}.commands" and isinstance(subscription, Subscription)
    ]
    assert set(handled.handlers) <= told


@pytest.mark.parametrize("name", APPS)
def test_what_a_service_listens_to_on_events_is_said_by_somebody(name: str) -> None:
    (events,) = [
        subscription
        for subscription in service(name).subscriptions
        if subscription.topic == EVENTS and isinstance(subscription, Subscription)
    ]
    assert set(events.handlers) <= set(MESSAGES.values())
    assert not any(issubclass(kind, Command) for kind in events.handlers)
