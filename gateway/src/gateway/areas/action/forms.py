"""The forms that an organisation fills in, signs and sends (OPN-5, DAT-4, BIL-14): with what is known of an action, or blank."""

from collections.abc import Callable, Sequence
from datetime import date

from contracts.codes import NonOpeningReason
from gateway.documents.paper import Block, Choices, Facts, Heading, Lines, Note, Paper, Signatures
from gateway.web.papers import as_of
from gateway.words.french import date_long, plural
from gateway.words.labels import LABELS, label_of

from .action import Action

EDITION = date(2026, 1, 1)
"""Of the blank forms: the day that they speak for, the same until their text changes."""
SIGNED = Signatures(
    (("Pour l’organisme de formation", "Nom, qualité, date, signature et cachet"), ("Réservé à la Région", "Reçu le, visa"))
)


def _about(action: Action | None) -> tuple[Block, ...]:
    """Which contract, whose: what every form begins with; lines to write on when there is none."""
    terms = action.terms if action else None
    organisation = terms.organisation if terms else None
    address = " ".join(filter(None, (organisation.address, organisation.address_complement))) if organisation else ""
    return (
        Heading("Contrat"),
        Facts(
            (
                ("Organisme de formation", action.organisation if action else ""),
                ("SIRET", action.siret if action else ""),
                ("Adresse", f"{address}, {organisation.postcode} {organisation.town}" if organisation else ""),
                ("Intitulé de l’action", action.title if action else ""),
                ("Numéro de contrat", action.contract_number if action else ""),
                ("Numéro de marché Safir", terms.safir_market if terms else ""),
                ("Lieu de l’action", terms.location if terms else ""),
                ("Dates prévues", f"du {date_long(action.planned_start)} au {date_long(action.planned_end)}" if action else ""),
            )
        ),
    )


def postponement(action: Action | None) -> tuple[Block, ...]:
    """The request of DAT-4, for whoever does not make it online."""
    dates = (("Nouveau début demandé", ""), ("Nouvelle fin demandée", ""))
    online = Note("Cette demande peut aussi être faite en ligne, dans « Dates et périodes » : la réponse y arrive plus vite.")
    return *_about(action), Heading("Dates demandées"), Facts(dates), Lines("Motif du report", 5), online, SIGNED


def opening(action: Action | None) -> tuple[Block, ...]:
    """The administrative certificate of an opening."""
    known = action if action and action.actual_start else None
    facts = (
        ("Date d’ouverture", date_long(known.actual_start) if known and known.actual_start else ""),
        ("Stagiaires présents", plural(known.entered, "stagiaire") if known else ""),
        ("Fréquence de paiement", label_of(known.frequency, "Frequency") if known else ""),
    )
    joined = Choices(((False, "Liste des stagiaires à l’ouverture"), (False, "Liste des formateurs"), (False, "Bordereau d’envoi")))
    return *_about(action), Heading("L’organisme certifie que l’action a ouvert"), Facts(facts), Heading("Pièces jointes"), joined, SIGNED


def non_opening(action: Action | None) -> tuple[Block, ...]:
    """The administrative certificate of a non-opening (OPN-4)."""
    chosen = action.non_opening_reason if action else None
    reasons = Choices(tuple((code == chosen, name) for code, name in LABELS[NonOpeningReason].items()))
    return *_about(action), Heading("L’organisme certifie que l’action n’a pas ouvert"), reasons, Lines("Précisions", 4), SIGNED


ENCLOSED = (
    *("Certificat administratif d’ouverture", "Certificat administratif de non-ouverture", "Liste des stagiaires", "Liste des formateurs"),
    *("Déclaration de réalisation périodique", "Facture signée", "Justificatifs d’absence", "Justificatifs de sortie", "Bilan pédagogique"),
)


def cover_slip(action: Action | None, enclosed: Sequence[str] = ()) -> tuple[Block, ...]:
    """What goes with papers that are sent: the boxes of all kinds, or just those that are `enclosed`, ticked."""
    boxes = Choices(tuple((True, what) for what in enclosed) or tuple((False, what) for what in ENCLOSED))
    contact = action.contact if action else None
    to = Facts((("À l’attention de", f"{contact.name}, {contact.telephone}" if contact else ""), ("Envoyé le", "")))
    more = () if enclosed else (Lines("Autres pièces", 2),)
    return Heading("Destinataire"), to, *_about(action), Heading("Pièces envoyées"), boxes, *more, Lines("Observations", 3), SIGNED


Made = Callable[[Action | None], tuple[Block, ...]]
BLANK: dict[str, tuple[str, str, Made]] = {
    "report": ("Demande de report des dates", "Pour demander d’autres dates par courrier ou par télécopie.", postponement),
    "ouverture": ("Certificat administratif d’ouverture", "À signer et à envoyer à l’ouverture de l’action.", opening),
    "non-ouverture": ("Certificat administratif de non-ouverture", "À signer et à envoyer quand l’action n’a pas lieu.", non_opening),
    "bordereau": ("Bordereau d’envoi", "À joindre à ce qui est envoyé à la Région.", cover_slip),
}
"""Each form by its name in an address: its title, what it is for, and how it is filled in."""


def form_of(name: str, action: Action | None, region: str, day: date, blocks: tuple[Block, ...] = ()) -> Paper:
    """A form, of an action or blank; `blocks` instead of its own."""
    title, _, make = BLANK[name]
    return Paper(
        title=title,
        subject=action.title if action else "",
        reference=f"Contrat {action.contract_number}" if action else "Formulaire vierge",
        day=day,
        day_said=as_of(day) if action else "",
        region=region,
        organisation=action.organisation if action else "",
        blocks=blocks or make(action),
    )
