"""The code lists. Codes travel, French labels are the gateway's; a list only grows, so that old codes stay readable."""

from enum import StrEnum


class Place(StrEnum):
    """Where training takes place."""

    CENTRE = "centre"
    COMPANY = "company"


class ActionKind(StrEnum):
    """Whether trainees follow one common course or a pathway each."""

    COLLECTIVE = "collective"
    INDIVIDUALISED = "individualised"


class Frequency(StrEnum):
    """How an organisation is paid (OPN-3)."""

    MONTHLY = "monthly"
    THREE_INSTALMENTS = "three_instalments"


class TaxRegime(StrEnum):
    """Whether an organisation's training is exempt from VAT (BIL-8)."""

    EXEMPT = "exempt"
    STANDARD = "standard"


class Title(StrEnum):
    """How a trainee is addressed."""

    MR = "mr"
    MRS = "mrs"


class Sex(StrEnum):
    """As the Region’s statistics count (TRN-2)."""

    FEMALE = "female"
    MALE = "male"


class Nationality(StrEnum):
    """French, or another."""

    FRENCH = "french"
    OTHER = "other"


class PaidBy(StrEnum):
    """Who pays the trainee; `region` counts in the contract's paid headcount (TRN-1)."""

    REGION = "region"
    UNEMPLOYMENT_INSURANCE = "unemployment_insurance"
    EMPLOYER = "employer"
    OTHER_FUNDER = "other_funder"
    NOBODY = "nobody"


class EntryLevel(StrEnum):
    """Level of education on entry, in the national nomenclature: VI is the lowest, II and I the highest (TRN-2)."""

    VI = "vi"
    V_BIS = "v_bis"
    V = "v"
    IV = "iv"
    III = "iii"
    II_I = "ii_i"


class AgeBracket(StrEnum):
    """Follows from birth date and entry date (TRN-2)."""

    UNDER_18 = "under_18"
    FROM_18_TO_25 = "18_25"
    FROM_26_TO_44 = "26_44"
    FROM_45_TO_49 = "45_49"
    FROM_50 = "50_plus"


class Unemployment(StrEnum):
    """For how long a trainee had been unemployed on entry (TRN-2)."""

    NONE = "none"
    UNDER_6_MONTHS = "under_6_months"
    FROM_6_TO_12 = "6_to_12"
    FROM_12_TO_24 = "12_to_24"
    OVER_24 = "over_24"


class Referrer(StrEnum):
    """Who sent the trainee (TRN-2)."""

    EMPLOYMENT_SERVICE = "employment_service"
    LOCAL_MISSION = "local_mission"
    CAP_EMPLOI = "cap_emploi"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
    SELF = "self"
    OTHER = "other"


class SocioProfessional(StrEnum):
    """The trainee’s last occupation (TRN-2)."""

    FARMER = "farmer"
    CRAFT_OR_TRADE = "craft_or_trade"
    EXECUTIVE = "executive"
    INTERMEDIATE = "intermediate"
    EMPLOYEE = "employee"
    WORKER = "worker"
    RETIRED = "retired"
    NEVER_WORKED = "never_worked"
    OTHER = "other"


class AbsenceReason(StrEnum):
    """Why a trainee was absent; the reason tells excused from unexcused (DEC-4)."""

    PERSONAL = "personal"
    SUMMONS = "summons"
    FAMILY = "family"
    CENTRE_CLOSED = "centre_closed"
    NO_REASON = "no_reason"
    LATE = "late"


UNEXCUSED = frozenset({AbsenceReason.NO_REASON, AbsenceReason.LATE})


class ExitKind(StrEnum):
    """End of the training, or an early exit with a reason (DEC-5)."""

    END_OF_TRAINING = "end_of_training"
    EARLY = "early"


class ExitReason(StrEnum):
    """Why a trainee left early."""

    EMPLOYMENT = "employment"
    PERSONAL = "personal"
    OTHER_TRAINING = "other_training"
    DISMISSED = "dismissed"
    DROPPED_OUT = "dropped_out"
    OTHER = "other"


ADMISSIBLE = frozenset({ExitReason.EMPLOYMENT, ExitReason.PERSONAL})
"""Early exits for which the contract's rules (CCTP) admit supporting documents: what remained is paid to the action's end (DEC-5)."""


class ProofKind(StrEnum):
    """What document excused hours call for (DEC-10): why a trainee was absent, or why they left by an admissible exit."""

    ABSENCE = "absence"
    EMPLOYMENT = "employment"
    PERSONAL = "personal"


PROOF_OF_EXIT = {ExitReason.EMPLOYMENT: ProofKind.EMPLOYMENT, ExitReason.PERSONAL: ProofKind.PERSONAL}
"""Of each admissible reason, the document that it calls for."""


