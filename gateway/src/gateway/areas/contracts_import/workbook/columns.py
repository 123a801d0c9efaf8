"""The workbook's sheets and columns, once: template, reading, writing and errors all follow this table (ACT-4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from contracts.awards import MOST_MONTHS, MOST_TRAINEES, THRESHOLDS

from . import kinds
from .kinds import Kind

CONTRACT_NUMBER = "Numéro de contrat"
USUAL_RECOVERY = (65, 80)
"""Between which shares of the price an advance is recovered when the workbook does not say it, in percent (BIL-10)."""
EXAMPLE = "EXEMPLE"
"""The contract number of the template's example rows: a row with it is not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`path` is where its value stands in a contract (or in one of the sheet's parts); `help` tells more than the header does.

    `default` is the value of an optional column's cell that is left empty.
    """

    header: str
    path: str
    kind: Kind
    example: str
    help: str = ""
    optional: bool = False
    default: Any = ""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One row per contract (`path` empty), or per part of the list that stands at `path` in a contract."""

    name: str
    path: str
    columns: tuple[Column, ...]
    help: str

    def column(self, path: str) -> Column | None:
        """The column of a path in the row, or the first of those below it."""
        return next((column for column in self.columns if column.path == path or column.path.startswith(f"{path}.")), None)


def _place(name: str, path: str, hours: str, price: str, rate: str) -> tuple[Column, ...]:
    return (
        Column(f"Heures en {name}", f"terms.{path}.hours", kinds.HOURS, hours, "Par stagiaire, 0 si rien n’est prévu."),
        Column(f"Tarif en {name}", f"terms.{path}.rate", kinds.RATE, rate, "En euros par heure et par stagiaire."),
        Column(f"Prix en {name}", f"terms.{path}.price", kinds.MONEY, price, "Égal à heures × tarif × effectif total."),
    )


def _thresholds(*names: str) -> Iterator[Column]:
    """In percent of the planned hours; those that are left empty are the usual ones (OPN-3)."""
    for index, (name, usual) in enumerate(zip(names, THRESHOLDS, strict=True)):
        help_ = f"En % des heures prévues ; {usual} si la cellule est vide."
        yield Column(name, f"terms.thresholds.{index}", kinds.PERCENT, str(usual), help_, optional=True, default=usual)


def _advance(rate: str, begins: str, ends: str) -> Iterator[Column]:
    """In percent: of the price less the subcontractors' ceilings, and two shares of the price; without an advance, none (BIL-10)."""
    of_price = "En % du prix réalisé ; {} si la cellule est vide. Sans avance, laissez-la vide."
    what = "En % du prix, plafonds des sous-traitants déduits ; vide si le contrat ne prévoit pas d’avance."
    yield Column(rate, "terms.advance.rate", kinds.PERCENT, "5", what, optional=True, default=None)
    for name, path, usual in ((begins, "recovered_from", USUAL_RECOVERY[0]), (ends, "recovered_to", USUAL_RECOVERY[1])):
        yield Column(name, f"terms.advance.{path}", kinds.PERCENT, str(usual), of_price.format(usual), optional=True, default=None)


