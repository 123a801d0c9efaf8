"""Surveys, three per trainee who left, and the outcomes report (SUR-1 to SUR-3)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from contracts.awards import MOST_TRAINEES
from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.surveys import RecordExitSurvey, RecordLaterSurvey, SubmitReport
from gateway.areas.action.queries.notes import load_notes
from gateway.areas.action.queries.surveys import SurveyRow, load_survey, load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.web.drafts import keep_draft
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.people import names_of_trainees
from gateway.web.rendering import fragment, see
from gateway.web.values import whole_number
from gateway.words.french import sortable
from gateway.words.labels import choices

from . import asking
from .asking import ADDRESSES, as_read, report_fields, shown, survey_fields
from .queries import Mailed, find_sending, load_mailed, load_report


@get("/actions/{contract:str}/enquetes")
async def surveys_page(visit: NamedDependency[ActionVisit], envoyes: FromQuery[str] = "") -> Response[str]:
    """Who has left, and which of their surveys are filled in, to be filled in, or due later."""
    return await show_surveys(visit, Form(), asked=whole_number(envoyes, MOST_TRAINEES))


async def show_surveys(
    visit: ActionVisit, form: Form, *, not_done: str = "Les lettres ne sont pas imprimées", asked: int | None = None
) -> Response[str]:
    """The list; `form` is that of links that could not be offered, and `not_done` says so; `asked` is how many mails just were."""
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    due = {survey: [row for row in rows if row.state(survey, visit.today) == "due"] for survey in SurveyKind}
    mailed = await load_mailed(visit.db, visit.viewer, visit.contract)
    return visit.page(
        "surveys/surveys.html",
        status=form.status,
        form=form,
        not_done=not_done,
        rows=rows,
        surveys=ADDRESSES,
        missing={survey: len(of) for survey, of in due.items()},
        by_mail={survey: sum(bool(row.email) for row in of) for survey, of in due.items()},
        on_paper={survey: sum(on_paper(row, survey, mailed) for row in of) for survey, of in due.items()},
        mailed=mailed,
        sending=await find_sending(visit.db, visit.viewer),
        asked=asked,
    )


def on_paper(row: SurveyRow, survey: SurveyKind, mailed: Mapping[tuple[UUID, SurveyKind], Mailed]) -> bool:
    """Whether a mail does not reach them: they have no address, or the last one did not leave."""
    last = mailed.get((row.trainee_id, survey))
    return not row.email or (last is not None and last.state in {"refused", "given_up"})


@get("/actions/{contract:str}/enquetes/{which:str}/{trainee_id:uuid}")
async def survey_page(visit: NamedDependency[ActionVisit], which: FromPath[str], trainee_id: FromPath[UUID]) -> Response[str]:
    """One of a trainee's surveys; that of the exit can be changed until the report is sent."""
    survey = survey_at(which)
    row = await load_survey(visit.db, visit.viewer, visit.contract, trainee_id)
    form = await visit.restored(survey_fields)
    return await show_survey(visit, row, survey, form or Form.showing(shown(row.answers.get(survey))))


def survey_at(which: str) -> SurveyKind:
    """The survey of that name in an address. Raises NotFoundException when it is none."""
    if which not in ADDRESSES:
        raise NotFoundException
    return ADDRESSES[which]


async def show_survey(visit: ActionVisit, row: SurveyRow, survey: SurveyKind, form: Form) -> Response[str]:
    """The survey's form; as long as what was sent is not answered, an hourglass."""
    if form.conflict:
        form.compare(Form.showing(shown(row.answers.get(survey))), as_read)
    return visit.page(
        "surveys/survey.html",
        status=form.status,
        form=form,
        row=row,
        survey=survey,
        address=next(address for address, named in ADDRESSES.items() if named is survey),
        state=row.state(survey, visit.today),
        answer=row.answers.get(survey),
        mailed=await load_mailed(visit.db, visit.viewer, visit.contract),
        sending=await find_sending(visit.db, visit.viewer),
        waits=visit.waiting.since(visit.contract, RecordExitSurvey, RecordLaterSurvey, subject=_subject(row.trainee_id, survey)),
        situations=choices(Situation),
        contracts=choices(EmploymentContract),
    )


def _subject(trainee_id: UUID, survey: SurveyKind) -> str:
    return f"{survey}/{trainee_id}"


@post("/actions/{contract:str}/enquetes/{which:str}/{trainee_id:uuid}")
async def record_survey(visit: NamedDependency[ActionVisit], which: FromPath[str], trainee_id: FromPath[UUID]) -> Response[Any]:
    """Keep the survey; an employed former trainee has a kind of contract (SUR-1, SUR-3)."""
    survey = survey_at(which)
    row = await load_survey(visit.db, visit.viewer, visit.contract, trainee_id)
    form = await Form.of(visit.request)
    if command := asking.record(form, trainee_id, survey):
        to, subject = f"{visit.action.path}/enquetes", _subject(trainee_id, survey)
        if done := await visit.ask(command, form, to=to, subject=subject, fields=survey_fields(form)):
            return done
        row = await load_survey(visit.db, visit.viewer, visit.contract, trainee_id)
    return await show_survey(visit, row, survey, form)


@get("/actions/{contract:str}/bilan")
async def report_page(visit: NamedDependency[ActionVisit], brouillon: FromQuery[str] = "") -> Response[str]:
    """The report: what is known, what is missing, the text to write."""
    return await show_report(visit, await visit.restored(report_fields) or Form(), kept=bool(brouillon))


async def show_report(visit: ActionVisit, form: Form, *, confirming: bool = False, kept: bool = False) -> Response[str]:
    """The report's page, or its confirm step; `kept` says that the text just was, as a draft."""
    names = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    report = await load_report(visit.db, visit.viewer, visit.contract)
    missing = [(names.get(str(trainee), "Stagiaire"), trainee) for trainee in (report.missing if report else ())]
    return visit.page(
        "surveys/report.html",
        status=form.status,
        form=form,
        confirming=confirming,
        kept=kept,
        report=report,
        notes=await load_notes(visit.db, visit.viewer, visit.contract),
        missing=sorted(missing, key=lambda trainee: sortable(trainee[0])),
        waits=visit.waiting.since(visit.contract, SubmitReport),
    )


@post("/actions/{contract:str}/bilan")
async def save_report(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Keep the text as a draft, show the confirm step, or send the report (SUR-2)."""
    form, path = await Form.of(visit.request), visit.request.url.path
    await keep_draft(visit.db, visit.viewer, FormId("report", visit.contract), {"typed": {"texte": form.values("texte")}})
    match form.value("faire"):
        case "auto":
            return fragment("_saved.html", of="Texte")
        case "verifier" | "envoyer":
            command = asking.submit(form)
            if command and form.value("faire") == "verifier":
                return await show_report(visit, form, confirming=True)
            if command and (done := await visit.ask(command, form, to=path, fields=report_fields(form))):
                return done
            return await show_report(visit, form)
        case _:
            return see(f"{path}?brouillon=1")


ROUTES = [surveys_page, survey_page, record_survey, report_page, save_report]
