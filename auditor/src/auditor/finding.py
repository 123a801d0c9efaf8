"""What is promised, and where a promise is not kept."""

from dataclasses import dataclass
from enum import Enum


class Promise(Enum):
    """What must hold of any history, as the operator reads it."""

    VERSIONS = "Chaque clé est numérotée sans trou ni doublon, comme son service l’a comptée"
    ANSWERS = "Chaque commande a une réponse et une seule, ou est en route vers elle"
    DECIDED = "Chaque commande est décidée après ce que son auteur avait vu"
    SENT = "Rien ne reste en arrière dans une boîte d’envoi"
    APPLIED = "Chaque événement est appliqué par tous ceux qui l’attendent, ou mis de côté avec sa raison"
    RECORDS = "Les fiches et les textes publiés sont ceux que leur service conserve"
    PRESENCE = "Aucune heure avant une entrée, après une sortie ou la fin prévue, ni pour un stagiaire retiré"
    AMENDED = "Les avenants se suivent, et les dates prévues sont partout celles du dernier"
    PLANNED = "Personne n’a plus d’heures confirmées que le contrat n’en prévoit"
    CONFIRMED = "Les heures confirmées sont celles qui ont été saisies"
    ADDED = "Après une sortie recevable, chaque mois ajoute ce qui restait des heures prévues, selon ses jours"
    PROOFS = "Chaque mois demande les justificatifs de ses heures justifiées et sorties recevables, et nul autre n’est envoyé ni noté"
    MONTHS = "Aucun mois n’est dans deux factures non rejetées, ni dans une facture sans être confirmé"
    AMOUNTS = "Chaque facture vaut ses heures au tarif du contrat, au centime, et sa taxe"
    WITHIN = "Les factures non rejetées ne dépassent pas les heures confirmées, et les égalent après le solde (BIL-12)"
    ACCOUNTED = "Déclaré = facturé + à facturer"
    ORDINALS = "Les acomptes 1, 2 et 3 existent une fois au plus"
    NUMBERS = "Les numéros de facture se suivent, par action et par émetteur, sans trou ni doublon"
    DOCUMENTS = "Chaque facture a un document et un seul, partout le même, qui dit les montants du journal"
    FINANCE = "Le système financier connaît chaque facture et chaque décision, au centime"
    PROGRAMME = "Chaque message du système des programmes a une réponse, et une seule"
    PAYMENTS = "Les paiements sont ceux des factures acceptées, une fois chacun, au plus leur montant"
    CLOCK = "Chaque facture dit son dernier jour, et chaque paiement de combien il est en retard (BIL-15)"
    VIEWS = "Les pages montrent ce que les services disent"
    ERASED = "Rien de personnel ne reste d’un contrat dont la durée de conservation est échue (PRV-1)"
    PRIVATE = "Aucune donnée personnelle hors de sa place"
    SECRET = "Aucun mot de passe ni jeton dans un topic, un journal, une métrique ou une adresse"


@dataclass(frozen=True)
class Finding:
    """A promise that is not kept."""

    promise: Promise
    about: str
    """The key: a contract's number, a SIRET, a record's id, an issuer and a year, a file's name."""
    what: str
    """What is wrong with it, and the ids of what is: one French sentence without its full stop. No personal datum, no secret."""

    def __str__(self) -> str:
        return f"{self.about} : {self.what}."
