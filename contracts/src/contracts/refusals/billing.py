"""What `billing` refuses: to an organisation, to an agent, and (the second half) to the Region's finance system on its reply topic."""

from . import Refusal


class InvoiceAlreadyIssued(Refusal):
    """Cette facture est déjà confirmée. Elle est dans la liste des factures émises."""

    rule = "BIL-9"


class MonthNotConfirmed(Refusal):
    """{month:month} n’est pas confirmé. Confirmez d’abord sa déclaration, puis facturez-le."""

    rule = "BIL-2"


class MonthAlreadyInvoiced(Refusal):
    """{month:month} est déjà dans une facture que la Région n’a pas rejetée. Choisissez d’autres mois."""

    rule = "BIL-7"


class NotOffered(Refusal):
    """Ces mois ne forment pas une facture. Choisissez une des factures proposées sur la page « Facturation »."""

    rule = "BIL-3"


class InvoiceWindowClosed(Refusal):
    """Une facture jusqu’à {month:month} se confirme du 1er au 15 d’un mois suivant : la prochaine fois du {opens:date} au {closes:date}."""

    rule = "BIL-5"


class BalanceAlreadyIssued(Refusal):
    """Le solde de cette action est déjà facturé. Il est dans la liste des factures émises."""

    rule = "BIL-11"


class BalanceBeforeClosing(Refusal):
    """Le solde se facture après la clôture. Clôturez d’abord l’action."""

    rule = "BIL-11"


class BalanceBeforeReport(Refusal):
    """Le solde se facture après l’envoi du bilan pédagogique. Complétez le bilan et envoyez-le."""

    rule = "BIL-11"


class BalanceBeforeCorrection(Refusal):
    """{month:month} est à corriger : le solde attend que tous les mois soient confirmés. Corrigez ce mois et confirmez-le."""

    rule = "BIL-11"


class BalanceBeforeDeclaration(Refusal):
    """Un mois reste à déclarer : le solde attend que tous les mois soient confirmés. Déclarez ce mois et confirmez-le."""

    rule = "BIL-11"


class BalanceBeforeDecision(Refusal):
    """La Région n’a pas encore décidé de la facture {legal_number}. Le solde attend sa décision."""

    rule = "BIL-11"


class UnknownInvoice(Refusal):
    """Cette action n’a pas de facture portant cet identifiant."""

    rule = "FIN-2"


class AlreadyDecidedOtherwise(Refusal):
    """La facture {legal_number} est déjà décidée depuis le {day:date}, dans l’autre sens. La première décision compte."""

    rule = "BIL-7"


class RejectionWithoutReason(Refusal):
    """Un rejet se justifie. Choisissez un motif et dites quoi corriger."""

    rule = "BIL-7"


class ReportNotReceived(Refusal):
    """La Région n’a pas encore reçu le bilan pédagogique. Accusez-en réception, puis acceptez le solde."""

    rule = "BIL-11"


class Unreadable(Refusal):
    """Ce message n’est ni une décision ni un paiement lisible ; sont manquants ou faux : {fields}."""

    rule = "FIN-3"


class UnknownContract(Refusal):
    """La clé du message n’est le numéro d’aucun contrat connu."""

    rule = "FIN-2"


class InvoiceNotAccepted(Refusal):
    """La facture {legal_number} n’est pas acceptée. Elle ne reçoit pas de paiement."""

    rule = "BIL-13"


class PaymentNotPositive(Refusal):
    """Un paiement est supérieur à zéro ; celui-ci est de {amount:money}."""

    rule = "BIL-13"


class PaymentTooLarge(Refusal):
    """Il reste {remaining:money} à payer sur la facture {legal_number} ; ce paiement est de {amount:money}."""

    rule = "BIL-13"


class ReferenceUsedOtherwise(Refusal):
    """La référence {reference} désigne déjà un autre paiement. Une référence est un seul paiement."""

    rule = "BIL-13"
