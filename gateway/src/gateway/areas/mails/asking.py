"""What is chosen of mails: from fields to a pace for each family, or the faults beside the fields (NOT-1)."""

from collections.abc import Mapping, Sequence

from gateway.told.mailed import PACES, Family, Pace
from gateway.web.values import Values


def read_choices(values: Values, families: Sequence[Family]) -> Mapping[str, Pace] | None:
    """The pace of each family by its code; None when one has none."""
    chosen: dict[str, Pace] = {}
    for family in families:
        pace = next((pace for pace in PACES if pace == values.value(family.code)), None)
        if pace is None:
            values.wrong(family.code, "Choisissez quand ces courriels vous sont envoyés.")
        else:
            chosen[family.code] = pace
    return chosen if values.ok else None
