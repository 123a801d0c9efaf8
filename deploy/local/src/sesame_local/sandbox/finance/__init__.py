"""The Region's finance system: what has happened before it comes (`history`, `play`), what it is to do (`scenarios`), what it did wrong."""

from ..partner import Partner
from ..rules import ORDER, READING, REFUSALS
from . import records
from .history import TODAY
from .play import acknowledge, play
from .rules import RULES, WHAT_TO_DO
from .scenarios import SCENARIOS, talk_of

FINANCE = Partner(
    name="finance",
    service="billing",
    folder=".local-sandbox",
    port=8400,
    today=TODAY,
    play=play,
    acts={"report": (acknowledge, "L'agent a accusé réception du bilan : le solde peut être accepté.")},
    numbers={READING: "FIN-3", ORDER: "FIN-1", REFUSALS: "FIN-2"},
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
