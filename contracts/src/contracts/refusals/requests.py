"""What is refused of requests, grants and amendments: by `actions`, and by `declarations` of what it is asked."""

from . import Refusal


class RequestAlreadyOpen(Refusal):
    """Une demande est déjà en attente à ce sujet. Attendez la réponse de la Région, ou retirez-la pour en faire une autre."""

    rule = "REQ-1"


class RequestNotOpen(Refusal):
    """Cette demande n’attend plus de réponse : elle a été retirée, ou la Région y a répondu."""

    rule = "REQ-1"


class NoChangeAsked(Refusal):
    """Cette demande ne change rien à ce qui est enregistré. Indiquez ce qui doit changer."""

    rule = "REQ-1"


class NothingUnlocked(Refusal):
    """Rien n’est déverrouillé ici : l’organisme a déjà enregistré sa modification, ou n’a rien à modifier."""

    rule = "REQ-2"


# Trainers


class TrainersLocked(Refusal):
    """La liste des formateurs est verrouillée. Demandez une modification à la Région."""

    rule = "TRA-1"


class TrainersNotLocked(Refusal):
    """La liste des formateurs n’est pas verrouillée, l’organisme peut déjà la modifier."""

    rule = "TRA-1"


class TrainerFieldMissing(Refusal):
    """À renseigner pour chaque formateur."""

    rule = "TRA-1"


class TrainerTwice(Refusal):
    """Ce formateur figure deux fois sur la liste. Gardez une seule ligne."""

    rule = "TRA-1"


# Amendments


class StartAfterOpening(Refusal):
    """L’action est ouverte depuis le {start:date} : son début prévu ne change plus."""

    rule = "REQ-3"


class EndBeforeStart(Refusal):
    """L’action a commencé le {start:date}, elle ne peut pas finir avant, le {end:date}."""

    rule = "REQ-3"


class EndBeforeEntry(Refusal):
    """{trainee:person} entre en formation le {entered:date}, après la nouvelle fin prévue du {end:date}."""

    rule = "REQ-3"


class EndBeforeExit(Refusal):
    """{trainee:person} est sorti le {left:date}, après la nouvelle fin prévue du {end:date}."""

    rule = "REQ-3"


class EndBeforeConfirmed(Refusal):
    """La déclaration de {month:month} a été validée : l’action ne peut pas finir avant le {first:date}."""

    rule = "REQ-3"


class HoursAfterEnd(Refusal):
    """Des heures de {trainee:person} sont enregistrées en {month:month}, après la nouvelle fin prévue. L’organisme doit d’abord les effacer."""

    rule = "REQ-3"
