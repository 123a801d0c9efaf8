"""What a page says of the command that led to it: done, refused, or recorded and soon answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.answers import Fault

from .french import de, moment
from .refusals import summary

DONE: dict[str, tuple[str, str]] = {
    "actions.import-contracts.v1": ("Votre fichier de contrats est traité", "Voyez ce qui a été vérifié ou importé."),
    "actions.withdraw-contract.v1": ("Le contrat est retiré", "L’organisme en est averti."),
    "actions.validate-dates.v1": (
        "Les dates et les périodes sont validées",
        "Elles sont verrouillées, et se changent sur demande à la Région.",
    ),
    "actions.unlock-dates.v1": ("Les dates sont déverrouillées", "L’organisme peut les valider une fois encore."),
    "actions.register-trainee.v2": (
        "Le stagiaire est inscrit",
        "Sa fiche est enregistrée : la liste dit si elle est complète, ou ce qui lui manque.",
    ),
    "actions.change-trainee.v1": ("La fiche est enregistrée", "La liste dit si elle est complète, ou ce qui lui manque."),
    "actions.register-trainees.v1": ("Les stagiaires sont inscrits", "Leurs fiches sont enregistrées, toutes."),
    "actions.remove-trainee.v1": ("Le stagiaire est supprimé", "Il ne figure plus dans la liste."),
    "actions.unlock-trainee.v1": ("La fiche est déverrouillée", "L’organisme peut la modifier une fois."),
    "actions.confirm-entry-dates.v1": (
        "Les dates d’entrée sont confirmées",
        "Elles se corrigent ici jusqu’à l’ouverture de l’action ; ensuite, elles sont verrouillées.",
    ),
    "actions.confirm-trainers.v1": ("Les formateurs sont confirmés", "La liste vaut pour l’ouverture de l’action."),
    "actions.open-action.v1": ("L’action est ouverte", "La Région en est informée. Vous pouvez déclarer les heures, mois par mois."),
    "actions.declare-non-opening.v1": ("La non-ouverture est déclarée", "La Région en est informée. L’action est terminée."),
    "actions.close-action.v1": ("L’action est clôturée", "Il reste le bilan pédagogique, puis le solde."),
    "actions.request-change.v3": ("Votre demande est envoyée", "La Région l’accorde ou la refuse. Vous serez averti."),
    "actions.withdraw-request.v1": ("La demande est retirée", "Rien ne change."),
    "actions.grant-request.v1": ("La demande est accordée", "L’organisme en est averti."),
    "actions.refuse-request.v1": ("La demande est refusée", "L’organisme en est averti, avec votre motif."),
    "actions.take-back-unlocking.v1": ("C’est de nouveau verrouillé", "L’organisme en est averti."),
    "actions.unlock-trainers.v1": ("Les formateurs sont déverrouillés", "L’organisme peut modifier la liste une fois."),
    "actions.save-trainers.v1": ("La liste des formateurs est enregistrée", "Avant l’ouverture de l’action, confirmez-la de nouveau."),
    "declarations.save-line.v1": ("Les heures sont enregistrées", "Rien ne part à la Région avant la confirmation du mois."),
    "declarations.set-exit.v1": ("La sortie est enregistrée", "Pensez à la fiche de suivi à la sortie."),
    "declarations.fill-month.v1": ("Les heures du mois sont enregistrées", "Rien ne part à la Région avant la confirmation du mois."),
    "declarations.confirm-month.v1": ("Le mois est confirmé", "Vous pouvez le facturer."),
    "declarations.send-proof.v1": ("Le justificatif est envoyé", "La Région le voit avec la facture, et note qu’elle l’a reçu."),
    "declarations.withdraw-proof.v1": ("Le fichier est retiré", "La Région ne le voit plus."),
    "declarations.note-proofs.v1": ("Les justificatifs sont notés", "L’organisme voit la même liste. Aucun montant ne change."),
    "billing.issue-invoice.v2": (
        "La facture est confirmée",
        "Elle est partie à la Région, qui l’accepte ou la rejette. Vous serez averti. Si des justificatifs sont à envoyer, sa page les liste.",
    ),
    "billing.decide-invoice.v1": ("Votre décision est enregistrée", "L’organisme en est averti."),
    "billing.note-invoice.v1": ("Votre note est envoyée", "L’organisme en est averti ; la facture attend toujours votre décision."),
    "surveys.record-exit-survey.v1": ("La fiche de suivi est enregistrée", "Vous pouvez la modifier jusqu’à l’envoi du bilan."),
    "surveys.record-later-survey.v1": ("L’enquête est enregistrée", "Vous pouvez la modifier tant que vous le souhaitez."),
    "surveys.offer-survey-links.v1": (
        "Les liens personnels sont faits",
        "Ils valent soixante jours. Les précédents ne permettent plus de répondre.",
    ),
    "surveys.answer-by-link.v1": ("Votre réponse est enregistrée", ""),
    "surveys.submit-report.v1": ("Le bilan est envoyé", "La Région en accusera réception."),
    "surveys.note-report.v1": ("Votre note est envoyée", "L’organisme en est averti ; la réception du bilan reste à enregistrer."),
    "surveys.acknowledge-report.v1": ("La réception du bilan est enregistrée", "Le solde peut être accepté."),
    "identity.change-organisation.v1": ("Votre adresse est enregistrée", ""),
    "identity.send-credentials.v1": (
        "De nouveaux accès sont envoyés",
        "Un mot de passe provisoire part par courrier électronique.",
    ),
    "identity.invite-colleague.v1": (
        "Votre collègue est invité",
        "Il reçoit son identifiant et un mot de passe provisoire par courrier électronique.",
    ),
    "identity.change-right.v1": ("Le droit est changé", "Votre collègue en est averti."),
    "identity.remove-colleague.v1": ("Le compte est retiré", "Ses sessions sont fermées, il ne se connecte plus."),
    "identity.accept-account-request.v1": (
        "La demande de compte est acceptée",
        "Les accès partent par courrier électronique.",
    ),
    "identity.refuse-account-request.v1": ("La demande de compte est refusée", "Le motif part par courrier électronique."),
    "identity.disable-account.v1": ("Le compte est désactivé", "Ses sessions sont fermées, personne ne s’y connecte."),
    "identity.enable-account.v1": ("Le compte est réactivé", "L’organisme se connecte avec son mot de passe d’avant."),
    "identity.reset-factor.v1": (
        "La double authentification est remise à zéro",
        "Les sessions sont fermées, et un courrier électronique le dit à la personne.",
    ),
    "identity.publish-text.v1": ("Le texte est publié", "Tout le monde le lit dès maintenant. La version d’avant reste dans la liste."),
}


REFUSED: dict[str, str] = {
    "actions.import-contracts.v1": "Le fichier de contrats est refusé",
    "actions.withdraw-contract.v1": "Le retrait du contrat{of} est refusé",
    "actions.validate-dates.v1": "La validation des dates{of} est refusée",
    "actions.unlock-dates.v1": "Le déverrouillage des dates{of} est refusé",
    "actions.register-trainee.v2": "Une inscription à l’action{of} est refusée",
    "actions.register-trainees.v1": "L’inscription de plusieurs stagiaires{of} est refusée",
    "actions.change-trainee.v1": "La modification d’une fiche{of} est refusée",
    "actions.remove-trainee.v1": "La suppression d’un stagiaire{of} est refusée",
    "actions.unlock-trainee.v1": "Le déverrouillage d’une fiche{of} est refusé",
    "actions.confirm-entry-dates.v1": "La confirmation des dates d’entrée{of} est refusée",
    "actions.confirm-trainers.v1": "La confirmation des formateurs{of} est refusée",
    "actions.open-action.v1": "L’ouverture{of} est refusée",
    "actions.declare-non-opening.v1": "La déclaration de non-ouverture{of} est refusée",
    "actions.close-action.v1": "La clôture{of} est refusée",
    "actions.request-change.v3": "Une demande de modification{of} n’est pas envoyée",
    "actions.withdraw-request.v1": "Le retrait d’une demande{of} est refusé",
    "actions.grant-request.v1": "L’accord donné à une demande{of} n’est pas enregistré",
    "actions.refuse-request.v1": "Le refus d’une demande{of} n’est pas enregistré",
    "actions.take-back-unlocking.v1": "La reprise d’un accord{of} est refusée",
    "actions.unlock-trainers.v1": "Le déverrouillage des formateurs{of} est refusé",
    "actions.save-trainers.v1": "L’enregistrement des formateurs{of} est refusé",
    "declarations.save-line.v1": "L’enregistrement d’heures{of} est refusé",
    "declarations.fill-month.v1": "L’enregistrement des heures d’un mois{of} est refusé",
    "declarations.set-exit.v1": "L’enregistrement d’une sortie{of} est refusé",
    "declarations.confirm-month.v1": "La confirmation d’un mois{of} est refusée",
    "declarations.send-proof.v1": "L’envoi d’un justificatif{of} est refusé",
    "declarations.withdraw-proof.v1": "Le retrait d’un justificatif{of} est refusé",
    "declarations.note-proofs.v1": "Des justificatifs{of} ne sont pas notés",
    "billing.issue-invoice.v2": "Une facture{of} n’est pas confirmée",
    "billing.decide-invoice.v1": "Votre décision sur une facture{of} est refusée",
    "billing.note-invoice.v1": "Votre note sur une facture{of} est refusée",
    "surveys.record-exit-survey.v1": "L’enregistrement d’une fiche de suivi{of} est refusé",
    "surveys.record-later-survey.v1": "L’enregistrement d’une enquête{of} est refusé",
    "surveys.offer-survey-links.v1": "Des liens personnels{of} ne sont pas faits",
    "surveys.answer-by-link.v1": "Une réponse par lien{of} est refusée",
    "surveys.submit-report.v1": "L’envoi du bilan{of} est refusé",
    "surveys.note-report.v1": "Votre note sur le bilan{of} est refusée",
    "surveys.acknowledge-report.v1": "L’accusé de réception du bilan{of} est refusé",
    "identity.change-organisation.v1": "Le changement d’adresse est refusé",
    "identity.send-credentials.v1": "L’envoi de nouveaux accès est refusé",
    "identity.invite-colleague.v1": "L’invitation d’un collègue est refusée",
    "identity.change-right.v1": "Le changement de droit est refusé",
    "identity.remove-colleague.v1": "Le retrait d’un compte est refusé",
    "identity.accept-account-request.v1": "L’acceptation d’une demande de compte n’est pas enregistrée",
    "identity.refuse-account-request.v1": "Le refus d’une demande de compte n’est pas enregistré",
    "identity.disable-account.v1": "La désactivation du compte est refusée",
    "identity.enable-account.v1": "La réactivation du compte est refusée",
    "identity.reset-factor.v1": "La remise à zéro de la double authentification est refusée",
    "identity.publish-text.v1": "La publication d’un texte est refusée",
}
"""By the command's type; `of` is “ de ACTION”, or nothing."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`tone` is ok, bad or wait; a title that says the fact, a text that says what to do; `href` is the form that was kept."""

    tone: str
    title: str
    text: str
    href: str | None = None


