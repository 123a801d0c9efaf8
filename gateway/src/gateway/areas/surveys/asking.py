"""Surveys and the report between their forms and their commands, without the web (SUR-1 to SUR-3)."""

from collections.abc import Mapping
from uuid import UUID

from contracts.codes import EmploymentContract, Situation, SurveyKind
from contracts.surveys import AnswerByLink, NoteReport, RecordExitSurvey, RecordLaterSurvey, SubmitReport, SurveyLink
from gateway.areas.action.queries.surveys import Answered
from gateway.web.values import LONGEST, Fields, Values
from gateway.words.labels import label

ADDRESSES: Mapping[str, SurveyKind] = {"sortie": SurveyKind.EXIT, "six-mois": SurveyKind.SIX_MONTHS, "un-an": SurveyKind.ONE_YEAR}
"""How each survey is called in addresses, in the order of the guide."""
CODES = {"situation": Situation, "contrat": EmploymentContract}
NOTE_FIELDS = {"text": "note"}
EMPLOYED = {Situation.EMPLOYED_IN_SECTOR, Situation.EMPLOYED_ELSEWHERE}


def survey_fields(_values: Values) -> Fields:
    """Where a fault of a survey is shown."""
    return {"situation": "situation", "contract": "contrat"}.get


def report_fields(_values: Values) -> Fields:
    """Where a fault of the report is shown."""
    return {"text": "texte"}.get


def shown(answer: Answered | None) -> dict[str, object]:
    """The fields of a stored survey; empty ones of none."""
    return {"situation": answer.situation, "contrat": answer.contract, "version": answer.version} if answer else {"version": 0}


def as_read(name: str, code: str) -> str:
    """A field's value as people read it."""
    return label(code, CODES[name])


def record(values: Values, trainee_id: UUID, survey: SurveyKind) -> RecordExitSurvey | RecordLaterSurvey | None:
    """What became of a trainee; who is employed has a kind of contract (SUR-1). None when something lacks: the values say what."""
    situation = values.code("situation", Situation, "Choisissez la situation du stagiaire.")
    kind = values.code("contrat", EmploymentContract, "Choisissez le type de contrat de travail.") if situation in EMPLOYED else None
    if situation is None or not values.ok:
        return None
    version = values.version()
    if survey is SurveyKind.EXIT:
        return RecordExitSurvey(trainee_id=trainee_id, situation=situation, contract=kind, base_version=version)
    return RecordLaterSurvey(trainee_id=trainee_id, survey=survey, situation=situation, contract=kind, base_version=version)


def answer(values: Values, survey: SurveyKind, link: SurveyLink) -> AnswerByLink | None:
    """What a former trainee says of themselves: a job, whether in the sector of the training, and by which contract (SURV-2)."""
    employed = values.flag("emploi", "Dites si vous avez un emploi.")
    situation, kind = Situation.OTHER, None
    if employed:
        in_sector = values.flag("secteur", "Dites si cet emploi est dans le métier de la formation.")
        situation = Situation.EMPLOYED_IN_SECTOR if in_sector else Situation.EMPLOYED_ELSEWHERE
        kind = values.code("contrat", EmploymentContract, "Choisissez le contrat de travail.")
    return AnswerByLink(survey=survey, link=link, situation=situation, contract=kind) if values.ok else None


def submit(values: Values) -> SubmitReport | None:
    """The report's text; None while nothing is written (SUR-2)."""
    text = values.text("texte", "Rédigez le bilan pédagogique avant de l’envoyer.", most=LONGEST)
    return SubmitReport(text=text) if values.ok else None


def note(values: Values) -> NoteReport | None:
    """The note to the organisation; None when it is empty, or too long (SUR-2)."""
    text = values.text("note", "Écrivez ce que l’organisme doit lire.", most=LONGEST)
    return NoteReport(text=text) if values.ok else None
