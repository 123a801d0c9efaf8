"""Personal links, by which trainees answer a survey themselves (SURV-1, SURV-2)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chassis.decision import Decision
from contracts.codes import SurveyKind
from contracts.month import paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.surveys import LinkOver, ReportAlreadySubmitted
from contracts.surveys import LINK_LIVES, AnswerByLink, OfferSurveyLinks, SurveyLinkOffered

from .outcomes import Link, Outcomes, Survey
from .survey import not_due, recorded, trainee_of, unfitting


def offer(outcomes: Outcomes, command: OfferSurveyLinks, at: datetime) -> Decision[Outcomes]:
    """A link for each of these trainees, of whom the survey is due; it works for sixty days, and the one before it no more (SURV-1)."""
    if command.survey is SurveyKind.EXIT and outcomes.submitted_at:
        raise ReportAlreadySubmitted(day=paris_day(outcomes.submitted_at))
    wrong: list[Refusal] = []
    trainees, last_day = dict(outcomes.trainees), paris_day(at) + LINK_LIVES
    for offered in command.links:
        trainee, item = trainee_of(outcomes, offered.trainee_id), str(offered.trainee_id)
        wrong += not_due(trainee, item, command.survey, at)
        trainees[offered.trainee_id] = replace(trainee, links={**trainee.links, command.survey: Link(offered.sha256, last_day)})
    refuse_all(wrong)
    said = tuple(
        SurveyLinkOffered(survey=command.survey, link=offered, last_day=last_day, by_mail=command.by_mail) for offered in command.links
    )
    return Decision(outcomes.with_trainees(trainees), said)


def answer(outcomes: Outcomes, command: AnswerByLink, at: datetime) -> Decision[Outcomes]:
    """What the trainee says stands, in the place of what anybody said before, and can be changed while the link works (SURV-2). Raises
    LinkOver for one that does not, whatever the reason.
    """
    trainee_id, which = command.link.trainee_id, command.survey
    trainee = outcomes.trainees.get(trainee_id)
    link = trainee.links.get(which) if trainee else None
    if trainee is None or link is None or link.sha256 != command.link.sha256 or paris_day(at) > link.last_day:
        raise LinkOver
    refuse_all(unfitting(str(trainee_id), command.situation, command.contract))
    known = trainee.survey_of(which)
    survey = Survey(command.situation, command.contract, known.version if known else 0, by_link=True)
    return Decision(outcomes) if survey == known else recorded(outcomes, trainee_id, which, replace(survey, version=survey.version + 1))


def without_links(outcomes: Outcomes, which: SurveyKind) -> Outcomes:
    """The same, and nobody answers this survey by a link any more."""

    def left(links: Mapping[SurveyKind, Link]) -> dict[SurveyKind, Link]:
        return {survey: link for survey, link in links.items() if survey is not which}

    trainees = outcomes.trainees.items()
    return outcomes.with_trainees({trainee_id: replace(trainee, links=left(trainee.links)) for trainee_id, trainee in trainees})
