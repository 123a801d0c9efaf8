"""The Region's programme system (`contracts/PROGRAMME.md`): what has happened before it comes, what it is to do, what it did wrong."""

from ..partner import Partner
from ..rules import ORDER, READING, REFUSALS
from . import records
from .history import TODAY, play
from .rules import RULES, WHAT_TO_DO
from .scenarios import SCENARIOS, talk_of

PROGRAMME = Partner(
    name="programme",
    service="actions",
    folder=".local-sandbox-programme",
    port=8500,
    today=TODAY,
    play=play,
    acts={},
    numbers=dict.fromkeys((READING, ORDER, REFUSALS), "ACT-1"),
    writes="region.contracts",
    replies="region.contracts.replies",
    reads="events",
    answer=records.answer,
    facts=records.facts,
    rules=RULES,
    what_to_do=WHAT_TO_DO,
    scenarios=SCENARIOS,
    talk=talk_of,
)
