"""Contracts, sheets and ids of which the Region in March is made."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from contracts import actions, awards, codes, personal
from contracts.answers import PersonalRef
from contracts.codes import Place
from contracts.envelope import NAMESPACE
from contracts.message import Message
from contracts.month import PARIS
from contracts.pathways import plan_of
from tests import guide
from tests.gateway.running_portal import ORGANISATION


def noon(day: date) -> datetime:
    """That day in Paris, at noon."""
    return datetime.combine(day, time(12), PARIS)


def named(*words: object) -> UUID:
    """The same id for the same words."""
    return uuid5(NAMESPACE, " ".join(map(str, words)))


def terms(
    title: str, start: date, end: date, *, siret: str = ORGANISATION, headcount: int = 10, paid: int = 10, year: int = 2007
) -> awards.Terms:
    """A contract: the guide's figures, 812 h × 5.00 × 10 = 40,600.00 and 420 h × 0.95 × 10 = 3,990.00."""
    middle = start + (end - start) // 2
    holder = guide.organisation(siret=siret, name="SCENES ET FORMATIONS" if siret == ORGANISATION else "CEVENNES-GESTION")
    periods = (
        actions.Period(place=Place.CENTRE, start=start, end=middle),
        actions.Period(place=Place.CENTRE, start=middle + timedelta(15), end=end),
        actions.Period(place=Place.COMPANY, start=middle + timedelta(1), end=middle + timedelta(14)),
    )
    more = {"title": title, "programme_year": year, "organisation": holder, "paid_headcount": paid, "periods": periods}
    return guide.terms(start, end, headcount=headcount, **more)


def sheet(last: str, first: str, entry: date | None, paid_by: codes.PaidBy | None = codes.PaidBy.REGION) -> personal.TraineeSheet:
    """A whole sheet; an incomplete one when there is no entry date."""
    whole = {"entry_level": codes.EntryLevel.IV, "referrer": codes.Referrer.LOCAL_MISSION}
    return guide.sheet(
        last_name=last,
        first_name=first,
        title=codes.Title.MRS,
        birth_date=date(1986, 2, 14),
        sex=codes.Sex.FEMALE,
        nationality=codes.Nationality.FRENCH,
        mail_address="2 rue Victor-Hugo",
        mail_town="Clermont-l'Hérault",
        entry_date=entry,
        paid_by=paid_by,
        unemployment=codes.Unemployment.FROM_6_TO_12,
        **whole if entry else dict.fromkeys(whole),
    )


def trainee_messages(
    number: str, trainee: UUID, of: personal.TraineeSheet, *, version: int = 1, changed: bool = False
) -> tuple[Message, Message]:
    """The sheet, and that it is registered or changed."""
    kind = actions.TraineeChanged if changed else actions.TraineeRegistered
    event = kind(
        trainee_id=trainee,
        sheet=PersonalRef(id=personal.record_id(number, trainee), version=version),
        complete=of.entry_date is not None and of.entry_level is not None,
        paid_by=of.paid_by,
        entry_level=of.entry_level,
        age_bracket=codes.AgeBracket.FROM_18_TO_25,
        planned_entry=of.entry_date,
        pathway=plan_of(of.pathway),
    )
    return personal.TraineeRecord(id=personal.record_id(number, trainee), version=version, contract_number=number, sheet=of), event
