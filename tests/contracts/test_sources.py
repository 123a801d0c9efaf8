"""Every type has owners: the sources that may say it, and whom Kafka lets write the topic where it goes."""

import pytest

from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.finance import InvoiceDecision, InvoiceDocument, InvoiceFact, Payment, Reply
from contracts.message import Command, Event, Message
from contracts.personal import PersonalRecord
from contracts.programme import ContractAward, ContractWithdrawal, ProgrammeReply
from contracts.registry import MESSAGES
from sesame_local import topics

TABLE = topics.load()


def topic_of(kind: type[Message]) -> str:
    """Where messages of that kind stand. Fails for one that belongs nowhere."""
    if issubclass(kind, Command):
        return f"{kind.TYPE.partition('.')[0]}.commands"
    of = {DayStarted: "calendar", Event: "events", PersonalRecord: "personal", InvoiceFact: "billing.invoices"}
    of |= {Reply: "region.decisions.replies", InvoiceDecision: "region.decisions", Payment: "region.decisions"}
    of |= {InvoiceDocument: "gateway.documents", ProgrammeReply: "region.contracts.replies"}
    of |= {ContractAward: "region.contracts", ContractWithdrawal: "region.contracts"}
    return next(topic for family, topic in of.items() if issubclass(kind, family))


@pytest.mark.parametrize("type_", sorted(MESSAGES))
def test_every_type_has_owners_and_each_may_write_where_it_goes(type_: str) -> None:
    kind = MESSAGES[type_]
    writers = {name for name, principal in TABLE.principals.items() if topic_of(kind) in principal.writes}
    assert kind.sources() and kind.sources() <= writers


def test_an_event_has_one_owner_but_for_the_answer_which_every_service_gives() -> None:
    events = [kind for kind in MESSAGES.values() if issubclass(kind, Event) and kind is not CommandAnswered]
    assert {len(kind.sources()) for kind in events} == {1}
    asked = {kind.TYPE.partition(".")[0] for kind in MESSAGES.values() if issubclass(kind, Command)}
    assert CommandAnswered.sources() == asked
