"""The figures that the history tells from what to what: how people call each, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from gateway.words.sentences import French

from .row import Figures


@dataclass(frozen=True, slots=True)
class Field:
    """A figure: its French name, and its format in sentences (`words.sentences`)."""

    name: str
    form: str = ""


FIELDS: Mapping[str, Field] = {
    # The contract and its dates
    "title": Field("intitulé"),
    "siret": Field("SIRET du titulaire"),
    "planned_start": Field("début prévu", "date"),
    "planned_end": Field("fin prévue", "date"),
    "actual_start": Field("début réel", "date"),
    "actual_end": Field("fin réelle", "date"),
    "periods": Field("périodes", "periods"),
    "frequency": Field("fréquence de paiement", "Frequency"),
    "headcount": Field("effectif total"),
    "paid_headcount": Field("effectif rémunéré"),
    "centre_planned": Field("heures prévues en centre", "hours"),
    "centre_rate": Field("prix de l’heure en centre", "money"),
    "company_planned": Field("heures prévues en entreprise", "hours"),
    "company_rate": Field("prix de l’heure en entreprise", "money"),
    "price": Field("prix total", "ht"),
    "trainers": Field("formateurs sur la liste"),
    # A trainee
    "complete": Field("fiche complète", "yes"),
    "paid_by": Field("rémunération", "PaidBy"),
    "entry_level": Field("niveau à l’entrée", "EntryLevel"),
    "age_bracket": Field("tranche d’âge", "AgeBracket"),
    "planned_entry": Field("entrée prévue sur la fiche", "date"),
    "pathway_centre": Field("heures du parcours en centre", "hours"),
    "pathway_company": Field("heures du parcours en entreprise", "hours"),
    "pathway_start": Field("début du parcours", "date"),
    "pathway_end": Field("fin du parcours", "date"),
    "pathway_periods": Field("périodes du parcours", "periods"),
    "entered_on": Field("date d’entrée", "date"),
    "exit_on": Field("date de sortie", "date"),
    "exit_kind": Field("genre de sortie", "ExitKind"),
    "exit_reason": Field("motif de sortie", "ExitReason"),
    "proofs_announced": Field("justificatifs annoncés", "yes"),
    "situation": Field("situation à la sortie", "Situation"),
    "employment": Field("contrat de travail", "EmploymentContract"),
    "six_months_situation": Field("situation à six mois", "Situation"),
    "six_months_employment": Field("contrat de travail à six mois", "EmploymentContract"),
    "one_year_situation": Field("situation à un an", "Situation"),
    "one_year_employment": Field("contrat de travail à un an", "EmploymentContract"),
    # Hours
    "centre_attended": Field("centre, heures réalisées", "hours"),
    "centre_excused": Field("centre, non réalisées justifiées", "hours"),
    "centre_unexcused": Field("centre, non justifiées", "hours"),
    "company_attended": Field("entreprise, heures réalisées", "hours"),
    "company_excused": Field("entreprise, non réalisées justifiées", "hours"),
    "company_unexcused": Field("entreprise, non justifiées", "hours"),
    "absences": Field("absences", "absences"),
    "centre": Field("heures confirmées en centre", "hours"),
    "company": Field("heures confirmées en entreprise", "hours"),
    # Money
    "total_paid": Field("payé en tout", "ttc"),
    # The outcomes report
    "entered": Field("stagiaires entrés"),
    "centre_hours": Field("heures du bilan en centre", "hours"),
    "company_hours": Field("heures du bilan en entreprise", "hours"),
}
"""By the name that a row of what is told gives it, in the order in which they are shown. Of what is only sentence, nothing stands here."""
NOTHING = "rien"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of an act: how it is called, what it was (None: it had never been told), what it is."""

    field: str
    before: str | None
    after: str


def told_of(figures: Figures) -> Figures:
    """Those of the figures that are told from what to what."""
    return {name: figures[name] for name in FIELDS if name in figures}


def changes(figures: Figures, was: Figures, sentence: str = "") -> list[Change]:
    """What an act changed: each figure that is other than it was, and those that had never been told, but for what is empty, and for what
    the act's `sentence` says already.
    """
    said = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    found = []
    for name in FIELDS:
        if name in figures:
            before, after = _written(name, was[name]) if name in was else None, _written(name, figures[name])
            if before != after and (before is not None or not (name in said or after == NOTHING)):
                found.append(Change(FIELDS[name].name, before, after))
    return found


def _written(name: str, value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    return French({}, "").format_field(value, FIELDS[name].form)
