"""What else would follow from a request, as the services foresee it, in words (REQ-1, REQ-3). Nothing of it is worked out here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.answers import Fault
from contracts.billing import Offer, OffersForeseen
from contracts.codes import RequestObject
from contracts.declarations import AmendmentEffect
from contracts.month import Window
from gateway.areas.action.queries.requests import Request
from gateway.words.french import NBSP, before_tax, date_long, month, months, plural
from gateway.words.labels import label
from gateway.words.refusals import sentence


@dataclass(frozen=True, slots=True)
class Consequences:
    """`against` stands against the change at once, `effects` would follow from it; `known` is False until every service has said so."""

    known: bool
    against: tuple[str, ...]
    effects: tuple[str, ...]


def consequences(request: Request, people: Mapping[str, str], today: date) -> Consequences:
    """What the services said last of an open request; `people` gives the names of trainees."""
    foreseen, amendment, offers = request.foreseen, request.amendment, request.offers
    is_amendment = request.head.object is RequestObject.PLANNED_DATES
    faults: list[Fault] = [*(foreseen.against if foreseen else ()), *(amendment.against if is_amendment and amendment else ())]
    effects = [
        *(_of_declarations(amendment.effect, amendment.planned_end, people, today) if amendment and amendment.effect else ()),
        *(_of_offers(offers) if offers and not faults else ()),
        *(f"À transmettre de nouveau : {label(document).lower()}." for document in (foreseen.documents if foreseen else ())),
    ]
    against = dict.fromkeys(sentence(fault, people) for fault in faults)
    return Consequences(foreseen is not None and (amendment is not None or not is_amendment), tuple(against), tuple(effects))


def _of_declarations(effect: AmendmentEffect, end: date, people: Mapping[str, str], today: date) -> Iterator[str]:
    for added in effect.appear:
        window = Window.after(added, today)
        yield f"{_begun(month(added))} est à déclarer en plus, et se confirme du {date_long(window.first)} au {date_long(window.last)}."
    if effect.vanish:
        yield f"{_begun(months(effect.vanish))} {'n’est plus' if len(effect.vanish) == 1 else 'ne sont plus'} à déclarer."
    if effect.exits:
        out = plural(len(effect.exits), "sortie enregistrée", "sorties enregistrées")
        yield f"{out} au {date_long(end)}, fin de formation : {_named(effect.exits, people)}."
    for of in dict.fromkeys(line.month for line in effect.fallen):
        whose = [line.trainee_id for line in effect.fallen if line.month == of]
        yield f"{_begun(month(of))} : {plural(len(whose), 'ligne de zéros', 'lignes de zéros')} en moins ({_named(whose, people)})."


def _of_offers(offers: OffersForeseen) -> Iterator[str]:
    """What could be invoiced and could not any more, what can be besides, and what from another day on."""
    gone = {(offer.kind, offer.months): offer for offer in offers.vanish}
    come = {(offer.kind, offer.months): offer for offer in offers.appear}
    for key, offer in gone.items():
        then = come.get(key)
        if then is None:
            yield f"{_called(offer)} ne pourra plus être confirmé."
        elif then.not_before != offer.not_before:
            yield f"{_called(then)} pourra être confirmé {_from(then.not_before)}, et non plus {_from(offer.not_before)}."
        else:
            yield f"{_called(then)} au lieu de {before_tax(offer.excluding_tax)}."
    for key, offer in come.items():
        if key not in gone:
            yield f"{_called(offer)} pourra être confirmé {_from(offer.not_before)}."


def _called(offer: Offer) -> str:
    name = f"{label(offer.kind)} n°{NBSP}{offer.ordinal}" if offer.ordinal else label(offer.kind)
    return f"{name}{f' ({months(offer.months)})' if offer.months else ''}, {before_tax(offer.excluding_tax)},"


def _from(day: date | None) -> str:
    return f"dès le {date_long(day)}" if day else "dès la prochaine période de facturation"


def _named(trainees: Iterable[UUID], people: Mapping[str, str]) -> str:
    return ", ".join(people.get(str(trainee), "un stagiaire") for trainee in trainees)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
