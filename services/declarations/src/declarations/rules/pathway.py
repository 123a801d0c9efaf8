"""Another pathway of who is in training: what `actions` asks before it plans fewer hours (TRN-3)."""

from collections.abc import Iterator

from chassis.decision import Decision
from contracts.actions import PathwayRequested
from contracts.codes import Place
from contracts.declarations import PathwayGranted
from contracts.lines import ZERO, of_place, total
from contracts.pathways import planned
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.declarations import CentrePathwayBelowHours, CompanyPathwayBelowHours

from .action import Action, registered

BELOW: dict[Place, type[Refusal]] = {Place.CENTRE: CentrePathwayBelowHours, Place.COMPANY: CompanyPathwayBelowHours}


def grant_pathway(action: Action, ask: PathwayRequested) -> Decision[Action]:
    """The trainee's hours are these from now on: never fewer than are stored for them, drafts and what months added included (TRN-3)."""
    refuse_all(list(_below_hours(action, ask)))
    granted = PathwayGranted(trainee_id=ask.trainee_id, pathway=ask.pathway, sheet=ask.sheet, request_id=ask.request_id)
    return Decision(registered(action, ask.trainee_id, ask.pathway), (granted,))


def _below_hours(action: Action, ask: PathwayRequested) -> Iterator[Refusal]:
    item = str(ask.trainee_id)
    for place, hours in planned(ask.pathway).items():
        stored = sum((total(of_place(line, place)) for _, line in action.lines(ask.trainee_id)), ZERO)
        stored += sum((added.of_place(place) for _, added in action.added(ask.trainee_id)), ZERO)
        if stored > hours:
            yield BELOW[place](item=item, field=f"sheet.pathway.{place}_hours", trainee=item, stored=stored)
