"""Which form something was typed into: a kind, the contract and the subject that it is about, and from these the page that shows it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .session import Viewer

PAGES: Mapping[str, str] = {
    "dates": "/actions/{contract}/dates",
    "new_trainee": "/actions/{contract}/stagiaires/nouveau?fiche={0}",
    "trainees_file": "/actions/{contract}/stagiaires/import",
    "trainees_copy": "/actions/{contract}/stagiaires/reprise",
    "new_trainees": "/actions/{contract}/stagiaires/liste?fiche={0}",
    "trainee": "/actions/{contract}/stagiaires/{0}",
    "entries": "/actions/{contract}/entrees",
    "trainers": "/actions/{contract}/formateurs",
    "dates_request": "/actions/{contract}/dates/demande",
    "postponement": "/actions/{contract}/dates/report",
    "trainee_request": "/actions/{contract}/stagiaires/{0}/demande",
    "trainers_request": "/actions/{contract}/formateurs/demande",
    "opening": "/actions/{contract}/ouverture",
    "non_opening": "/actions/{contract}/non-ouverture",
    "month": "/actions/{contract}/declarations/{0}",
    "hours_file": "/actions/{contract}/declarations/{0}/import",
    "proofs": "/actions/{contract}/declarations/{0}/justificatifs",
    "line": "/actions/{contract}/declarations/{0}/lignes/{1}",
    "invoices": "/actions/{contract}/facturation/verification",
    "subcontract": "/actions/{contract}/facturation/sous-traitant",
    "advance": "/actions/{contract}/facturation/avance",
    "closing": "/actions/{contract}/cloture",
    "survey": "/actions/{contract}/enquetes/sortie/{0}",
    "later_survey": "/actions/{contract}/enquetes/{0}/{1}",
    "report": "/actions/{contract}/bilan",
    "balance": "/actions/{contract}/solde",
    "address": "/compte/adresse",
    "invitation": "/compte/collegues",
    "action": "/region/actions/{contract}",
    "decision": "/region/factures/{0}",
    "note": "/region/factures/{0}/note",
    "noted_proofs": "/region/factures/{0}/justificatifs",
    "report_note": "/region/bilans/{contract}/note",
    "answer": "/region/demandes/{contract}/{0}",
    "upload": "/region/import",
    "import": "/region/import/{0}",
    "text": "/region/textes/{0}",
    "account_request": "/region/comptes/demandes/{0}",
}
"""The page of each kind of form, and where it is posted: what is typed there is kept when nobody accepts it. The kind is stored: it never
changes; its page may. In braces the contract and the parts of the subject. No form with a password is among them.
"""

ALONE = frozenset({"month", "line"})
"""Kinds of which everybody sees only what they typed themselves: two people fill in one grid. An organisation shares the others."""


@dataclass(frozen=True, slots=True)
class FormId:
    """One form: its kind, and what it is about. A `subject` of several parts has them in PAGES' order, with slashes between."""

    kind: str
    contract: str = ""
    subject: str = ""

    @property
    def page(self) -> str:
        """The address of the page that shows it."""
        path, _, query = PAGES[self.kind].partition("?")
        pattern = f"{path}?{query}" if query and self.subject else path
        return pattern.format(*self.subject.split("/"), contract=self.contract)

    def owned_by(self, viewer: Viewer) -> str:
        """Whose draft of it the viewer sees."""
        return str(viewer.user_id) if self.kind in ALONE else viewer.owner


def form_at(address: str) -> FormId | None:
    """The form of a page of ours; None when what is typed there is not kept."""
    return next((which for kind in PAGES if (which := _match(kind, address))), None)


def _match(kind: str, address: str) -> FormId | None:
    match = _pattern(kind).fullmatch(address)
    if match is None:
        return None
    return FormId(
        kind, match.groupdict().get("contract", ""), "/".join(match[name] or "" for name in match.re.groupindex if name != "contract")
    )


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    path, _, query = PAGES[kind].partition("?")
    pattern = re.sub(r"\\{(\w+)\\}", lambda part: f"(?P<{'contract' if part[1] == 'contract' else '_' + part[1]}>[^/?]+)", re.escape(path))
    if query:
        pattern += r"(?:\?" + re.sub(r"\\{(\w+)\\}", r"(?P<_\1>[^/?&]+)", re.escape(query)) + ")?"
    return re.compile(pattern)
