"""What `actions` refuses: dates, trainees, trainers, opening and closing."""

from . import Refusal

# The life of an action (ACT-2)


class ActionNotYetOpened(Refusal):
    """Cette action n’est pas encore ouverte. Ouvrez-la d’abord."""

    rule = "ACT-2"


class ActionAlreadyOpened(Refusal):
    """Cette action est ouverte depuis le {start:date}, cela ne peut plus se faire. Contactez la Région."""

    rule = "ACT-2"


class ActionAlreadyClosed(Refusal):
    """Cette action est clôturée, rien ne peut plus y être saisi. Contactez la Région."""

    rule = "ACT-2"


class ActionNeverOpened(Refusal):
    """La non-ouverture de cette action est enregistrée, rien ne peut plus y être saisi. Contactez la Région."""

    rule = "ACT-2"


class ActionWithdrawnByRegion(Refusal):
    """La Région a retiré ce contrat, rien ne peut plus y être saisi. Contactez la Région."""

    rule = "ACT-2"


class ReasonMissing(Refusal):
    """Dites pourquoi, l’historique de l’action garde votre motif."""

    rule = "DAT-3"


# Dates and periods


class PeriodReversed(Refusal):
    """La période finit le {end:date}, avant son début le {start:date}. Corrigez l’une des deux dates."""

    rule = "DAT-2"


class PeriodOutsideAction(Refusal):
    """La période doit rester entre le {start:date} et le {end:date}, les dates prévues de l’action. Corrigez-la, ou contactez la Région."""

    rule = "DAT-2"


class PeriodsOverlap(Refusal):
    """Cette période recoupe celle du {start:date} au {end:date}, au même endroit. Corrigez l’une des deux, ou réunissez-les."""

    rule = "DAT-2"


class DatesLocked(Refusal):
    """Les dates et les périodes ont été validées, elles sont verrouillées. Demandez une modification à la Région."""

    rule = "DAT-3"


class DatesNotLocked(Refusal):
    """Les dates et les périodes ne sont pas verrouillées, l’organisme peut déjà les modifier."""

    rule = "DAT-3"


# Trainees


class HeadcountReached(Refusal):
    """L’effectif total, {ceiling} au contrat, est atteint. Contactez la Région pour inscrire quelqu’un d’autre."""

    rule = "TRN-1"


class PaidHeadcountReached(Refusal):
    """L’effectif rémunéré par la Région, {ceiling} au contrat, est atteint. Choisissez un autre organisme, ou contactez la Région."""

    rule = "TRN-1"


class HeadcountExceeded(Refusal):
    """Avec ces {count} stagiaires il y aurait {total} inscrits, et le contrat en prévoit {ceiling}. Retirez-en {excess}, ou contactez la
    Région.
    """

    rule = "TRN-1"


class PaidHeadcountExceeded(Refusal):
    """Avec ces stagiaires, {total} seraient rémunérés par la Région, et le contrat en prévoit {ceiling}. Choisissez un autre organisme pour
    {excess} d’entre eux, ou contactez la Région.
    """

    rule = "TRN-1"


class PersonListed(Refusal):
    """Quelqu’un de même nom et né le même jour figure déjà sur la liste. Si c’est une autre personne, cochez la case ; sinon, ne
    l’inscrivez pas deux fois.
    """

    rule = "TRN-8"


class SheetFieldMissing(Refusal):
    """À renseigner. Si vous ne le savez pas encore, validez les informations partielles."""

    rule = "TRN-2"


class NameMissing(Refusal):
    """Le nom et le prénom sont nécessaires, même pour une fiche partielle."""

    rule = "TRN-4"


class SheetPostcodeWrong(Refusal):
    """Il faut les 5 chiffres du code postal, par exemple 34800."""

    rule = "TRN-2"


class SheetEmailWrong(Refusal):
    """Ce n’est pas une adresse électronique. Il faut par exemple camille.martin@exemple.fr, sans accent ni espace, ou rien."""

    rule = "TRN-2"


class InseeCodeWrong(Refusal):
    """Le code INSEE d’une commune a 5 caractères, par exemple 34079. Choisissez la commune dans la liste."""

    rule = "TRN-2"


class BirthDateAhead(Refusal):
    """La date de naissance, le {birth:date}, est dans l’avenir. Vérifiez l’année."""

    rule = "TRN-4"


class BirthDateTooOld(Refusal):
    """La date de naissance, le {birth:date}, remonte à plus de 120 ans. Vérifiez l’année."""

    rule = "TRN-4"


class EntryOutsideAction(Refusal):
    """La date d’entrée doit être comprise entre le {start:date} et le {end:date}. Corrigez-la, ou contactez la Région."""

    rule = "TRN-9"


class EntryAfterAction(Refusal):
    """La date d’entrée doit être au plus tard le {end:date}, fin prévue de l’action. Corrigez-la, ou contactez la Région."""

    rule = "TRN-9"


class TraineeLocked(Refusal):
    """{trainee:person} est entré en formation, sa fiche est verrouillée. Demandez une modification à la Région."""

    rule = "TRN-5"