class ProofFormat(StrEnum):
    """What a file of a proof may be."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


class ProofNote(StrEnum):
    """What the Region notes of a proof; as long as it notes nothing, it has not looked."""

    RECEIVED = "received"
    MISSING = "missing"


class OpeningCondition(StrEnum):
    """What the opening needs (OPN-1), in the guide's order: dates validated, trainees, whole sheets, entry dates, trainers confirmed."""

    DATES = "dates"
    TRAINEES = "trainees"
    SHEETS = "sheets"
    ENTRIES = "entries"
    TRAINERS = "trainers"


class Standing(StrEnum):
    """Where a month's declaration stands (DEC-1, DEC-7)."""

    DRAFT = "draft"
    """Somebody is present, or owed hours after an admissible exit, and it is not confirmed."""
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    """A rejected invoice's: it can be corrected and confirmed again (BIL-7)."""
    PASSED_OVER = "passed_over"
    """There was nothing to declare, and a later month is confirmed: it stays so."""
    EMPTY = "empty"
    """Nobody is present so far, nor owed hours: nothing to declare."""


class RequestObject(StrEnum):
    """What a request wants to change (REQ-1): the periods, the sheet of one trainee who has entered, the trainers, the planned dates."""

    DATES = "dates"
    TRAINEE = "trainee"
    TRAINERS = "trainers"
    PLANNED_DATES = "planned_dates"


class OpeningDocument(StrEnum):
    """A list that goes to the Region with the opening (OPN-5), and again when what it lists changes."""

    TRAINEE_LIST = "trainee_list"
    TRAINER_LIST = "trainer_list"


class NonOpeningReason(StrEnum):
    """Why an action does not take place (OPN-4)."""

    TOO_FEW_TRAINEES = "too_few_trainees"
    NO_TRAINER = "no_trainer"
    PREMISES = "premises"
    REGION_DECISION = "region_decision"
    OTHER = "other"


class RejectionCode(StrEnum):
    """Why the Region rejects an invoice; always with a text (BIL-7)."""

    PROOFS_MISSING = "proofs_missing"
    HOURS_WRONG = "hours_wrong"
    ABSENCES_WRONG = "absences_wrong"
    EXIT_WRONG = "exit_wrong"
    AMOUNT_WRONG = "amount_wrong"
    OTHER = "other"


class Decision(StrEnum):
    """What the Region says of an invoice (BIL-7)."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class DecidedBy(StrEnum):
    """Who decided an invoice first (BIL-7)."""

    AGENT = "agent"
    FINANCE = "finance"


class InvoiceKind(StrEnum):
    """A month, one of three instalments, a quarter (BIL-4), or the balance."""

    MONTHLY = "monthly"
    INSTALMENT = "instalment"
    QUARTER = "quarter"
    BALANCE = "balance"


class WithoutMonths(StrEnum):
    """An invoice that asks for no month: a subcontractor's (BIL-6), or the advance (BIL-10)."""

    SUBCONTRACT = "subcontract"
    ADVANCE = "advance"


class AdjustmentKind(StrEnum):
    """What a line takes off that is no hours: what a subcontractor invoiced (BIL-6), part of the advance (BIL-10)."""

    DEDUCTION = "deduction"
    RECOVERY = "recovery"


class Situation(StrEnum):
    """What became of a trainee (SUR-1)."""

    EMPLOYED_IN_SECTOR = "employed_in_sector"
    EMPLOYED_ELSEWHERE = "employed_elsewhere"
    OTHER = "other"


class SurveyKind(StrEnum):
    """When a former trainee is asked what became of them: as they leave (SUR-1), six months and one year later (SUR-3)."""

    EXIT = "exit"
    SIX_MONTHS = "six_months"
    ONE_YEAR = "one_year"


class EmploymentContract(StrEnum):
    """The contract of an employed former trainee (SUR-1)."""

    PERMANENT = "permanent"
    FIXED_TERM_OVER_6_MONTHS = "fixed_term_over_6_months"
    FIXED_TERM_UNDER_6_MONTHS = "fixed_term_under_6_months"
    SUBSIDISED = "subsidised"
    TEMPORARY_AGENCY = "temporary_agency"
    OTHER = "other"


class ContractEnd(StrEnum):
    """With what a contract came to its end, from which the years are counted until its people are erased (PRV-1)."""

    LAST_PAYMENT = "last_payment"
    NOTHING_TO_PAY = "nothing_to_pay"
    """The account is settled and nothing was ever paid: its last decision counts."""
    NEVER_BEGAN = "never_began"
    """Withdrawn by the Region, or not opened."""
    LEFT_OPEN = "left_open"
    """Nobody brought it to an end: the planned end counts, or what was invoiced, decided or paid after it."""


class PublicText(StrEnum):
    """A text of the portal that the Region's agents write and anybody may read (HOME-3, ACC-8)."""

    WELCOME = "welcome"
    CONTACT = "contact"
    LEGAL_NOTICE = "legal_notice"
    TERMS_OF_USE = "terms_of_use"


class AccountRight(StrEnum):
    """What somebody may do for their organisation (ACC-8): everything; or everything but what concerns its accounts."""

    ADMINISTERS = "administers"
    WORKS = "works"
