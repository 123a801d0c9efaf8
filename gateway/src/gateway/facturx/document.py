"""The document of an invoice: its page, with its XML in it, PDF/A-3a and PDF/UA-1 (DOC-2)."""

from gateway.documents.paper import Attached
from gateway.documents.printers import Printers

from .cii import FILE_NAME, write
from .invoice import InvoiceInFull
from .paper import paper_of
from .xmp import as_factur_x


async def make(bill: InvoiceInFull, printers: Printers) -> bytes:
    """Its bytes: the same for the same values. Raises NotPrinted."""
    xml = Attached(FILE_NAME, "text/xml", "alternative", "La facture en données (Factur-X, EN 16931)", write(bill))
    return as_factur_x(await printers.print(paper_of(bill), [xml]))