def done(command: str) -> Notice:
    """What was accepted, by the command's type."""
    return Notice("ok", *DONE.get(command, ("C’est enregistré", "")))


def refusal(command: str, action: str | None) -> str:
    """What was refused, by the command's type, of the action of that title."""
    return REFUSED.get(command, "Votre demande{of} est refusée").format(of=f" {de(action)}" if action else "")


def refused(command: str, action: str | None, faults: Sequence[Fault], draft: str | None) -> Notice:
    """What was refused, and where its form is kept, when it is."""
    return Notice("bad", refusal(command, action), summary(faults, {}), draft)


def unanswered(action: str | None, sent_at: datetime, draft: str | None = None) -> Notice:
    """What nobody expects an answer to any more, of the action of that title, and where its form is kept, when it is."""
    return Notice(
        "bad",
        f"Une demande{f' {de(action)}' if action else ''} est restée sans réponse",
        f"Reçue le {moment(sent_at)}, elle attend plus longtemps que d’autres qui l’ont suivie : l’exploitant en est averti. "
        "Regardez d’abord si elle est faite ; sinon, refaites-la.",
        draft,
    )


def awaited(sent_at: datetime) -> Notice:
    """What nobody has answered yet."""
    return Notice(
        "wait",
        "Votre saisie est enregistrée, la réponse arrive",
        f"Reçue le {moment(sent_at)} : cette heure fait foi pour la date limite. Le traitement prend plus de temps que d’habitude. "
        "Vous pouvez continuer à travailler, une notification vous dira le résultat. Ne refaites pas la saisie.",
    )
