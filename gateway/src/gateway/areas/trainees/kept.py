"""As which form new sheets are kept until they are answered."""

from uuid import UUID

from gateway.areas.action.visit import ActionVisit
from gateway.web.form_ids import FormId
from gateway.web.forms import Form


def kept_as(visit: ActionVisit, form: Form, kind: str) -> FormId:
    """Several of a kind may wait at once: each is kept under the id of the form that was sent first. One of a lapsed session has none."""
    try:
        first = UUID(form.value("fiche"))
    except ValueError:
        first = form.id
    return FormId(kind, visit.contract, str(first))