class TraineeNotLocked(Refusal):
    """La fiche de {trainee:person} n’est pas verrouillée, l’organisme peut déjà la modifier."""

    rule = "TRN-5"


class EntryDateElsewhere(Refusal):
    """{trainee:person} est en formation depuis le {entered:date}. Changez cette date dans « Saisir les dates d’entrée en formation »."""

    rule = "TRN-9"


class SheetIncomplete(Refusal):
    """La fiche de {trainee:person} est incomplète. Complétez-la."""

    rule = "TRN-4"


# A trainee's own pathway, on individualised actions (TRN-3)


class PathwayUnexpected(Refusal):
    """L’action est collective : ses stagiaires n’ont pas de parcours individualisé. Retirez-le."""

    rule = "TRN-3"


class NoPathwayHours(Refusal):
    """Le parcours ne prévoit aucune heure, ni en centre ni en entreprise. Renseignez au moins l’une des deux durées."""

    rule = "TRN-3"


class CentrePathwaysExceeded(Refusal):
    """Les parcours dépasseraient de {excess:hours} les {ceiling:hours} en centre que le contrat prévoit pour tout l’effectif. Il en reste
    {left:hours} pour ce stagiaire.
    """

    rule = "TRN-3"


class CompanyPathwaysExceeded(Refusal):
    """Les parcours dépasseraient de {excess:hours} les {ceiling:hours} en entreprise que le contrat prévoit pour tout l’effectif. Il en
    reste {left:hours} pour ce stagiaire.
    """

    rule = "TRN-3"


class PathwayReversed(Refusal):
    """Le parcours finit le {end:date}, avant son début le {start:date}. Corrigez l’une des deux dates."""

    rule = "TRN-3"


class PathwayOutsideAction(Refusal):
    """Le parcours doit rester entre le {start:date} et le {end:date}, les dates prévues de l’action. Corrigez cette date."""

    rule = "TRN-3"


class PeriodOutsidePathway(Refusal):
    """La période doit rester entre le {start:date} et le {end:date}, les dates du parcours. Corrigez-la."""

    rule = "TRN-3"


class CentrePeriodMissing(Refusal):
    """Des heures sont prévues en centre, et aucune période. Ajoutez une période en centre."""

    rule = "TRN-3"


class CompanyPeriodMissing(Refusal):
    """Des heures sont prévues en entreprise, et aucune période. Ajoutez une période en entreprise."""

    rule = "TRN-3"


class CompanyPeriodsDiffer(Refusal):
    """Le parcours annonce {said} en nombre de périodes en entreprise, et en décrit {listed}. Corrigez ce nombre, ou les périodes."""

    rule = "TRN-3"


# Opening and closing


class DatesNotValidated(Refusal):
    """Les dates et les périodes ne sont pas validées. Validez-les."""

    rule = "OPN-1"


class TrainersNotConfirmed(Refusal):
    """La liste des formateurs n’est pas confirmée. Confirmez les formateurs."""

    rule = "OPN-1"


class TrainersAlreadyConfirmed(Refusal):
    """La liste des formateurs est déjà confirmée, il n’y a plus rien à faire."""

    rule = "TRA-1"


class NoTrainee(Refusal):
    """Aucun stagiaire n’est inscrit. Inscrivez au moins un stagiaire."""

    rule = "OPN-1"


class EntryDateUnconfirmed(Refusal):
    """La date d’entrée de {trainee:person} n’est pas confirmée. Confirmez les dates d’entrée."""

    rule = "OPN-1"


class EntryBeforeStart(Refusal):
    """{trainee:person} entrerait le {entered:date}, avant le début réel du {start:date}. Corrigez l’une des deux dates."""

    rule = "TRN-9"


class OpeningTooEarly(Refusal):
    """L’ouverture s’enregistre le {start:date} au plus tôt, le jour du début réel. Revenez ce jour-là."""

    rule = "OPN-1"


class StartDiffers(Refusal):
    """L’action collective commence le {planned:date} au contrat, et non le {entered:date}. Corrigez, ou demandez un report à la Région."""

    rule = "OPN-2"


class StartBeforeVote(Refusal):
    """La Région a voté cette action le {vote:date} : elle ne peut pas avoir commencé le {entered:date}. Corrigez la date."""

    rule = "OPN-2"


class StartAfterEnd(Refusal):
    """L’action finit le {end:date} au contrat, elle ne peut pas commencer le {entered:date}. Corrigez la date, ou contactez la Région."""

    rule = "OPN-2"


class ClosingTooEarly(Refusal):
    """La clôture s’enregistre le {end:date} au plus tôt, à la fin prévue de l’action. Revenez ce jour-là."""

    rule = "CLO-1"


class EndDiffers(Refusal):
    """L’action finit le {planned:date} au contrat, et non le {entered:date}. Corrigez, ou contactez la Région pour un avenant."""

    rule = "CLO-1"


class TraineeNotEntered(Refusal):
    """{trainee:person} n’a pas de date d’entrée. Supprimez ce stagiaire, ou indiquez qu’il n’est jamais venu."""

    rule = "CLO-1"
