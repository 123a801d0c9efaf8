"""A text that an agent writes, between the pressed button and the command (ACC-8)."""

from contracts.codes import PublicText
from contracts.identity import PublishText
from contracts.personal import stripped
from contracts.refusals.identity import TextMissing
from gateway.web.values import LONGEST, Values

FIELDS = {"markdown": "texte"}
"""Where a fault of the text is shown."""


def read_text(values: Values) -> str:
    """What is written, as it would be published: a browser sends two characters for the end of each line."""
    return stripped(values.value("texte").replace("\r\n", "\n"))


def read_publishing(values: Values, name: PublicText) -> PublishText | None:
    """The text is to be published; None when something is wrong."""
    values.names["texte"] = "Texte"
    text = read_text(values)
    if not text:
        values.refuse("texte", TextMissing())
    values.fits("texte", len(values.value("texte")), LONGEST)
    version = values.version()
    return PublishText(name=name, markdown=text, base_version=version) if values.ok else None
