"""What `identity` refuses of second factors."""

from . import Refusal


class CodeWrong(Refusal):
    """Ce code n’est pas le bon. Saisissez celui que l’application de votre téléphone affiche maintenant, ou un code de secours."""

    rule = "ACC-7"


class CodeSpent(Refusal):
    """Ce code a déjà servi. Attendez que l’application de votre téléphone affiche le suivant, trente secondes au plus."""

    rule = "ACC-7"


class RecoveryCodeSpent(Refusal):
    """Ce code de secours a déjà servi. Saisissez-en un autre."""

    rule = "ACC-7"


class LogInOver(Refusal):
    """Trop de temps a passé depuis votre mot de passe, ou il a changé. Recommencez la connexion."""

    rule = "ACC-7"


class FactorNotBegun(Refusal):
    """L’activation n’est plus en cours : elle est terminée, ou plus de trente minutes ont passé. Si rien n’est activé, recommencez."""

    rule = "ACC-7"


class FactorIsNotOn(Refusal):
    """La double authentification n’est pas activée sur ce compte."""

    rule = "ACC-7"


class FactorIsAMust(Refusal):
    """La Région demande la double authentification à tous ses agents : vous pouvez changer de téléphone, pas la désactiver."""

    rule = "ACC-7"


class FactorLost(Refusal):
    """La double authentification de ce compte s’est perdue dans une panne. La Région la remet à zéro, l’exploitant pour un agent."""

    rule = "ACC-7"
