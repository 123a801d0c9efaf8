"""What `declarations` refuses.

`item` is the trainee's id. A refusal about one cell has its `field`: the path in the trainee's line (`centre.excused`,
`absences.0.hours`), in the exit (`exit.on`) or in the list of entries (`entries.2.entered_on`).
"""

from . import Refusal


class NotOpened(Refusal):
    """L’action n’est pas ouverte. Ouvrez-la, puis saisissez les heures."""

    rule = "DEC-1"


class MonthOutsideAction(Refusal):
    """Le premier mois à déclarer est {first:month}, le dernier {last:month}. Choisissez l’un de ces mois."""

    rule = "DEC-1"


class MonthNotBegun(Refusal):
    """La saisie de ce mois ouvre le {start:date}. Revenez à partir de ce jour."""

    rule = "DEC-1"


class EarlierMonthFirst(Refusal):
    """Confirmez d’abord {before:month} : les mois se saisissent et se confirment dans l’ordre."""

    rule = "DEC-1"


class NothingToDeclare(Refusal):
    """Aucun stagiaire n’est présent en {month:month}. Ce mois est sans objet : passez au suivant."""

    rule = "DEC-1"


class MonthAlreadyConfirmed(Refusal):
    """La déclaration est confirmée pour {month:month}. Elle ne se modifie plus, sauf si la Région rejette sa facture."""

    rule = "DEC-7"


class NotPresent(Refusal):
    """{trainee:person} n’est pas en formation en {month:month}. Vérifiez ses dates d’entrée et de sortie."""

    rule = "DEC-3"


class NegativeHours(Refusal):
    """{typed:hours} est négatif : saisissez 0,00 ou davantage."""

    rule = "DEC-3"


class NotQuarterHour(Refusal):
    """{typed:hours} n’est pas un quart d’heure : saisissez {below:hours} ou {above:hours}."""

    rule = "DEC-3"


class ConfirmationOutsideWindow(Refusal):
    """Pour {month:month}, la confirmation se fait du 1er au 15 d’un mois suivant. La prochaine période va du {start:date} au {end:date}."""

    rule = "DEC-6"


class CorrectionOutsideWindow(Refusal):
    """La correction pouvait être confirmée jusqu’au {correct_by:date}. La prochaine période va du {start:date} au {end:date}."""

    rule = "BIL-7"


class LineMissing(Refusal):
    """{trainee:person} n’a pas d’heures saisies. Remplissez sa ligne, 0 si aucune heure."""

    rule = "DEC-6"


class FigureMissing(Refusal):
    """Cette case est vide. Tapez les heures, 0 s’il n’y en a pas."""

    rule = "DEC-6"


class TooManyHours(Refusal):
    """La présence du {first:date} au {last:date} permet {limit:hours}, à 10 h par jour, et {trainee:person} en a {typed:hours}.
    Corrigez ses heures ou ses dates.
    """

    rule = "DEC-3"


class PlannedCentreExceeded(Refusal):
    """Les heures en centre saisies en {months:months} dépassent de {excess:hours} les {planned:hours} prévues par stagiaire. Retirez-les."""

    rule = "DEC-3"


class PlannedCompanyExceeded(Refusal):
    """Les heures en entreprise saisies en {months:months} dépassent de {excess:hours} les {planned:hours} prévues par stagiaire. Retirez-les."""

    rule = "DEC-3"


class PlannedCentreExceededLater(Refusal):
    """Les heures en centre saisies en {months:months} dépassent de {excess:hours} les {planned:hours} prévues par stagiaire, une fois
    comptées celles déjà déclarées en {later:month}. Retirez-les.
    """

    rule = "BIL-7"


class PlannedCompanyExceededLater(Refusal):
    """Les heures en entreprise saisies en {months:months} dépassent de {excess:hours} les {planned:hours} prévues par stagiaire, une fois
    comptées celles déjà déclarées en {later:month}. Retirez-les.
    """

    rule = "BIL-7"


