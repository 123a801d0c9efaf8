"""The pages show what the services said, as far as the portal had read: anything else is named."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from auditor.finding import Promise
from auditor.promises.views import views
from contracts.billing import InvoiceIssued, InvoicesOffered, MonthPriced, Share
from contracts.codes import Place, PublicText, Situation, SurveyKind
from contracts.declarations import AmendmentEffect, AmendmentGranted, FallenLine, LineSaved, MonthConfirmed, MonthFilled, TraineeExited
from contracts.identity import TextPublished
from contracts.message import Event
from contracts.month import Month
from contracts.requests import ContractAmended
from contracts.surveys import ExitSurveyRecorded, LaterSurveyRecorded, SurveyLink, SurveyLinkEnded, SurveyLinkOffered
from tests.rules.auditor.story import (
    ANNE,
    AWARDED,
    BRUNO,
    FIRST,
    OCTOBER,
    OCTOBERS,
    SECOND,
    SEPTEMBER,
    Story,
    declared,
    invoiced,
    issue,
    left,
    line,
    offered,
)


def shown() -> Story:
    """An action, and the portal's rows about it."""
    story = invoiced()
    story.say(left(BRUNO, date(2007, 10, 31)))
    story.say(offered())
    story.hold(
        "gateway", "actions", state="opened", planned_start=f"{AWARDED.terms.planned_start}", planned_end=f"{AWARDED.terms.planned_end}"
    )
    for trainee in (ANNE, BRUNO):
        gone = TraineeExited.parse(story.last(TraineeExited).body).exit.model_dump(mode="json") if trainee == BRUNO else None
        story.hold("gateway", "trainees", trainee_id=str(trainee), state="entered", entered_on="2007-09-03", exit=gone)
    for told in story.told:
        if told.type in {LineSaved.TYPE, MonthFilled.TYPE}:
            event = LineSaved.parse(told.body) if told.type == LineSaved.TYPE else MonthFilled.parse(told.body)
            for saved in event.lines if isinstance(event, MonthFilled) else (event,):
                figures = {"trainee_id": str(saved.trainee_id), "version": 1, "line": saved.line.model_dump(mode="json")}
                story.hold("gateway", "lines", month=event.month, **figures)
        elif told.type == MonthConfirmed.TYPE:
            month = MonthConfirmed.parse(told.body)
            story.hold("gateway", "months", month=month.month, confirmed=[each.model_dump(mode="json") for each in month.lines])
        elif told.type == InvoiceIssued.TYPE:
            invoice = InvoiceIssued.parse(told.body).invoice
            paid, state = ("519.72", "accepted") if invoice.invoice_id == FIRST else ("0.00", "issued")
            amounts = {
                "excluding_tax": f"{invoice.excluding_tax}",
                "including_tax": f"{invoice.including_tax}",
                "paid": paid,
                "pay_by": "2007-11-04",
            }
            of = {"invoice_id": str(invoice.invoice_id), "state": state, "body": invoice.model_dump(mode="json")}
            story.hold("gateway", "invoices", **of, **amounts)
        elif told.type == InvoicesOffered.TYPE:
            story.hold("gateway", "offers", body=InvoicesOffered.parse(told.body).model_dump(mode="json"))
    story.hold("gateway", "payments", reference="VIR-1", invoice_id=str(FIRST), amount="519.72", paid_on="2007-11-02")
    return story


def test_views_that_show_what_was_said_are_in_order() -> None:
    assert list(views(shown().history())) == []


def test_what_the_portal_has_not_read_yet_is_in_flight() -> None:
    story = shown()
    story.behind["gateway"] = sum(told.topic == "events" for told in story.told)
    story.say(offered((OCTOBER, "400.00")))
    assert list(views(story.history())) == []


