"""Small files, short functions, everything annotated and, where the rules live, explained."""

import ast
import statistics

import pytest

from tests.house.source import Function, Module, modules

CODE = modules("tracker", "aftercare")
LONGEST_FILE, LONGEST_FUNCTION = 250, 50


def length(function: Function) -> int:
    """Lines from `def` to the end, decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


LENGTHS = sorted(length(function) for module in CODE for function in module.functions())


def test_it_keeps_every_file_to_a_few_screens() -> None:
    assert {m.name: m.lines for m in CODE if m.lines > LONGEST_FILE} == {}


def test_it_keeps_every_function_short() -> None:
    long = {
        f"{m.name}.{f.name}": length(f) for m in CODE for f in m.functions() if length(f) > LONGEST_FUNCTION
    }
    assert long == {}


def test_it_keeps_most_functions_very_short() -> None:
    median, p90 = statistics.median(LENGTHS), LENGTHS[int(len(LENGTHS) * 0.9)]
    print(f"{len(LENGTHS)} functions: median {median} lines, p90 {p90}, longest {LENGTHS[-1]}")
    assert median <= 8
    assert p90 <= 25


def unannotated(function: Function) -> list[str]:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    arguments += [a for a in (given.vararg, given.kwarg) if a is not None]
    bare = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
    return bare + ([] if function.returns else ["return"])


@pytest.mark.parametrize("module", [*CODE, *modules("tests")], ids=lambda module: module.name)
def test_it_annotates_every_function(module: Module) -> None:
    assert {f.name: bare for f in module.functions() if (bare := unannotated(f))} == {}


@pytest.mark.parametrize(
    "module", modules("tracker/healing", "tracker/services", "tracker/days.py"), ids=lambda m: m.name
)
def test_it_explains_every_rule_and_use_case(module: Module) -> None:
    public = [node for node in module.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    bare = [n.name for n in public if not n.name.startswith("_") and not ast.get_docstring(n)]
    assert bare == []


def test_it_says_on_top_of_each_file_what_it_is_for() -> None:
    assert [m.name for m in CODE if m.lines and not ast.get_docstring(m.tree)] == []


STEPS = ("flags.history.", "flags.climbing.", "flags.acting.", "flags.returning.", "ask_back.asking.answered")
"""Steps that services take inside each other's transactions are no doors, and may take their row first."""


def test_it_takes_keywords_only_where_a_service_is_told_the_time() -> None:
    wrong = [
        f"{module.name}.{f.name}".removeprefix("tracker.services.")
        for module in modules("tracker/services")
        for f in module.tree.body
        if isinstance(f, ast.FunctionDef)
        and not f.name.startswith("_")
        and {"now", "clock"} & {argument.arg for argument in f.args.args}
    ]
    assert [name for name in wrong if not name.startswith(STEPS)] == []