class AbsencePartMissing(Refusal):
    """Complétez cette période d’absence, ou supprimez-la."""

    rule = "DEC-4"


class AbsenceDatesReversed(Refusal):
    """Cette absence commence le {start:date} : saisissez une fin le même jour ou après."""

    rule = "DEC-4"


class AbsenceOutsidePresence(Refusal):
    """Ce jour n’est pas un jour de présence du mois. Saisissez une date du {first:date} au {last:date}."""

    rule = "DEC-4"


class AbsenceTooLong(Refusal):
    """Cette période compte {typed:hours}, {limit:hours} au plus à 10 h par jour. Corrigez les heures ou les dates."""

    rule = "DEC-4"


class ExcusedCentreUnexplained(Refusal):
    """Il manque {missing:hours} d’absence justifiée en centre. Ajoutez une période, ou corrigez les heures justifiées."""

    rule = "DEC-4"


class UnexcusedCentreUnexplained(Refusal):
    """Il manque {missing:hours} d’absence non justifiée en centre. Ajoutez une période, ou corrigez les heures non justifiées."""

    rule = "DEC-4"


class ExcusedCompanyUnexplained(Refusal):
    """Il manque {missing:hours} d’absence justifiée en entreprise. Ajoutez une période, ou corrigez les heures justifiées."""

    rule = "DEC-4"


class UnexcusedCompanyUnexplained(Refusal):
    """Il manque {missing:hours} d’absence non justifiée en entreprise. Ajoutez une période, ou corrigez les heures non justifiées."""

    rule = "DEC-4"


class ExcusedCentreOverexplained(Refusal):
    """Les absences justifiées en centre comptent {excess:hours} de trop. Corrigez les périodes, ou les heures justifiées."""

    rule = "DEC-4"


class UnexcusedCentreOverexplained(Refusal):
    """Les absences non justifiées en centre comptent {excess:hours} de trop. Corrigez les périodes, ou les heures non justifiées."""

    rule = "DEC-4"


class ExcusedCompanyOverexplained(Refusal):
    """Les absences justifiées en entreprise comptent {excess:hours} de trop. Corrigez les périodes, ou les heures justifiées."""

    rule = "DEC-4"


class UnexcusedCompanyOverexplained(Refusal):
    """Les absences non justifiées en entreprise comptent {excess:hours} de trop. Corrigez les périodes, ou les heures non justifiées."""

    rule = "DEC-4"


class ExitMissing(Refusal):
    """{trainee:person} n’a pas de date de sortie : le dernier mois attend toutes les sorties. Saisissez la sienne."""

    rule = "DEC-8"


class EntryMissing(Refusal):
    """{trainee:person} n’a pas de date d’entrée. Supprimez sa fiche, ou indiquez que ce stagiaire n’est jamais venu."""

    rule = "DEC-8"


class ExitBeforeEntry(Refusal):
    """{trainee:person} n’a pas de date d’entrée en formation. Saisissez-la, puis la sortie."""

    rule = "DEC-5"


class ExitOutsideTraining(Refusal):
    """La sortie se place entre l’entrée, le {first:date}, et la fin prévue, le {last:date}. Corrigez la date."""

    rule = "DEC-5"


class ExitReasonMissing(Refusal):
    """Indiquez le motif de la sortie anticipée."""

    rule = "DEC-5"


class ExitReasonUnexpected(Refusal):
    """Une fin de formation n’a pas de motif. Retirez-le, ou choisissez la sortie anticipée."""

    rule = "DEC-5"


class ProofsNotAnnounced(Refusal):
    """Ce motif demande des justificatifs. Indiquez que vous les envoyez à la Région, ou choisissez un autre motif."""

    rule = "DEC-5"


class AdmissibleExitOnLastDay(Refusal):
    """Une sortie pour ce motif a lieu avant la fin prévue, le {end:date}. Corrigez la date, ou indiquez une fin de formation."""

    rule = "DEC-5"


