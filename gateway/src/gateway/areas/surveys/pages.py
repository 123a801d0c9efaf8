"""Exit surveys, one per trainee who left, and the outcomes report (SUR-1, SUR-2)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.codes import EmploymentContract, Situation
from contracts.surveys import RecordExitSurvey, SubmitReport
from gateway.areas.action.around import on_top
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.surveys import SurveyRow, load_survey, load_surveys
from gateway.web import drafts
from gateway.web.drafts import find_draft, keep_draft
from gateway.web.forms import Fields, Form
from gateway.web.people import names_of_trainees
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, fragment, page, see
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting
from gateway.words.french import sortable
from gateway.words.labels import choices, label

from .queries import load_report


@get("/actions/{contract:str}/enquetes/sortie")
async def surveys_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Who has left, and whose survey is still to be filled in."""
    action = await load_action(portal.db, organisation, contract)
    rows = await load_surveys(portal.db, organisation, contract)
    return await page(
        request, "surveys/surveys.html", **on_top(action), rows=rows, missing=sum(1 for row in rows if row.exit and not row.version)
    )


@get("/actions/{contract:str}/enquetes/sortie/{trainee_id:uuid}")
async def survey_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    trainee_id: FromPath[UUID],
) -> Response[str]:
    """One trainee's survey; it can be changed until the report is sent."""
    row = await load_survey(portal.db, organisation, contract, trainee_id)
    form = await drafts.restored(portal, organisation, request.url.path, contract, lambda _form: FIELDS.get)
    return await show_survey(request, portal, organisation, contract, trainee_id, form or shown(row))


FIELDS = {"situation": "situation", "contract": "contrat"}
CODES = {"situation": Situation, "contrat": EmploymentContract}


def shown(row: SurveyRow) -> Form:
    """The form of a stored survey."""
    return Form.showing({"situation": row.situation, "contrat": row.contract, "version": row.version})


async def show_survey(request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, trainee_id: UUID, form: Form) -> Response[str]:
    """The survey's form; as long as what was sent is not answered, an hourglass."""
    row = await load_survey(portal.db, viewer, contract, trainee_id)
    if form.conflict:
        form.compare(shown(row), lambda name, code: label(code, CODES[name]))
    return await page(
        request,
        "surveys/survey.html",
        status=form.status,
        form=form,
        **on_top(await load_action(portal.db, viewer, contract)),
        row=row,
        waits=(await load_waiting(portal.db, viewer)).since(contract, RecordExitSurvey, subject=str(trainee_id)),
        situations=choices(Situation),
        contracts=choices(EmploymentContract),
    )


@post("/actions/{contract:str}/enquetes/sortie/{trainee_id:uuid}")
async def record_survey(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    trainee_id: FromPath[UUID],
) -> Response[Any]:
    """Keep the survey; an employed former trainee has a kind of contract (SUR-1)."""
    await load_survey(portal.db, organisation, contract, trainee_id)
    form = await Form.of(request)
    situation = form.code("situation", Situation, "Choisissez la situation du stagiaire à sa sortie.")
    employed = situation in {Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE}
    kind = form.code("contrat", EmploymentContract, "Choisissez le type de contrat de travail.") if employed else None
    if situation and form.ok:
        version = form.value("version")
        command = RecordExitSurvey(
            trainee_id=trainee_id, situation=situation, contract=kind, base_version=int(version) if version.isdigit() else 0
        )
        path = f"/actions/{contract}/enquetes/sortie"
        answer = await portal.commands.send(
            organisation, "surveys", contract, command, command_id=form.command_id, path=path, subject=str(trainee_id)
        )
        if not answer.refused:
            await drafts.sent(portal, organisation, form, answer, request.url.path)
            return see(path, command=answer.command_id)
        form.take(answer, await names_of_trainees(portal.db, contract), FIELDS.get)
    return await show_survey(request, portal, organisation, contract, trainee_id, form)


def draft_of(contract: str) -> str:
    """Where the report's text is kept while it is written."""
    return f"/actions/{contract}/bilan"


@get("/actions/{contract:str}/bilan")
async def report_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    brouillon: FromQuery[str] = "",
) -> Response[str]:
    """The report: what is known, what is missing, the text to write."""
    form = await drafts.restored(portal, organisation, draft_of(contract), contract, report_fields)
    draft = await find_draft(portal.db, organisation, draft_of(contract))
    form = form or Form(draft["typed"] if draft else None)
    return await show_report(request, portal, organisation, contract, form, kept=bool(brouillon))


def report_fields(_form: Form) -> Fields:
    """Where a fault of the report is shown."""
    return {"text": "texte"}.get


async def show_report(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form, *, confirming: bool = False, kept: bool = False
) -> Response[str]:
    """The report's page, or its confirm step; `kept` says that the text just was, as a draft."""
    action = await load_action(portal.db, viewer, contract)
    names = await names_of_trainees(portal.db, contract)
    report = await load_report(portal.db, viewer, contract)
    missing = [(names.get(str(trainee), "Stagiaire"), trainee) for trainee in (report.missing if report else ())]
    return await page(
        request,
        "surveys/report.html",
        status=form.status,
        form=form,
        confirming=confirming,
        kept=kept,
        **on_top(action),
        report=report,
        missing=sorted(missing, key=lambda found: sortable(found[0])),
        waits=(await load_waiting(portal.db, viewer)).since(contract, SubmitReport),
    )


@post("/actions/{contract:str}/bilan")
async def save_report(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Keep the text as a draft, show the confirm step, or send the report (SUR-2)."""
    await load_action(portal.db, organisation, contract)
    form = await Form.of(request)
    await keep_draft(portal.db, organisation, draft_of(contract), {"typed": {"texte": form.values("texte")}})
    match form.value("faire"):
        case "auto":
            return fragment("_saved.html", of="Brouillon")
        case "verifier" | "envoyer":
            text = form.text("texte", "Rédigez le bilan pédagogique avant de l’envoyer.")
            if form.ok and form.value("faire") == "verifier":
                return await show_report(request, portal, organisation, contract, form, confirming=True)
            if form.ok:
                return await send_report(request, portal, organisation, contract, form, text)
            return await show_report(request, portal, organisation, contract, form)
        case _:
            return see(f"{draft_of(contract)}?brouillon=1")


async def send_report(request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form, text: str) -> Response[Any]:
    """Send it to the Region; refused, nothing of the text is lost."""
    answer = await portal.commands.send(
        viewer, "surveys", contract, SubmitReport(text=text), command_id=form.command_id, path=draft_of(contract)
    )
    if not answer.refused:
        await drafts.sent(portal, viewer, form, answer, draft_of(contract))
        return see(draft_of(contract), command=answer.command_id)
    form.take(answer, await names_of_trainees(portal.db, contract), report_fields(form))
    return await show_report(request, portal, viewer, contract, form)


ROUTES = [surveys_page, survey_page, record_survey, report_page, save_report]
