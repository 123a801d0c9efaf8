"""What the auditor says once more of who listens to what is what each service says of itself."""

import importlib

import pytest

from auditor.__main__ import told
from auditor.finding import Finding, Promise
from auditor.promises.messages import HEARD
from chassis.service import Service, Subscription
from contracts.answers import CommandAnswered
from contracts.message import Message


@pytest.mark.parametrize("name", sorted(HEARD.keys() - {"gateway"}))
def test_the_auditor_expects_of_each_service_what_it_listens_to(name: str) -> None:
    service: Service = importlib.import_module(f"{name}.app").service
    (events,) = [row for row in service.subscriptions if isinstance(row, Subscription) and row.topic == "events"]
    assert HEARD[name] == (set() if events.keys else set(events.handlers))


def test_the_auditor_expects_of_the_portal_what_it_shows() -> None:
    from gateway.worker.projections import EVENTS

    kinds: set[type[Message]] = set(EVENTS)
    assert HEARD["gateway"] == kinds | {CommandAnswered}


def test_the_operator_reads_a_line_for_each_promise_and_below_it_what_does_not_hold() -> None:
    lines = told([Finding(Promise.WITHIN, "2007QCA0266", "2.00 € facturés pour 1.00 € d’heures confirmées")])
    assert len(lines) == len(Promise) + 1
    at = lines.index(f"NON  {Promise.WITHIN.value}.")
    assert lines[at + 1] == "       2007QCA0266 : 2.00 € facturés pour 1.00 € d’heures confirmées."
    assert sum(line.startswith("oui  ") for line in lines) == len(Promise) - 1
