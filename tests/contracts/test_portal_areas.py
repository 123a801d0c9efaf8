"""The portal's areas, as far as import-linter cannot see: templates."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

import gateway
from gateway.web.rendering import environment

ROOT = Path(gateway.__file__).parent
TEMPLATES = sorted(environment().list_templates(extensions=["html"]))


def used_by(template: str) -> set[str]:
    """The templates that this one extends, includes or imports."""
    loader = environment().loader
    assert loader is not None
    source, _, _ = loader.get_source(environment(), template)
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    return {node.template.value for node in environment().parse(source).find_all(kinds)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_rests_on_its_own_area_on_the_actions_and_on_the_layout_alone(template: str) -> None:
    area = template.partition("/")[0] if "/" in template else ""
    assert {used.partition("/")[0] for used in used_by(template) if "/" in used} <= ({area, "action"} if area else set())


def test_every_template_is_shown_by_an_area_that_may_use_it() -> None:
    shown = set().union(*map(used_by, TEMPLATES))
    for path in ROOT.rglob("*.py"):
        area = path.relative_to(ROOT / "areas").parts[0] if path.is_relative_to(ROOT / "areas") else ""
        found = set(re.findall(r'"((?:\w+/)?\w+\.html)"', path.read_text()))
        assert {name.partition("/")[0] for name in found if "/" in name} <= {area, "action"}, path
        shown |= found
    assert shown == set(TEMPLATES)
