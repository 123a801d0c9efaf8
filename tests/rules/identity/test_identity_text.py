"""The texts that the Region's agents publish (ACC-8)."""

import pytest

from contracts.codes import PublicText
from contracts.identity import PublishText, TextPublished
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.identity import TextMissing
from identity.rules.text import Text, publish

KNOWN = Text("Appelez le 04.", 2)


def asked(markdown: str, base_version: int) -> PublishText:
    return PublishText(name=PublicText.CONTACT, markdown=markdown, base_version=base_version)


def test_acc_8_the_first_text_that_an_agent_publishes_is_version_1() -> None:
    decision = publish(None, asked("\n Appelez le 04.\0 \n", 0))
    assert decision.state == Text("Appelez le 04.", 1)
    assert decision.events == (TextPublished(name=PublicText.CONTACT, version=1, markdown="Appelez le 04."),)


def test_acc_8_each_publication_is_the_next_version() -> None:
    decision = publish(KNOWN, asked("Appelez le 05.", 2))
    assert decision.state == Text("Appelez le 05.", 3)
    assert [event.version for event in decision.events if isinstance(event, TextPublished)] == [3]


@pytest.mark.parametrize("base_version", [2, 1])
def test_acc_8_the_same_words_again_are_no_other_version(base_version: int) -> None:
    assert publish(KNOWN, asked("Appelez le 04.", base_version)).events == ()


@pytest.mark.parametrize(("known", "base_version"), [(KNOWN, 1), (KNOWN, 0), (None, 1)])
def test_acc_8_nobody_publishes_over_what_they_have_not_read(known: Text | None, base_version: int) -> None:
    with pytest.raises(ChangedMeanwhile):
        publish(known, asked("Appelez le 05.", base_version))


def test_acc_8_an_empty_text_is_not_published() -> None:
    with pytest.raises(TextMissing):
        publish(KNOWN, asked(" \n ", 2))
