"""The whole URL table, as the project really serves it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from tracker import urls as ours


@dataclass(frozen=True)
class Address:
    """One row of the URL table. `path` has a plausible word in place of every parameter."""

    name: str
    path: str
    module: str

    @property
    def is_ours(self) -> bool:
        """Whether the view is written here, and not by a library."""
        return self.module.startswith("tracker.")


FILLING = {"pk": "1", "object_id": "1", "app_label": "tracker", "content_type_id": "1", "key": "word"}


def addresses() -> list[Address]:
    """Every address there is, ours and the libraries'."""
    return list(_walk(get_resolver().url_patterns, "/", ""))


def our_names() -> list[str]:
    """The names of our own addresses, in the order of the table."""
    return [str(pattern.name) for pattern in ours.urlpatterns if isinstance(pattern, URLPattern)]


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        path = before + _filled(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)
        else:
            module = getattr(pattern.callback, "__module__", "")
            yield Address(f"{space}{pattern.name or path}", path, module)


def _filled(pattern: URLPattern | URLResolver) -> str:
    """The pattern's own part of the path, its first form, with words for parameters."""
    regex = pattern.pattern.regex.pattern
    text, names = normalize(regex.removeprefix("^"))[0]
    return text % {name: FILLING.get(name, "word") for name in names}