@pytest.mark.parametrize("parked", [True, False])
def test_what_the_portal_parked_is_not_shown_and_what_it_lost_is_named(parked: bool) -> None:
    story = shown()
    lost = story.say(offered((OCTOBER, "400.00")))
    if parked:
        story.hold("gateway", "parked", topic="events", partition=0, offset=lost.offset, waits=False)
    assert [finding.promise for finding in views(story.history())] == ([] if parked else [Promise.VIEWS])


ANSWERED: tuple[tuple[str, Event], ...] = (
    ("exit", ExitSurveyRecorded(trainee_id=BRUNO, situation=Situation.OTHER, contract=None, version=1)),
    (
        "one_year",
        LaterSurveyRecorded(trainee_id=BRUNO, survey=SurveyKind.ONE_YEAR, situation=Situation.OTHER, contract=None, version=1),
    ),
)


@pytest.mark.parametrize(("survey", "said"), ANSWERED)
@pytest.mark.parametrize(("situation", "promises"), [("other", []), ("employed_elsewhere", [Promise.VIEWS])])
def test_sur_3_surveys_are_shown_as_they_were_said(survey: str, said: Event, situation: str, promises: list[Promise]) -> None:
    story = shown()
    story.say(said)
    story.hold("gateway", "surveys", trainee_id=str(BRUNO), survey=survey, situation=situation, employment=None, version=1)
    assert [finding.promise for finding in views(story.history())] == promises


@pytest.mark.parametrize(("shows", "ended", "promises"), [(True, False, []), (False, True, []), (True, True, [Promise.VIEWS])])
def test_surv_1_a_link_is_open_as_long_as_the_service_says_so(shows: bool, ended: bool, promises: list[Promise]) -> None:
    story, link = shown(), SurveyLink(trainee_id=BRUNO, sha256="a" * 64)
    story.say(SurveyLinkOffered(survey=SurveyKind.EXIT, link=link, last_day=date(2008, 3, 1)))
    if ended:
        story.say(SurveyLinkEnded(trainee_id=BRUNO, survey=SurveyKind.EXIT))
    if shows:
        story.hold("gateway", "survey_links", trainee_id=str(BRUNO), survey="exit", sha256="a" * 64, last_day="2008-03-01")
    assert [finding.promise for finding in views(story.history())] == promises


def share(amount: str) -> Share:
    """Anne's part of October in the centre."""
    return Share(month=OCTOBER, place=Place.CENTRE, trainee_id=ANNE, attended=Decimal(80), excused=Decimal(), amount=Decimal(amount))


def priced(story: Story, amount: str, of: str = "400.00") -> None:
    """October is priced, and the portal shows `of` as Anne's part of it."""
    story.say(MonthPriced(month=OCTOBER, shares=(share(amount),)))
    story.hold("gateway", "shares", month=OCTOBER, body=[share(of).model_dump(mode="json")])


@pytest.mark.parametrize(("of", "promises"), [("400.00", []), ("400.01", [Promise.VIEWS])])
def test_bil_1_the_parts_of_a_month_are_shown_as_they_were_said(of: str, promises: list[Promise]) -> None:
    story = shown()
    priced(story, "400.00", of)
    assert [finding.promise for finding in views(story.history())] == promises


@pytest.mark.parametrize(("of", "promises"), [("400.00", []), ("400.01", [Promise.VIEWS])])
def test_bil_9_an_invoice_keeps_the_parts_that_its_months_had(of: str, promises: list[Promise]) -> None:
    story = declared()
    story.hold(
        "gateway", "actions", state="opened", planned_start=f"{AWARDED.terms.planned_start}", planned_end=f"{AWARDED.terms.planned_end}"
    )
    priced(story, "400.00", "401.00")
    invoice = OCTOBERS.model_copy(update={"number": 1})
    issue(story, invoice)
    story.say(MonthPriced(month=OCTOBER, shares=(share("401.00"),)))
    story.hold("gateway", "invoice_shares", invoice_id=str(SECOND), month=OCTOBER, body=[share(of).model_dump(mode="json")])
    assert [finding.promise for finding in views(story.history()) if "parts" in finding.what] == promises


