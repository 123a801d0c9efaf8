"""The Region's finance system: what has happened before it comes (`history`, `play`), what it is to do (`scenarios`), what it did wrong."""

from ..partner import Partner
from . import records
from .rules import RULES, WHAT_TO_DO
from .scenarios import SCENARIOS, talk_of

FINANCE = Partner(
    writes="region.decisions",
    replies="region.decisions.replies",
    reads="billing.invoices",
    answer=records.answer,
    facts=records.facts,
    rules=RULES,
    what_to_do=WHAT_TO_DO,
    scenarios=SCENARIOS,
    talk=talk_of,
)