_NUMBER = "Le même que dans la feuille « Contrats »."
CONTRACTS = Sheet(
    "Contrats",
    "",
    (
        Column(CONTRACT_NUMBER, "number", kinds.NUMBER, EXAMPLE, "Unique, par exemple 2007QCA0266. Lettres sans accent et chiffres."),
        Column("Type d’action", "terms.kind", kinds.ACTION_KIND, "Action collective"),
        Column("Intitulé", "terms.title", kinds.TEXT, "BTS ASSISTANT DE DIRECTION EN UN AN"),
        Column("Appel à projet", "terms.call_for_projects", kinds.TEXT, "TEST PRQ 2007-2008"),
        Column("Année de programmation", "terms.programme_year", kinds.YEAR, "2007"),
        Column("Numéro d’opération Safir", "terms.safir_operation", kinds.TEXT, "007874"),
        Column("Numéro de marché Safir", "terms.safir_market", kinds.TEXT, "07S00075"),
        Column("Instance décisionnaire", "terms.deciding_body", kinds.TEXT, "Conseil régional"),
        Column("Date de vote", "terms.vote_date", kinds.DAY, "23/03/2007"),
        Column("Lieu", "terms.location", kinds.TEXT, "CLERMONT-L’HÉRAULT"),
        Column("Secteur d’activité (code)", "terms.sector_code", kinds.TEXT, "SEG"),
        Column("Secteur d’activité (libellé)", "terms.sector_label", kinds.TEXT, "Services - Gestion de l’entreprise"),
        Column("Financement FSE", "terms.esf", kinds.YES_NO, "non"),
        Column("SIRET du titulaire", "terms.organisation.siret", kinds.SIRET, "73282932000074", "14 chiffres."),
        Column("Nom du titulaire", "terms.organisation.name", kinds.TEXT, "SCENES ET FORMATIONS"),
        Column("E-mail du titulaire", "terms.organisation.email", kinds.TEXT, "contact@organisme.fr", "Reçoit le premier mot de passe."),
        Column("Adresse", "terms.organisation.address", kinds.TEXT, "2 rue Victor-Hugo"),
        Column("Complément d’adresse", "terms.organisation.address_complement", kinds.TEXT, "", optional=True),
        Column("Code postal", "terms.organisation.postcode", kinds.POSTCODE, "34800"),
        Column("Ville", "terms.organisation.town", kinds.TEXT, "CLERMONT-L’HÉRAULT"),
        Column("Régime de TVA", "terms.organisation.tax_regime", kinds.TAX_REGIME, "exonéré"),
        Column("Agent de la Région", "agent.name", kinds.TEXT, "Mme VIDAL", "Que l’organisme peut appeler."),
        Column("Téléphone de l’agent", "agent.telephone", kinds.TEXT, "04 67 22 80 00"),
        Column("Date de début prévue", "terms.planned_start", kinds.DAY, "03/09/2007"),
        Column("Date de fin prévue", "terms.planned_end", kinds.DAY, "27/06/2008", f"Une action dure {MOST_MONTHS} mois civils au plus."),
        *_place("centre", "centre", "812", "40600", "5"),
        *_place("entreprise", "company", "420", "3990", "0,95"),
        Column("Effectif total", "terms.headcount", kinds.HEADCOUNT, "10", f"De 1 à {MOST_TRAINEES}."),
        Column("Effectif rémunéré", "terms.paid_headcount", kinds.PAID, "10", "Au plus l’effectif total."),
        *_thresholds("Seuil du 1er acompte", "Seuil du 2e acompte", "Seuil du 3e acompte"),
        *_advance("Taux de l’avance", "Récupération de l’avance dès", "Avance récupérée à"),
    ),
    "Une ligne par contrat.",
)
PERIODS = Sheet(
    "Périodes",
    "terms.periods",
    (
        Column(CONTRACT_NUMBER, "", kinds.NUMBER, EXAMPLE, _NUMBER),
        Column("Lieu", "place", kinds.PLACE, "Centre"),
        Column("Début", "start", kinds.DAY, "03/09/2007", "Entre les dates prévues du contrat."),
        Column("Fin", "end", kinds.DAY, "15/02/2008", "Deux périodes d’un même lieu ne se recoupent pas."),
    ),
    "Une ligne par période en centre ou en entreprise.",
)
TRAINERS = Sheet(
    "Formateurs",
    "trainers",
    (
        Column(CONTRACT_NUMBER, "", kinds.NUMBER, EXAMPLE, _NUMBER),
        Column("Nom", "last_name", kinds.TEXT, "MEUNIER"),
        Column("Prénom", "first_name", kinds.TEXT, "Jacques"),
        Column("Domaine", "field", kinds.TEXT, "Informatique"),
        Column("Heures", "hours", kinds.HOURS, "12", "Données par ce formateur sur l’action."),
        Column("Statut", "status", kinds.TEXT, "VACATAIRE", optional=True),
        Column("Formation et expérience", "experience", kinds.LONG_TEXT, "2 ans de formation à l’étranger"),
    ),
    "Une ligne par formateur.",
)
SUBCONTRACTORS = Sheet(
    "Sous-traitants",
    "terms.subcontractors",
    (
        Column(CONTRACT_NUMBER, "", kinds.NUMBER, EXAMPLE, _NUMBER),
        Column("SIRET", "siret", kinds.SIRET, "83014132100034", "14 chiffres."),
        Column("Nom", "name", kinds.TEXT, "CEVENNES-GESTION"),
        Column("Plafond hors taxe", "ceiling", kinds.MONEY, "1500", "Tous les plafonds ensemble : au plus le prix du contrat."),
        Column("Régime de TVA", "tax_regime", kinds.TAX_REGIME, "assujetti à la TVA"),
    ),
    "Une ligne par sous-traitant du contrat ; laissez la feuille vide s’il n’y en a pas.",
)
PARTS = (PERIODS, TRAINERS, SUBCONTRACTORS)
SHEETS = (CONTRACTS, *PARTS)


def value_at(part: Any, path: str) -> Any:
    """What stands at a path of a contract: `terms.periods.0.end`. Raises LookupError or AttributeError when nothing does."""
    for name in path.split("."):
        if part is None:  # a part that the contract does not have: an advance
            return None
        part = getattr(part, name) if isinstance(part, BaseModel) else part[int(name)] if isinstance(part, tuple) else part[name]
    return part


def cell_of(path: str) -> tuple[Sheet, int | None, Column | None]:
    """The sheet, the place in its list (None: the contract's own row, or the list as a whole) and the column of a path of a contract."""
    for sheet in PARTS:
        if path == sheet.path:
            return sheet, None, None
        if path.startswith(f"{sheet.path}."):
            index, _, below = path.removeprefix(f"{sheet.path}.").partition(".")
            return sheet, int(index), sheet.column(below)
    return CONTRACTS, None, CONTRACTS.column(path)


def headers() -> Iterator[tuple[Sheet, Column]]:
    """Every column of every sheet, in order."""
    return ((sheet, column) for sheet in SHEETS for column in sheet.columns)
