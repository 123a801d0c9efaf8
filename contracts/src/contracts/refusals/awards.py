"""Why contracts are not imported: the import as a whole, and what each must hold (ACT-1, ACT-4)."""

from . import Refusal

# The import as a whole (ACT-1)


class NoContract(Refusal):
    """Le fichier ne contient aucun contrat. Remplissez la feuille « Contrats » du modèle, puis envoyez-le de nouveau."""

    rule = "ACT-1"


class ContractTwice(Refusal):
    """Ce contrat figure plusieurs fois dans le fichier. Gardez une seule ligne par numéro de contrat."""

    rule = "ACT-1"


class ContractDiffers(Refusal):
    """Ce contrat existe déjà avec un autre contenu. Retirez-le de l’envoi, ou envoyez-le en remplacement."""

    rule = "ACT-1"


class ContractInUse(Refusal):
    """L’organisme a déjà travaillé sur ce contrat, qui ne peut plus être ni remplacé ni retiré."""

    rule = "ACT-1"


class ContractWithdrawn(Refusal):
    """La Région a retiré ce contrat, dont le numéro ne peut plus servir. Donnez un autre numéro au nouveau contrat."""

    rule = "ACT-1"


class MoreFaults(Refusal):
    """Le fichier contient encore d’autres erreurs, au nombre de {count}. Corrigez celles qui sont listées, puis envoyez-le de nouveau."""

    rule = "ACT-1"


# What a contract must hold (ACT-4)


class ContractFieldMissing(Refusal):
    """Obligatoire dans un contrat, ce champ est vide. Renseignez-le."""

    rule = "ACT-4"


class SiretWrong(Refusal):
    """La clé de contrôle du SIRET est fausse. Vérifiez les 14 chiffres."""

    rule = "ACT-4"


class PriceDiffers(Refusal):
    """Le prix doit être égal à heures × tarif × effectif, soit {hours:hours} × {rate:money} × {headcount} = {expected:money}."""

    rule = "ACT-4"


class NoHoursPlanned(Refusal):
    """Aucune heure n’est prévue, ni en centre ni en entreprise. Renseignez au moins l’une des deux durées."""

    rule = "ACT-4"


class PlannedHoursNotQuarter(Refusal):
    """Les heures prévues, {hours:hours}, ne sont pas un nombre entier de quarts d’heure. Corrigez-les : 0,25 h, 0,50 h ou 0,75 h."""

    rule = "ACT-4"


class PlannedDatesReversed(Refusal):
    """La fin prévue, le {end:date}, précède le début prévu, le {start:date}. Corrigez l’une des deux dates."""

    rule = "ACT-4"


class ContractTooLong(Refusal):
    """L’action dure {count} mois civils, il en faut {most} au plus. Corrigez ses dates, ou faites-en plusieurs contrats."""

    rule = "ACT-4"


class HeadcountTooLarge(Refusal):
    """L’effectif total, {headcount}, dépasse {most}. Faites-en plusieurs contrats."""

    rule = "ACT-4"


class PaidAboveHeadcount(Refusal):
    """L’effectif rémunéré, {paid}, dépasse l’effectif total, {headcount}. Corrigez l’un des deux."""

    rule = "ACT-4"


class ThresholdsDisordered(Refusal):
    """Les trois seuils d’acompte doivent aller en croissant au-dessus de zéro, par exemple 30, 60 et 80 %."""

    rule = "ACT-4"


class CeilingOutOfRange(Refusal):
    """Le plafond d’un sous-traitant doit être supérieur à zéro et ne pas dépasser le prix du contrat, {price:money}."""

    rule = "ACT-4"


class CeilingsAbovePrice(Refusal):
    """Les plafonds des sous-traitants font ensemble {ceilings:money}, plus que le prix du contrat, {price:money}. Baissez-les."""

    rule = "ACT-4"


class SubcontractorTwice(Refusal):
    """Ce SIRET est déjà celui du titulaire ou d’un autre sous-traitant du contrat. Gardez une ligne par sous-traitant."""

    rule = "ACT-4"


class TooManySubcontractors(Refusal):
    """Un contrat nomme {most} sous-traitants au plus, et celui-ci {count}."""

    rule = "ACT-4"


class AdvanceRateOutOfRange(Refusal):
    """Le taux de l’avance est supérieur à 0 %. Ne renseignez aucun des trois taux si le contrat n’en prévoit pas."""

    rule = "ACT-4"


class RecoveryRatesDisordered(Refusal):
    """La récupération de l’avance commence avant de finir, par exemple à 65 % et à 80 % du prix."""

    rule = "ACT-4"
