"""A document of an action: what stands around its own blocks, the same on all of them (DOC-1)."""

from datetime import date

from gateway.documents.paper import Block, Paper, Signatures
from gateway.web.papers import as_of

from .action import Action

SIGNED = Signatures((("Pour l’organisme de formation", "Nom, date, signature et cachet"),))
"""What the organisation signs of its own lists and declarations."""


def paper_of(action: Action, region: str, title: str, day: date, *blocks: Block, day_said: str = "", landscape: bool = False) -> Paper:
    """The document, of the action as it is on `day`."""
    return Paper(
        title=title,
        subject=action.title,
        reference=f"Contrat {action.contract_number}",
        day=day,
        day_said=day_said or as_of(day),
        region=region,
        organisation=action.organisation,
        blocks=blocks,
        landscape=landscape,
    )


LISTS, PAYMENTS, REPORTS, CONTRACT, FORMS = (
    "Listes",
    "Demandes de paiement",
    "Bilans et enquêtes",
    "Contrat et compte de l’action",
    "Formulaires à compléter et à signer",
)
"""Under what “États” lists documents, with those of months (§3.8)."""
