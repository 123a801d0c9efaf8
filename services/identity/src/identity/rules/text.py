"""The texts of the portal that the Region's agents write and anybody may read: one under each key, each version for good (ACC-8)."""

from dataclasses import dataclass

from chassis.decision import Decision
from contracts.identity import PublishText, TextPublished
from contracts.personal import stripped
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.identity import TextMissing


@dataclass(frozen=True)
class Text:
    """What was published last. The portal has an initial text for where nothing was: that is version 0, which no service keeps."""

    markdown: str
    version: int


def publish(known: Text | None, command: PublishText) -> Decision[Text]:
    """The next version of a text; the same words again are none.

    Raises ChangedMeanwhile when the agent had not read the last one, TextMissing for an empty text.
    """
    markdown = stripped(command.markdown)
    if known and markdown == known.markdown:
        return Decision(known)
    before = known.version if known else 0
    if command.base_version != before:
        raise ChangedMeanwhile
    if not markdown:
        raise TextMissing(field="markdown")
    text = Text(markdown, before + 1)
    return Decision(text, (TextPublished(name=command.name, version=text.version, markdown=markdown),))