class AddedHoursTakenAway(Refusal):
    """Des heures de maintien après cette sortie sont déclarées en {month:month}, et ce changement les retirerait. Gardez un motif recevable
    et une date qui ne vient pas après {month:month}.
    """

    rule = "DEC-5"


class ExitMonthConfirmed(Refusal):
    """La déclaration est confirmée pour {month:month} : aucune sortie n’y est plus saisie ni changée. Choisissez un mois qui n’est pas
    confirmé.
    """

    rule = "DEC-5"


class ExitMonthPassedOver(Refusal):
    """Aucun stagiaire n’était présent en {month:month} et un mois suivant est confirmé. Placez la sortie dans un autre mois."""

    rule = "DEC-7"


class HoursAfterExit(Refusal):
    """Des heures sont saisies en {month:month}, après cette sortie. Choisissez une date plus tardive, ou mettez ces heures à zéro si le
    mois n’est pas confirmé.
    """

    rule = "DEC-5"


class ExitStillNeeded(Refusal):
    """Le dernier mois est déclaré : chaque stagiaire y a une date de sortie. Corrigez la date au lieu de la retirer."""

    rule = "DEC-8"


class EntryAfterClosing(Refusal):
    """L’action est clôturée : les dates d’entrée ne changent plus."""

    rule = "TRN-6"


class EntryOutsideTraining(Refusal):
    """L’entrée se place entre le début de l’action, le {first:date}, et sa fin prévue, le {last:date}. Corrigez la date."""

    rule = "TRN-6"


class EntryAfterExit(Refusal):
    """{trainee:person} sort de formation le {exit:date}. Saisissez une entrée le même jour ou avant."""

    rule = "TRN-6"


class EntryMonthConfirmed(Refusal):
    """La déclaration est confirmée pour {month:month} : les entrées de ce mois ne changent plus. Choisissez un mois qui n’est pas
    confirmé.
    """

    rule = "TRN-6"


class EntryMonthPassedOver(Refusal):
    """Aucun stagiaire n’était présent en {month:month} et un mois suivant est confirmé. Placez l’entrée dans un autre mois."""

    rule = "DEC-7"


class HoursBeforeEntry(Refusal):
    """Une ligne d’heures est enregistrée en {month:month}, avant cette entrée. Saisissez une entrée dans ce mois ou avant."""

    rule = "TRN-6"


class HoursRecorded(Refusal):
    """Une ligne d’heures, même à zéro, est enregistrée pour {trainee:person} en {month:month} : ce stagiaire reste sur la liste.
    Saisissez plutôt sa sortie.
    """

    rule = "TRN-5"


class CentrePathwayBelowHours(Refusal):
    """{stored:hours} en centre sont déjà saisies pour {trainee:person} : son parcours ne peut pas en prévoir moins."""

    rule = "TRN-3"


class CompanyPathwayBelowHours(Refusal):
    """{stored:hours} en entreprise sont déjà saisies pour {trainee:person} : son parcours ne peut pas en prévoir moins."""

    rule = "TRN-3"


class MonthStillToConfirm(Refusal):
    """Il reste à confirmer {month:month}. Confirmez cette déclaration, puis clôturez l’action."""

    rule = "CLO-1"


class StillInTraining(Refusal):
    """{trainee:person} n’a pas de date de sortie. Saisissez-la, puis clôturez l’action."""

    rule = "CLO-1"


class ProofNotCalledFor(Refusal):
    """Ce justificatif n’est plus demandé pour {month:month} : la déclaration a changé. Regardez la liste à jour."""

    rule = "DEC-10"


class TooManyProofFiles(Refusal):
    """Ce justificatif a déjà {most} fichiers. Retirez-en un, ou réunissez les pages en un seul PDF."""

    rule = "DEC-10"


class ProofAlreadyReceived(Refusal):
    """La Région a noté ce justificatif comme reçu : il ne se complète plus et ne se retire plus."""

    rule = "DEC-10"


class ProofsWaitForCorrection(Refusal):
    """{month:month} est rouvert : ses justificatifs se notent une fois le mois confirmé de nouveau."""

    rule = "DEC-10"
