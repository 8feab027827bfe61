"""The source as a tree, for tests about the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: Path

    def __hash__(self) -> int:
        return hash(self.path)

    @property
    def name(self) -> str:
        """Dotted, as it is imported."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    @property
    def lines(self) -> int:
        """How long the file is."""
        return len(self.path.read_text().splitlines())

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.path.read_text())

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the tree."""
        yield from ast.walk(self.tree)

    def functions(self) -> list[Function]:
        """Every function and method."""
        return [node for node in self.nodes() if isinstance(node, Function)]

    def imports(self) -> set[str]:
        """Dotted names of what is imported; `from a import b` gives `a.b`."""
        found: set[str] = set()
        for node in self.nodes():
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def calls(self) -> set[tuple[int, str, int]]:
        """(line, `a.b`, number of arguments) for every call of an attribute of a plain name."""
        return {
            (node.lineno, f"{node.func.value.id}.{node.func.attr}", len(node.args) + len(node.keywords))
            for node in self.nodes()
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        }

    def dotted(self) -> set[tuple[int, str]]:
        """(line, `a.b`) for every attribute of a plain name."""
        return {
            (node.lineno, f"{node.value.id}.{node.attr}")
            for node in self.nodes()
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }


def modules(*folders: str) -> list[Module]:
    """The modules below some folders (or files) of the project, migrations left out."""
    found: list[Module] = []
    for folder in folders:
        place = ROOT / folder
        files = [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
        found += [Module(path) for path in files if "migrations" not in path.parts]
    return found


def templates(pattern: str = "*.html") -> list[Path]:
    """Template files, as they lie in `templates/`."""
    return sorted((ROOT / "templates").rglob(pattern))
