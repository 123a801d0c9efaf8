"""What `identity` refuses."""

from . import Refusal


class WrongCredentials(Refusal):
    """Identifiant ou mot de passe incorrect."""

    rule = "ACC-7"


class SlowedDown(Refusal):
    """Trop d’essais ont échoué. Réessayez dans {minutes} min."""

    rule = "ACC-7"


class TemporaryPasswordExpired(Refusal):
    """Ce mot de passe provisoire n’est plus valable depuis le {day:date}. Demandez-en un autre avec « Mot de passe oublié »."""

    rule = "ACC-1"


class EmailUnknown(Refusal):
    """Aucun compte n’a cette adresse électronique. Saisissez celle à laquelle la Région vous écrit, ou contactez la Région."""

    rule = "ACC-3"


class CurrentPasswordWrong(Refusal):
    """Le mot de passe actuel n’est pas celui que vous avez saisi. Saisissez-le à nouveau."""

    rule = "ACC-2"


class AccessOver(Refusal):
    """Le mot de passe de ce compte a changé depuis que vous êtes connecté. Reconnectez-vous avec le dernier que vous avez reçu ou choisi."""

    rule = "ACC-7"


class PasswordTooShort(Refusal):
    """Le mot de passe a {length} caractères, il en faut au moins {least}. Quelques mots qui ne vont pas ensemble font l’affaire."""

    rule = "ACC-2"


class PasswordTooCommon(Refusal):
    """Ce mot de passe est trop facile à deviner. Choisissez des mots moins courants, ou qui ne vont pas ensemble."""

    rule = "ACC-2"


class PasswordNamesYou(Refusal):
    """Le mot de passe contient votre identifiant ou votre nom : il serait facile à deviner. Choisissez autre chose."""

    rule = "ACC-2"


class PasswordUnchanged(Refusal):
    """Le nouveau mot de passe est le même que l’ancien. Choisissez-en un autre."""

    rule = "ACC-2"


class LoginWrong(Refusal):
    """L’identifiant a de {least} à {most} caractères : lettres, chiffres, et . _ - @. Choisissez-en un autre."""

    rule = "ACC-2"


class LoginTaken(Refusal):
    """L’identifiant « {login} » est déjà pris. Choisissez-en un autre."""

    rule = "ACC-2"


class LoginIsASiret(Refusal):
    """« {login} » a la forme d’un SIRET, et ce n’est pas le vôtre. Choisissez un autre identifiant."""

    rule = "ACC-2"


class AddressMissing(Refusal):
    """L’adresse est vide. Saisissez le numéro et la voie."""

    rule = "ACC-2"


class TownMissing(Refusal):
    """La ville est vide. Saisissez-la."""

    rule = "ACC-2"


class PostcodeWrong(Refusal):
    """« {postcode} » n’est pas un code postal : saisissez ses cinq chiffres."""

    rule = "ACC-2"


class AlreadyActive(Refusal):
    """L’organisme a déjà choisi son mot de passe. S’il l’a perdu, il en reçoit un autre avec « Mot de passe oublié »."""

    rule = "ACC-1"


class OrganisationMissing(Refusal):
    """Le nom de l’organisme est vide. Saisissez-le."""

    rule = "ACC-4"


class TooManyAccountRequests(Refusal):
    """Trop de demandes de compte attendent une réponse de la Région. Réessayez dans quelques jours, ou contactez-la."""

    rule = "ACC-4"


class AccountRequestAnswered(Refusal):
    """Cette demande de compte a déjà sa réponse, ou elle a expiré."""

    rule = "ACC-4"


class AnswerUnexplained(Refusal):
    """Le motif est vide. Écrivez ce que le demandeur doit lire."""

    rule = "ACC-4"


class RightMissing(Refusal):
    """Vous n’administrez pas les comptes de votre organisme. Demandez-le à un collègue qui les administre."""

    rule = "ACC-8"


class UserNameMissing(Refusal):
    """Le nom est vide. Saisissez le prénom et le nom."""

    rule = "ACC-8"


class ColleagueKnown(Refusal):
    """Un compte de cet organisme a déjà cette adresse électronique. Chacun a la sienne."""

    rule = "ACC-8"


class TooManyColleagues(Refusal):
    """Cet organisme a déjà {most} comptes. Il faut d’abord retirer ceux qui ne servent plus."""

    rule = "ACC-8"


class TooManyInvitations(Refusal):
    """Votre organisme a déjà fait envoyer {most} courriers d’accès aujourd’hui. Continuez demain."""

    rule = "ACC-8"


class LastAdministrator(Refusal):
    """Personne d’autre n’administrerait les comptes. Donnez d’abord ce droit à un collègue qui s’est déjà connecté."""

    rule = "ACC-8"


class AccountIsDisabled(Refusal):
    """Ce compte est désactivé. Contactez la Région."""

    rule = "ACC-9"


class AccountIsNotDisabled(Refusal):
    """Ce compte n’est pas désactivé."""

    rule = "ACC-9"


class TextMissing(Refusal):
    """Le texte est vide, et tout le monde le lit. Écrivez-le avant de le publier."""

    rule = "ACC-8"
