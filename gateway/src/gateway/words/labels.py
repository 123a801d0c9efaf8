"""French labels of the code lists (domain.md): codes travel, labels are shown."""

from decimal import Decimal

from contracts import codes

LABELS: dict[type, dict[str, str]] = {
    codes.ContractEnd: {
        "last_payment": "Dernier paiement",
        "nothing_to_pay": "Solde accepté, rien à payer",
        "never_began": "Contrat retiré ou action non ouverte",
        "left_open": "Fin prévue, ou dernier acte",
    },
    codes.Place: {"centre": "Centre", "company": "Entreprise"},
    codes.ActionKind: {"collective": "Action collective", "individualised": "Action individualisée"},
    codes.Frequency: {"monthly": "Mensuel", "three_instalments": "Trois acomptes"},
    codes.TaxRegime: {"exempt": "exonéré", "standard": "assujetti à la TVA"},
    codes.Title: {"mr": "M.", "mrs": "Mme"},
    codes.Sex: {"female": "Féminin", "male": "Masculin"},
    codes.Nationality: {"french": "Française", "other": "Autre"},
    codes.PaidBy: {
        "region": "Région",
        "unemployment_insurance": "Assurance chômage",
        "employer": "Employeur",
        "other_funder": "Autre organisme",
        "nobody": "Non rémunéré",
    },
    codes.EntryLevel: {
        "vi": "Niveau VI",
        "v_bis": "Niveau V bis",
        "v": "Niveau V",
        "iv": "Niveau IV",
        "iii": "Niveau III",
        "ii_i": "Niveaux II et I",
    },
    codes.AgeBracket: {
        "under_18": "Moins de 18 ans",
        "18_25": "18 à 25 ans",
        "26_44": "26 à 44 ans",
        "45_49": "45 à 49 ans",
        "50_plus": "50 ans et plus",
    },
    codes.Unemployment: {
        "none": "Aucune",
        "under_6_months": "Moins de 6 mois",
        "6_to_12": "De 6 à 12 mois",
        "12_to_24": "De 12 à 24 mois",
        "over_24": "Plus de 24 mois",
    },
    codes.Referrer: {
        "employment_service": "France Travail",
        "local_mission": "Mission locale",
        "cap_emploi": "Cap emploi",
        "department": "Département",
        "organisation": "Organisme",
        "self": "Démarche personnelle",
        "other": "Autre",
    },
    codes.SocioProfessional: {
        "farmer": "Agriculteur",
        "craft_or_trade": "Artisan, commerçant, chef d’entreprise",
        "executive": "Cadre, profession intellectuelle supérieure",
        "intermediate": "Profession intermédiaire",
        "employee": "Employé",
        "worker": "Ouvrier",
        "retired": "Retraité",
        "never_worked": "N’a jamais travaillé",
        "other": "Autre",
    },
    codes.AbsenceReason: {
        "personal": "Motif personnel justifié",
        "summons": "Convocation",
        "family": "Événement familial",
        "centre_closed": "Fermeture du centre",
        "no_reason": "Sans justification",
        "late": "Retards",
    },
    codes.ExitKind: {"end_of_training": "Fin de formation", "early": "Sortie anticipée"},
    codes.ExitReason: {
        "employment": "Reprise d’emploi",
        "personal": "Motifs personnels (santé, mutation, déménagement…)",
        "other_training": "Autre formation",
        "dismissed": "Exclusion",
        "dropped_out": "Abandon",
        "other": "Autre",
    },
    codes.ProofKind: {
        "absence": "Justificatif d’absence",
        "employment": "Justificatif de reprise d’emploi",
        "personal": "Justificatif du motif personnel de sortie",
    },
    codes.ProofFormat: {"pdf": "Fichier PDF", "jpeg": "Image JPEG", "png": "Image PNG"},
    codes.ProofNote: {"received": "Reçu", "missing": "Manquant"},
    codes.NonOpeningReason: {
        "too_few_trainees": "Trop peu de stagiaires",
        "no_trainer": "Pas de formateur",
        "premises": "Locaux indisponibles",
        "region_decision": "Décision de la Région",
        "other": "Autre",
    },
    codes.RejectionCode: {
        "proofs_missing": "Justificatifs manquants",
        "hours_wrong": "Heures à corriger",
        "absences_wrong": "Absences à corriger",
        "exit_wrong": "Sortie à corriger",
        "amount_wrong": "Montant à corriger",
        "other": "Autre motif",
    },
    codes.RequestObject: {
        "dates": "Dates et périodes",
        "trainee": "Fiche d’un stagiaire",
        "trainers": "Formateurs",
        "planned_dates": "Report des dates prévues",
    },
    codes.OpeningDocument: {"trainee_list": "Liste des stagiaires", "trainer_list": "Liste des formateurs"},
    codes.Decision: {"accepted": "Acceptée", "rejected": "Rejetée"},
    codes.DecidedBy: {"agent": "un agent de la Région", "finance": "le système financier"},
    codes.InvoiceKind: {"monthly": "Acompte mensuel", "instalment": "Acompte", "quarter": "Acompte trimestriel", "balance": "Solde"},
    codes.WithoutMonths: {"subcontract": "Facture d’un sous-traitant", "advance": "Avance"},
    codes.AdjustmentKind: {"deduction": "Sous-traitance", "recovery": "Récupération de l’avance"},
    codes.AccountRight: {"administers": "Administre les comptes", "works": "Travaille, sans administrer les comptes"},
    codes.PublicText: {
        "welcome": "Bienvenue",
        "contact": "Contactez-nous",
        "legal_notice": "Mentions légales",
        "terms_of_use": "Conditions d’utilisation",
    },
    codes.Situation: {
        "employed_in_sector": "Emploi dans le secteur d’activité de la formation suivie",
        "employed_elsewhere": "Emploi dans un autre secteur",
        "other": "Autre situation",
    },
    codes.SurveyKind: {"exit": "À la sortie", "six_months": "À six mois", "one_year": "À un an"},
    codes.EmploymentContract: {
        "permanent": "CDI",
        "fixed_term_over_6_months": "CDD de plus de 6 mois",
        "fixed_term_under_6_months": "CDD de moins de 6 mois",
        "subsidised": "Contrat aidé",
        "temporary_agency": "Intérim",
        "other": "Autre contrat",
    },
}


def label(value: object, of: type | None = None) -> str:
    """The label of a code; `of` names the list when `value` is its bare text; nothing for none."""
    if value is None or value == "":
        return ""
    return LABELS[of or type(value)][str(value)]


def inside(value: object, of: type | None = None) -> str:
    """The label of a code within a sentence: `décision de la Région`."""
    text = label(value, of)
    return text[:1].lower() + text[1:]


def choices(of: type) -> list[tuple[str, str]]:
    """Code and label of each entry of a list, in its order."""
    return list(LABELS[of].items())


def label_of(value: object, of: str) -> str:
    """The label of a bare code of the list named `of`, as a template has it."""
    return label(value, getattr(codes, of))


def invoice_word(state: str, including_tax: Decimal, *, for_agent: bool = False) -> str:
    """How an invoice stands, in a word or two."""
    match state:
        case "issued":
            return "En attente de décision" if for_agent else "En attente de la Région"
        case "rejected":
            return "Rejetée"
        case "accepted":
            return "Acceptée"
    return "Payée" if including_tax > 0 else "Acceptée, reversement dû" if including_tax < 0 else "Acceptée, rien à payer"
