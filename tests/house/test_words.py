"""Every word that somebody reads can be translated: it is marked, and marked so that it is found."""

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.house.source import ROOT, Module, modules, templates
from tracker.healing import advice

MARKS = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
"""What marks a text, and how many texts it takes. Each may be called `_`."""

SAID = {"label", "help_text", "verbose_name", "empty_label"}
"""Arguments that end up on a page."""

NOT_WORDS = {
    "Aftercare": "the product's name",
    "XXXX": "the shape of a code",
    "div": "an element whose name a template chooses",
}
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.S)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.S)
CODE = re.compile(r"{%.*?%}|{{.*?}}", re.S)
READ_OUT = re.compile(r"\b(?:aria-label|alt|title|placeholder|data-label|data-one|data-many)=\"([^\"]*)\"")
TAG = re.compile(r"<(?P<kept>script|style|kbd)\b.*?</(?P=kept)>|<[^>]*>|&#?\w+;", re.S)
INSTEAD = re.compile(r"\|\s*default(?:_if_none)?:\"([^\"]*)\"")
WORD = re.compile(r"[^\W\d_]+")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def unmarked(text: str) -> list[str]:
    """Words of a template that stand in it as they are."""
    text = BLOCK.sub(" ", COMMENT.sub(" ", text))
    said = INSTEAD.findall(text)
    text = CODE.sub("", text)
    said += READ_OUT.findall(text)
    said.append(TAG.sub(" ", text))
    return [word for part in said for word in WORD.findall(part) if word not in NOT_WORDS]


@pytest.mark.parametrize("path", templates(), ids=named)
def test_it_marks_every_word_of_a_template(path: Path) -> None:
    assert unmarked(path.read_text()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<a aria-label="Back">{% translate "Back" %}</a>', ["Back"]),
        ('{{ name|default:"nobody" }}', ["nobody"]),
        (
            '{% if a > b %}<b class="x">{% blocktranslate %}Hi {{ a }}{% endblocktranslate %}</b>{% endif %}',
            [],
        ),
        ("{% comment %}Hello{% endcomment %}&nbsp;<kbd>j</kbd> 12 °", []),
    ],
)
def test_it_tells_words_from_what_surrounds_them(text: str, found: list[str]) -> None:
    assert unmarked(text) == found


def is_words(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def bare(module: Module) -> list[str]:
    """Texts of forms, models and notices that nobody marked."""
    found = []
    for call in (node for node in module.nodes() if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        said: list[ast.AST] = [word.value for word in call.keywords if word.arg in SAID]
        if name.startswith("messages.") and name.split(".")[1] in ("success", "warning", "error", "info"):
            said += call.args[1:2]
        if name.endswith("ValidationError"):
            said += call.args[:1]
        found += [f"{module.name}:{call.lineno}" for node in said if is_words(node)]
    return found


def test_it_marks_every_text_of_a_form_and_every_notice() -> None:
    seen = modules("tracker/forms", "tracker/views", "tracker/models", "tracker/accounts.py")
    assert [place for module in seen for place in bare(module)] == []


def catalogue(text: str) -> set[str]:
    """The texts of a .po file."""
    found = re.findall(r'^msgid(?:_plural)? ((?:".*"\n)+)', text, re.M)
    return {"".join(ast.literal_eval(line) for line in lines.splitlines()) for lines in found}


def marked(module: Module) -> set[str]:
    """The texts that a module marks as they stand."""
    names = {
        (alias.asname or alias.name): MARKS[alias.name]
        for node in module.nodes()
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in MARKS
    }
    calls = (n for n in module.nodes() if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
    return {
        str(text.value)
        for call in calls
        for text in call.args[: names.get(call.func.id, 0)]  # type: ignore[attr-defined]
        if isinstance(text, ast.Constant)
    }


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="needs the gettext tools, as `make messages` does"
)
def test_the_words_are_found_by_the_tool_that_translators_use(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("templates", "tracker"):  # the tool writes beside what it reads
        keep = shutil.ignore_patterns("__pycache__", "static", "evidence", "migrations", "locale")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=keep)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["en"], no_wrap=True, no_location=True, verbosity=0)
    found = catalogue((tmp_path / "locale/en/LC_MESSAGES/django.po").read_text())
    wanted = {text for module in modules("tracker") for text in marked(module)}
    wanted |= {*advice.RING_TODAY, *advice.RING_EMERGENCY}
    assert len(wanted) > 500
    assert wanted - found == set()
    plain = re.compile(r'{%\s*translate "([^"]+)"')
    assert {text for path in templates() for text in plain.findall(path.read_text())} - found == set()
