"""What a new day tells (T-2): confirmation windows that open on the 1st, and those that close in three days on the 13th.

It rests on what was known on that day, which no log gives back: rebuilding the views carries these notifications over.
"""

from collections.abc import Mapping

from contracts.calendar import DayStarted
from contracts.month import LAST_DAY_OF_WINDOW

from .row import HOLDER, Notice

SOURCE = "clock"
"""Who says that a day begins."""
SAYS = "{action} : {months:months}, jusqu’au {until:date}."
MONTH = "/actions/{contract}/declarations/{months[0]}"
NOTICES: Mapping[int, Notice[DayStarted]] = {
    1: Notice(HOLDER, "window_opens", "warn", "Confirmation ouverte", SAYS, "Saisir le mois", MONTH),
    LAST_DAY_OF_WINDOW - 2: Notice(HOLDER, "window_closes", "warn", "Il reste trois jours pour confirmer", SAYS, "Saisir le mois", MONTH),
}
"""By day of the month; the 13th has three days left, itself counted (T-3)."""
