"""Tells of a PDF that a Factur-X is in it: four properties in its metadata (XMP), and the description of their schema that PDF/A wants.

typst writes the PDF, the file in it and all else that PDF/A-3 and PDF/UA ask for, but takes no metadata of others. The same bytes come of
the same bytes: the identifier follows from the content, and no clock is in it.
"""

from io import BytesIO

import pikepdf

from .cii import FILE_NAME

FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
PROPERTIES = (
    ("DocumentType", "INVOICE", "Type of the embedded document"),
    ("DocumentFileName", FILE_NAME, "Name of the embedded XML file"),
    ("Version", "1.0", "Version of the XML schema of Factur-X"),
    ("ConformanceLevel", "EN 16931", "Profile of the embedded Factur-X"),
)
VALUES = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value, _ in PROPERTIES)
DESCRIBED = "".join(
    f'<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>{what}'
    f"</pdfaProperty:description><pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
    for name, _, what in PROPERTIES
)
ADDED = {
    "</rdf:Bag></pdfaExtension:schemas>": '<rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
    f"<pdfaSchema:namespaceURI>{FX}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
    f"<pdfaSchema:property><rdf:Seq>{DESCRIBED}</rdf:Seq></pdfaSchema:property></rdf:li>",
    "</rdf:RDF>": f'<rdf:Description rdf:about="" xmlns:fx="{FX}">{VALUES}</rdf:Description>',
}
"""What is put before these ends of what typst writes."""


def as_factur_x(document: bytes) -> bytes:
    """The same PDF, which says so. Raises ValueError when its metadata are not as typst writes them."""
    with pikepdf.open(BytesIO(document)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        for end, added in ADDED.items():
            if metadata.count(end) != 1:
                raise ValueError(f"the metadata have no {end}, or several")
            metadata = metadata.replace(end, added + end)
        pdf.Root.Metadata.write(metadata.encode())
        made = BytesIO()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()
