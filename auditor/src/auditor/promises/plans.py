"""What is planned for each trainee: their own pathway, on an individualised action, or what the contract says for everybody (TRN-3)."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from contracts.actions import PathwayPlan, TraineeRegistered
from contracts.awards import ActionAwarded
from contracts.codes import Place
from contracts.declarations import PathwayGranted


@dataclass
class Plans:
    """Of one action."""

    contract: dict[Place, Decimal] = field(default_factory=dict)
    """Hours of each trainee."""
    pathways: dict[UUID, PathwayPlan | None] = field(default_factory=dict)

    def take(self, message: object) -> None:
        """What a message says of it."""
        match message:
            case ActionAwarded(terms=terms):
                self.contract = {Place.CENTRE: terms.centre.hours, Place.COMPANY: terms.company.hours}
            case TraineeRegistered(trainee_id=trainee, pathway=pathway) | PathwayGranted(trainee_id=trainee, pathway=pathway):
                self.pathways[trainee] = pathway

    def hours(self, trainee: UUID, place: Place) -> Decimal | None:
        """Those of a place; None before the contract was heard of."""
        own: Decimal | None = getattr(self.pathways.get(trainee), place, None)
        return self.contract.get(place) if own is None else own
