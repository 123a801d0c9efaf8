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


class NoMonthChosen(Refusal):
    """Aucun mois n’est choisi. Choisissez au moins un mois à facturer."""

    rule = "BIL-2"


class PaidMonthly(Refusal):
    """Cette action est payée au mois : elle n’a ni acompte ni trimestre. Facturez chaque mois séparément."""

    rule = "BIL-3"


class OneMonthAtATime(Refusal):
    """Une facture mensuelle contient un seul mois, et {count} sont choisis. Confirmez une facture par mois."""

    rule = "BIL-3"


class PaidInInstalments(Refusal):
    """Cette action est payée en trois acomptes : un mois ne s’y facture pas seul. Choisissez un acompte ou un trimestre."""

    rule = "BIL-3"


class ReplacementKeepsKind(Refusal):
    """Ces mois sont ceux de la facture {legal_number}, rejetée : celle qui la remplace est de même nature. Choisissez-la."""

    rule = "BIL-3"


class MonthsMissing(Refusal):
    """Une facture reprend tous les mois depuis la dernière. Ajoutez {months:months}."""

    rule = "BIL-3"


class MonthsBeforeLastInvoice(Refusal):
    """Un mois d’avant {last:month}, déjà facturé, se facture avec tous ceux de sa facture rejetée, ou dans le solde. Retirez {months:months}."""

    rule = "BIL-3"


class InstalmentsExhausted(Refusal):
    """Les trois acomptes sont facturés, ou rejetés et à remplacer : il n’y en a pas un quatrième. Ces mois attendent le solde."""

    rule = "BIL-3"


class ThresholdNotReached(Refusal):
    """L’acompte {ordinal} se facture à {threshold:percent} réalisés (fin {month:month}, vous en êtes à {realised:percent}), après trois
    mois, ou au solde.
    """

    rule = "BIL-3"


class ThresholdNotPassed(Refusal):
    """L’acompte {ordinal} se facture à plus de {threshold:percent} réalisés (fin {month:month}, vous en êtes à {realised:percent}), après
    trois mois, ou au solde.
    """

    rule = "BIL-3"


class MonthsWaitForBalance(Refusal):
    """Fin {month:month}, l’action est réalisée à {realised:percent} : à partir de {threshold:percent}, les mois attendent le solde."""

    rule = "BIL-3"


class QuarterReachesThreshold(Refusal):
    """Fin {month:month}, l’action est réalisée à {realised:percent}, et le seuil est de {threshold:percent} : facturez ces mois comme
    acompte {ordinal}, pas comme trimestre.
    """

    rule = "BIL-4"


class QuarterTooLong(Refusal):
    """Un trimestre compte trois mois, et {count} sont choisis. Retirez les derniers."""

    rule = "BIL-4"


class QuarterTooShort(Refusal):
    """Un trimestre compte trois mois, ou tout ce qui reste à facturer. En plus des mois choisis ({count}), il reste {months:months}."""

    rule = "BIL-4"


class ShortQuarterBeforeEnd(Refusal):
    """Moins de trois mois se facturent une fois passée la fin prévue, le {planned_end:date} : du {opens:date} au {closes:date}."""

    rule = "BIL-4"


class InvoiceWindowClosed(Refusal):
    """Une facture jusqu’à {month:month} se confirme du 1er au 15 d’un mois suivant : la prochaine fois du {opens:date} au {closes:date}."""

    rule = "BIL-5"


class BalanceTakesEveryMonth(Refusal):
    """Le solde contient tous les mois qui ne sont pas facturés : {months:months}. Choisissez-les tous."""

    rule = "BIL-11"


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
    """Il reste à déclarer {month:month} : le solde attend que tous les mois soient confirmés. Confirmez cette déclaration."""

    rule = "BIL-11"


class BalanceBeforeDecision(Refusal):
    """La Région n’a pas encore décidé de la facture {legal_number}. Le solde attend sa décision."""

    rule = "BIL-11"


class UnknownSubcontractor(Refusal):
    """Ce contrat n’a pas de sous-traitant qui puisse facturer sous ce SIRET. Choisissez-en un de la liste."""

    rule = "BIL-6"


class SubcontractBeforeOpening(Refusal):
    """Un sous-traitant se facture après l’ouverture de l’action."""

    rule = "BIL-6"


class SubcontractNotPositive(Refusal):
    """Une facture de sous-traitant est d’un montant supérieur à zéro."""

    rule = "BIL-6"


class SubcontractAboveCeiling(Refusal):
    """Le plafond de {name} est de {ceiling:money} HT, dont {invoiced:money} sont facturés. Demandez {left:money} au plus."""

    rule = "BIL-6"


class SubcontractUnbearable(Refusal):
    """Vos mois confirmés et non facturés font {free:money} HT, dont {to_deduct:money} sont déjà à déduire. Demandez {left:money} au plus,
    ou confirmez d’abord un autre mois.
    """

    rule = "BIL-6"


class TooManyToDeduct(Refusal):
    """{count} factures de sous-traitants attendent déjà d’être déduites. Facturez d’abord vos mois, qui les déduisent."""

    rule = "BIL-6"


class AdvanceNotPlanned(Refusal):
    """Le contrat ne prévoit pas d’avance."""

    rule = "BIL-10"


class AdvanceBeforeOpening(Refusal):
    """L’avance se facture après l’ouverture de l’action."""

    rule = "BIL-10"


class AdvanceAfterClosing(Refusal):
    """L’avance se facture avant la clôture de l’action. Facturez le solde."""

    rule = "BIL-10"


class AdvanceAlreadyIssued(Refusal):
    """L’avance est déjà facturée. Elle est dans la liste des factures émises."""

    rule = "BIL-10"


class AdvanceTooLate(Refusal):
    """L’avance se facture tant que les mois confirmés font moins de {lower:percent} du prix du contrat. Vous en êtes à {realised:percent}."""

    rule = "BIL-10"


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
