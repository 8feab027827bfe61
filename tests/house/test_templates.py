"""Templates escape by themselves, carry no script or style of their own, and speak every language."""

import ast
import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from tests.house.source import ROOT, modules, templates

PAGES = [path for path in templates() if "emails" not in path.parts]
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script(?![^>]*(?:\bsrc\s*=|application/json))", re.I),
    "event attribute": re.compile(r"<[^>{%]*\son[a-z]+\s*=\s*[\"']", re.I),
    "javascript address": re.compile(r"javascript:", re.I),
    "somebody else's server": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I),
}
SAFE_ALL_THE_SAME = {"tracker/fields/_help_and_errors.html": "help texts come from our code and Django's"}
WITHOUT_TOKEN = {"account_pages/unsubscribe.html": "one click from a mail program, which has no cookie"}
UNSAFE = re.compile(r"\|\s*safe\b|\bsafeseq\b|{%\s*autoescape\s+off")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", templates(), ids=named)
def test_it_compiles(path: Path) -> None:
    assert get_template(named(path)).template is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_it_carries_nothing_inline(path: Path) -> None:
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(), flags=re.S)
    assert [what for what, sign in INLINE.items() if sign.search(text)] == []


@pytest.mark.parametrize("path", templates(), ids=named)
def test_it_never_switches_escaping_off(path: Path) -> None:
    assert named(path) in SAFE_ALL_THE_SAME or UNSAFE.findall(path.read_text()) == []


def test_it_marks_no_text_of_ours_as_safe() -> None:
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules("tracker", "aftercare")
        for node in module.nodes()
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in ("mark_safe", "SafeString", "SafeText")
    ]
    assert wrong == []


def test_it_escapes_by_default() -> None:
    assert engines["django"].engine.autoescape is True  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_it_asks_for_a_token_in_every_form_that_posts(path: Path) -> None:
    forms = re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", path.read_text(), re.S | re.I)
    without = [form[:80] for form in forms if "csrf_token" not in form]
    assert without == [] or named(path) in WITHOUT_TOKEN
