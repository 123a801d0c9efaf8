"""Lets the days of a history pass, each with what people do on it."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from clock.days import PARIS, day_of
from sesame_local import timeshift
from sesame_local.move import move
from sesame_local.place import Place, Trouble
from sesame_local.up import set_start

from . import finance, portal
from .people import AGENT, PASSWORD, People, all_of
from .plan import Plan
from .programme import Programme
from .region import COLLEAGUE, NEWCOMER, PARTNERS, SCENES, region
from .timeline import Act, Day, history

WIDTH = 40
UNREAD = timedelta(days=7)
"""What is younger stays unread."""


@dataclass
class Progress:
    """One line that grows on a terminal, a line per month anywhere else."""

    total: int
    done: int = 0
    month: str = ""

    def show(self, day: date, more: int) -> None:
        """So many acts more are done, on `day`."""
        self.done += more
        share = self.done / self.total
        if sys.stdout.isatty():
            bar = "█" * round(WIDTH * share)
            print(f"\r{bar:░<{WIDTH}} {share:4.0%}  {day:%d/%m/%Y}", end="\n" if self.done == self.total else "", flush=True)
        elif self.month != (month := f"{day:%m/%Y}"):
            self.month = month
            print(f"{month} ({share:.0%})", flush=True)


def run(place: Place) -> None:
    """`make demo`: an installation that nobody has used begins nineteen months ago and is played up to now. Raises Trouble."""
    today = day_of(datetime.now(UTC))
    plans = region(today)
    days = history(plans, today)
    set_start(place, datetime.combine(days[0].on, time(8), PARIS), _say)
    print(f"\nDu {days[0].on:%d/%m/%Y} à aujourd'hui : {len(plans)} actions de {len(PARTNERS)} organismes (deux à quatre minutes).")
    progress = Progress(sum(day.count for day in days))
    play(place, days, progress.show)
    print(accounts(place, plans))


def play(place: Place, days: Sequence[Day], progress: Callable[[date, int], None]) -> None:
    """Plays `days` on an installation that runs and whose time is before them, and moves its time to now.

    Raises Trouble, with the day and the action, when anything is refused that a history does not expect.
    """
    with timeshift.followed(place.time_shift):
        asyncio.run(_play(place, days, progress))


async def _play(place: Place, days: Sequence[Day], progress: Callable[[date, int], None]) -> None:
    today = datetime.now(PARIS).date()
    async with portal.opened(place) as opened, finance.opened(place) as paymaster:
        email = os.environ.get("SESAME_AGENT_EMAIL", "agent@region.example")
        people = People(opened, paymaster, await opened.first_log_in(email, *AGENT), programme=Programme(place))
        await people.begin()
        recent = False
        for day in days:
            if not recent and day.on > today - UNREAD:
                recent = True
                await people.read_all()
                await people.join(SCENES.organisation.siret, COLLEAGUE)
                await opened.identity.ask_account(NEWCOMER, "127.0.0.1")
            await asyncio.to_thread(move, place, datetime.combine(day.on, time(9), PARIS), lambda _line: None)
            await one_after_another(people, day.on, day.imports)
            await all_of(one_after_another(people, day.on, acts) for acts in day.acts)
            progress(day.on, day.count)
        await asyncio.to_thread(move, place, datetime.now(PARIS), lambda _line: None)


async def one_after_another(people: People, on: date, acts: Iterable[Act]) -> None:
    """What is done on one action. Raises Trouble, with the day and the action, when anything is refused."""
    for act in acts:
        try:
            await people.act(act, on)
        except Trouble as trouble:
            about = getattr(act, "plan", None)
            where = f", action {about.number}" if about else ""
            raise Trouble(f"La démonstration s'arrête au {on:%d/%m/%Y}{where} : {trouble}") from None


def accounts(place: Place, plans: Iterable[Plan]) -> str:
    """Where to log in, as whom, and what there is to see."""
    lines = [f"\nSésame est prêt : {place.portal_url}\n", f"  {'Identifiant':<12}{'Mot de passe':<34}À regarder"]
    lines.append(
        f"  {AGENT[0]:<12}{AGENT[1]:<34}la Région : factures à décider, bilans à accuser, une demande de compte, toutes les actions"
    )
    for partner in PARTNERS:
        lines.append(f"  {partner.login:<12}{PASSWORD:<34}{partner.organisation.name} :")
        lines += [f"  {'':<46}{plan.number} {plan.title.lower()} — {plan.look}" for plan in plans if plan.partner is partner]
    lines.append(f"  {COLLEAGUE.email} (même mot de passe) travaille pour {SCENES.organisation.name} sans en administrer les comptes")
    return "\n".join(
        [*lines, "\n« make clock TO=… » fait avancer le temps, « make finance CMD=list » montre les factures, « make mail » les courriels."]
    )


def _say(line: str) -> None:
    """The steps of `make up`, but for the first agent's temporary password: it is replaced in a moment."""
    if "Mot de passe provisoire" not in line:
        print(line)