def test_bil_1_parts_that_an_offer_held_before_they_were_said_once_are_no_difference() -> None:
    story = shown()
    said = offered((OCTOBER, "400.00"))
    story.hold("gateway", "shares", month=OCTOBER, body=[share("400.00").model_dump(mode="json")])
    story.held["gateway", "offers"] = []
    story.hold("gateway", "offers", body=said.model_dump(mode="json"))
    (month,) = said.months
    story.say(said.model_copy(update={"months": (month.model_copy(update={"shares": (share("400.00"),)}),)}))
    assert list(views(story.history())) == []


def change(name: str, place: int = 0, **columns: object) -> Callable[[Story], None]:
    """A row that shows something else."""

    def fault(story: Story) -> None:
        rows = story.held["gateway", name]
        rows[place] = {**rows[place], **columns}

    return fault


def test_req_04_the_planned_dates_that_are_shown_are_the_amended_ones_and_zeros_beyond_them_are_gone() -> None:
    story = shown()
    start, end = AWARDED.terms.planned_start, AWARDED.terms.planned_end
    beyond = LineSaved(month=Month("2008-05"), trainee_id=ANNE, line=line(0), complete=True, version=1)
    story.say(beyond)
    fallen = FallenLine(month=beyond.month, trainee_id=ANNE)
    effect = AmendmentEffect(appear=(), vanish=(beyond.month,), exits=(), fallen=(fallen,), to_declare=())
    dates = {"planned_start": start, "planned_end": date(2008, 4, 25), "periods": ()}
    story.say(AmendmentGranted(effect=effect, **dates))
    before = {"start_before": start, "end_before": end, "request_id": FIRST, "granted_on": date(2008, 2, 1)}
    story.say(ContractAmended(number=1, dates_version=2, **dates, **before))
    assert {finding.promise for finding in views(story.history())} == {Promise.VIEWS}
    change("actions", planned_end="2008-04-25")(story)
    assert list(views(story.history())) == []


def forget(name: str) -> Callable[[Story], None]:
    """A row that is gone."""
    return lambda story: story.held["gateway", name].clear()


@pytest.mark.parametrize(
    "fault",
    [
        change("actions", state="closed"),
        change("actions", planned_end="2008-06-30"),
        change("trainees", state="removed"),
        change("trainees", entered_on="2007-09-04"),
        change("trainees", 1, exit=None),
        change("lines", version=2),
        change("months", confirmed=[]),
        change("invoices", state="paid"),
        change("invoices", paid="519.73"),
        change("invoices", excluding_tax="769.01"),
        change("invoices", pay_by="2007-11-05"),
        change("payments", amount="1.00"),
        change("payments", paid_on="2007-11-03"),
        forget("lines"),
        forget("offers"),
        forget("invoices"),
        forget("payments"),
        lambda story: story.hold("gateway", "months", month=SEPTEMBER.previous(), confirmed=[]),
        lambda story: story.hold("gateway", "payments", reference="VIR-9", invoice_id=str(SECOND), amount="1.00", paid_on="2007-11-02"),
    ],
)
def test_a_page_that_shows_anything_else_is_named(fault: Callable[[Story], None]) -> None:
    story = shown()
    fault(story)
    assert {finding.promise for finding in views(story.history())} == {Promise.VIEWS}


@pytest.mark.parametrize(("markdown", "promises"), [("Appelez le 04.", []), ("Appelez le 05.", [Promise.VIEWS]), (None, [Promise.VIEWS])])
def test_acc_8_each_version_of_a_text_is_shown_as_it_was_published(markdown: str | None, promises: list[Promise]) -> None:
    story = Story()
    for version, said in enumerate(("Bonjour.", "Appelez le 04."), 1):
        story.say(TextPublished(name=PublicText.CONTACT, version=version, markdown=said))
        if shown := (said if version == 1 else markdown):
            story.hold("gateway", "texts", version=version, markdown=shown)
    assert [finding.promise for finding in views(story.history())] == promises
