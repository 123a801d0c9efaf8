"""The portal's areas, as far as import-linter cannot see: templates."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes

import gateway
from gateway.web.rendering import environment

ROOT = Path(gateway.__file__).parent
TEMPLATES = sorted(environment().list_templates(extensions=["html"]))


def parsed(template: str) -> nodes.Template:
    loader = environment().loader
    assert loader is not None
    return environment().parse(loader.get_source(environment(), template)[0])


def used_by(template: str) -> set[str]:
    """The templates that this one extends, includes or imports."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    return {node.template.value for node in parsed(template).find_all(kinds)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_rests_on_its_own_area_on_the_actions_and_on_the_layout_alone(template: str) -> None:
    area = template.partition("/")[0] if "/" in template else ""
    assert {used.partition("/")[0] for used in used_by(template) if "/" in used} <= ({area, "action"} if area else set())


def test_every_template_is_shown_by_an_area_that_may_use_it() -> None:
    shown = set().union(*map(used_by, TEMPLATES))
    for path in ROOT.rglob("*.py"):
        area = path.relative_to(ROOT / "areas").parts[0] if path.is_relative_to(ROOT / "areas") else ""
        templates = set(re.findall(r'"((?:\w+/)?\w+\.html)"', path.read_text()))
        assert {name.partition("/")[0] for name in templates if "/" in name} <= {area, "action"}, path
        shown |= templates
    assert shown == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_live_region_is_a_block_that_uses_nothing_that_is_set_around_it(template: str) -> None:
    tree = parsed(template)
    for whole in tree.find_all(nodes.Block):
        around = {name.name for name in whole.find_all(nodes.Name) if name.ctx == "store"}
        for region in [block for block in whole.find_all(nodes.Block) if block is not whole]:
            own = {name.name for name in region.find_all(nodes.Name) if name.ctx == "store"}
            used = {name.name for name in region.find_all(nodes.Name) if name.ctx == "load"}
            assert not (around - own) & used, region.name


@pytest.mark.parametrize("template", [name for name in TEMPLATES if not name.rpartition("/")[2].startswith("_")])
def test_what_fetches_itself_anew_is_the_block_of_that_name(template: str) -> None:
    tree = parsed(template)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr in {"live", "follow"} and isinstance(call.args[0], nodes.Const):
            holders = {block.name for block in tree.find_all(nodes.Block) if any(call is inner for inner in block.find_all(nodes.Call))}
            assert call.args[0].value.replace("-", "_") in holders


OF_PEOPLE = {"people/region_people.html"}
"""Who has which name: what is known of one person is taken as a whole, from their own page (PRV-1), and of several nowhere."""


@pytest.mark.parametrize("template", [name for name in TEMPLATES if not name.rpartition("/")[2].startswith("_")])
def test_a_list_that_has_pages_can_be_taken_away(template: str) -> None:
    called = {call.node.attr for call in parsed(template).find_all(nodes.Call) if isinstance(call.node, nodes.Getattr)}
    assert ("pages" in called) <= ("export" in called) or template in OF_PEOPLE
