"""Which surveys a day makes due, and of which it reminds (SUR-3)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chassis.decision import Decision
from contracts.surveys import LATER, LaterSurvey, SurveysFellDue

from .outcomes import Later, Outcomes, Trainee


def begin(outcomes: Outcomes, day: date) -> Decision[Outcomes]:
    """What the organisation is told with `day`: of whom a survey is due, and for whom nobody has answered thirty days after that."""
    trainees, told = dict(outcomes.trainees), tuple(_told(outcomes, day))
    for event in told:
        for trainee_id in event.trainees:
            trainee = trainees[trainee_id]
            known = trainee.later.get(event.survey, Later())
            later = replace(known, asked_on=known.asked_on or day, reminded=event.again)
            trainees[trainee_id] = replace(trainee, later={**trainee.later, event.survey: later})
    return Decision(outcomes.with_trainees(trainees), told)


def _told(outcomes: Outcomes, day: date) -> Iterator[SurveysFellDue]:
    for survey in LATER:
        waiting = [id_ for id_, trainee in sorted(outcomes.trainees.items()) if (on := trainee.told_on(survey)) and on <= day]
        for again in (False, True):
            trainees = tuple(id_ for id_ in waiting if _was_asked(outcomes.trainees[id_], survey) is again)
            if trainees:
                yield SurveysFellDue(survey=survey, trainees=trainees, again=again)


def _was_asked(trainee: Trainee, survey: LaterSurvey) -> bool:
    return trainee.later.get(survey, Later()).asked_on is not None
