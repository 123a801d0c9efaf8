"""What `surveys` refuses."""

from . import Refusal


class SurveyBeforeExit(Refusal):
    """{trainee:person} est encore en formation. Saisissez sa sortie dans la déclaration du mois, puis remplissez l’enquête."""

    rule = "SUR-1"


class ContractKindMissing(Refusal):
    """{trainee:person} a un emploi : indiquez la nature de son contrat de travail."""

    rule = "SUR-1"


class ContractKindUnexpected(Refusal):
    """Une nature de contrat est indiquée alors que {trainee:person} n’a pas d’emploi. Retirez-la, ou changez la situation."""

    rule = "SUR-1"


class SurveyNotDue(Refusal):
    """L’enquête de {trainee:person} se remplit à partir du {day:date}. Remplissez-la ce jour-là ou plus tard."""

    rule = "SUR-3"


class AnsweredByTrainee(Refusal):
    """{trainee:person} a répondu par son lien personnel : sa réponse se lit et ne se modifie pas ici."""

    rule = "SURV-2"


class LinkOver(Refusal):
    """Ce lien ne permet plus de répondre. Demandez-en un autre à l’organisme de formation."""

    rule = "SURV-1"


class ExitSurveyMissing(Refusal):
    """L’enquête de sortie de {trainee:person} n’est pas remplie. Remplissez-la, puis envoyez le bilan."""

    rule = "SUR-2"


class ReportBeforeClosing(Refusal):
    """L’action n’est pas encore clôturée. Clôturez-la, puis envoyez le bilan."""

    rule = "SUR-2"


class ReportTextMissing(Refusal):
    """Le bilan pédagogique est vide. Rédigez-le, puis envoyez-le."""

    rule = "SUR-2"


class ReportAlreadySubmitted(Refusal):
    """Le bilan a été envoyé à la Région le {day:date} : ni lui ni ses enquêtes de sortie ne changent plus. Contactez la Région."""

    rule = "SUR-2"


class ReportNotSubmitted(Refusal):
    """L’organisme n’a pas encore envoyé le bilan. Accusez réception quand il l’aura fait."""

    rule = "SUR-2"
