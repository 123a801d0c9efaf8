"""The closing of an action between what is typed and the command (CLO-1)."""

from contracts.actions import CloseAction
from gateway.web.values import Values

FIELDS = {"actual_end": "fin"}
"""Where a fault of the closing is shown."""


def close(values: Values) -> CloseAction | None:
    """The actual end."""
    end = values.date("fin", "Saisissez la date de fin réelle de l’action.")
    return CloseAction(actual_end=end) if end else None
