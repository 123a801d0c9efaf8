"""Refusals that any service may give."""

from . import Refusal


class NotFound(Refusal):
    """Cet élément n’existe pas."""

    rule = "ACC-6"


class ChangedMeanwhile(Refusal):
    """Cette page a changé pendant votre saisie. Comparez avec ce qui est enregistré, puis enregistrez à nouveau."""

    rule = "ACC-8"  # [ours]: several people of one organisation work at once, and nobody overwrites unseen what another saved


class InProgress(Refusal):
    """Une demande est en cours sur cette action depuis le {since:datetime}. Attendez sa réponse, puis recommencez."""

    rule = "ACT-2"


class PeopleAreErased(Refusal):
    """Les données personnelles de ce contrat ont été effacées le {day:date}, au terme de leur durée de conservation. Plus rien n’y est
    enregistré.
    """

    rule = "PRV-1"


class Discarded(Refusal):
    """Votre demande n’a pas pu être traitée et a été écartée par l’exploitant. Recommencez, ou contactez la Région."""

    rule = "ACT-2"


class HeldUp(Refusal):
    """« {key} » attend que l’exploitant débloque une demande. Rien n’a été enregistré : recommencez plus tard, ou sans cet élément."""

    rule = "ACT-1"


class Failed(Refusal):
    """Votre demande n’a pas pu être traitée, et rien n’en a été enregistré. L’exploitant en est averti : recommencez plus tard."""

    rule = "ACT-1"


class EmailWrong(Refusal):
    """Il faut une adresse électronique complète, sans accent ni espace, par exemple contact@organisme.fr."""

    rule = "ACT-4"  # of a user, ACC-8


class EmptyNote(Refusal):
    """La note est vide. Écrivez ce que l’organisme doit lire."""

    rule = "BIL-7"  # of a report, SUR-2


class TooManyCommands(Refusal):
    """Trop de demandes viennent de votre compte : {most} en une minute. Rien n’est envoyé de cette page ; attendez une minute, puis
    recommencez.
    """

    rule = "ACC-7"  # [ours]: as with passwords, whoever tries without end slows down nobody else
