"""Exit surveys and the report between their forms and their commands, without the web (SUR-1, SUR-2)."""

from uuid import UUID

from contracts.codes import EmploymentContract, Situation
from contracts.surveys import RecordExitSurvey, SubmitReport
from gateway.areas.action.queries.surveys import SurveyRow
from gateway.web.forms import Fields, Form
from gateway.words.labels import label

CODES = {"situation": Situation, "contrat": EmploymentContract}
EMPLOYED = {Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE}


def survey_fields(_form: Form) -> Fields:
    """Where a fault of a survey is shown."""
    return {"situation": "situation", "contract": "contrat"}.get


def report_fields(_form: Form) -> Fields:
    """Where a fault of the report is shown."""
    return {"text": "texte"}.get


def shown(row: SurveyRow) -> Form:
    """The form of a stored survey."""
    return Form.showing({"situation": row.situation, "contrat": row.contract, "version": row.version})


def as_read(name: str, code: str) -> str:
    """A field's value as people read it."""
    return label(code, CODES[name])


def ask_survey(form: Form, trainee_id: UUID) -> RecordExitSurvey | None:
    """What became of a trainee; who is employed has a kind of contract (SUR-1). None when something lacks: the form says what."""
    situation = form.code("situation", Situation, "Choisissez la situation du stagiaire à sa sortie.")
    kind = form.code("contrat", EmploymentContract, "Choisissez le type de contrat de travail.") if situation in EMPLOYED else None
    if situation is None or not form.ok:
        return None
    version = form.value("version")
    base_version = int(version) if version.isdecimal() and len(version) < 9 else 0
    return RecordExitSurvey(trainee_id=trainee_id, situation=situation, contract=kind, base_version=base_version)


def ask_report(form: Form) -> SubmitReport | None:
    """The report's text; None while nothing is written (SUR-2)."""
    text = form.text("texte", "Rédigez le bilan pédagogique avant de l’envoyer.")
    return SubmitReport(text=text) if form.ok else None
