"""The agents' list of actions as a file."""

from gateway.tables.lists import COUNT, DAY, LONG, MONEY, Column
from gateway.words.french import months

from .queries.region import Exported

STATES = {"awarded": "À ouvrir", "opened": "Ouverte", "closed": "Clôturée", "not_opened": "Non ouverte", "withdrawn": "Retirée"}
COLUMNS: tuple[Column[Exported], ...] = (
    Column("Contrat", lambda action: action.contract_number),
    Column("Intitulé", lambda action: action.title, LONG),
    Column("Organisme", lambda action: action.organisation, LONG),
    Column("SIRET", lambda action: action.siret),
    Column("Année de programmation", lambda action: action.programme_year, COUNT),
    Column("Secteur d’activité", lambda action: action.sector, LONG),
    Column("État", lambda action: STATES[action.state]),
    Column("Début prévu", lambda action: action.planned_start, DAY),
    Column("Fin prévue", lambda action: action.planned_end, DAY),
    Column("Avenants", lambda action: action.amended or None, COUNT),
    Column("Début prévu à l’origine", lambda action: action.original_start, DAY),
    Column("Fin prévue à l’origine", lambda action: action.original_end, DAY),
    Column("Début réel", lambda action: action.actual_start, DAY),
    Column("Fin réelle", lambda action: action.actual_end, DAY),
    Column("Effectif prévu", lambda action: action.headcount, COUNT),
    Column("Stagiaires inscrits", lambda action: action.registered, COUNT),
    Column("Prix du contrat HT", lambda action: action.price, MONEY),
    Column("Facturé et non rejeté HT", lambda action: action.invoiced, MONEY),
    Column("Accepté HT", lambda action: action.accepted, MONEY),
    Column("Payé TTC", lambda action: action.paid, MONEY),
    Column("À décider et payer jusqu’au", lambda action: action.pay_by, DAY),
    Column("Paiements en retard", lambda action: action.overdue or None, COUNT),
    Column("Intérêts et indemnités de retard", lambda action: action.owed or None, MONEY),
    Column("Ouverture en retard", lambda action: "oui" if action.late.opening else ""),
    Column("Mois à confirmer en retard", lambda action: months(action.late.months) if action.late.months else "", LONG),
    Column("Factures à décider en retard", lambda action: action.late.invoices or None, COUNT),
)
