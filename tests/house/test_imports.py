"""Who may import whom, and who may ask what time it is. The table is the house's plan."""

import sys
from dataclasses import dataclass

import pytest

from tests.house.source import Module, modules

BELOW = ("tracker.healing", "tracker.days", "tracker.models")
HTTP = ("django.http", "django.shortcuts", "django.views", "django.middleware", "rest_framework")


@dataclass(frozen=True)
class Room:
    """`may` are our own modules it may import besides itself, `never` what it must not import at all."""

    path: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ()
    clock: bool = False
    """Whether it is a door: only doors ask what time it is."""

    @property
    def name(self) -> str:
        """Dotted."""
        return self.path.removesuffix(".py").replace("/", ".")


ROOMS = [
    Room("tracker/healing", (), never=("django", "celery")),
    Room("tracker/days.py", (), never=("django", "celery")),
    Room("tracker/models", ("tracker.healing", "tracker.days"), never=("celery", *HTTP)),
    Room("tracker/access", (*BELOW, "tracker.tokens"), never=("celery",)),
    Room("tracker/tokens.py", BELOW, never=("celery", *HTTP)),
    Room("tracker/emails.py", (*BELOW, "tracker.tokens"), never=("celery", *HTTP)),
    Room("tracker/forms", (*BELOW, "tracker.access"), never=("celery",)),
    Room(
        "tracker/services",
        (*BELOW, "tracker.emails", "tracker.photos", "tracker.tokens"),
        never=("celery", *HTTP),
    ),
    Room("tracker/tasks.py", ("tracker.services",), never=HTTP, clock=True),
    Room("tracker/charts", ("tracker.healing", "tracker.days"), never=("celery", "django.db")),
    Room(
        "tracker/views",
        (
            *BELOW,
            "tracker.access",
            "tracker.forms",
            "tracker.services",
            "tracker.tasks",
            "tracker.charts",
            "tracker.templatetags",
            "tracker.tokens",
        ),
        never=("celery",),
        clock=True,
    ),
    Room(
        "tracker/management",
        (*BELOW, "tracker.services", "tracker.demo", "aftercare"),
        never=HTTP,
        clock=True,
    ),
    Room("tracker/demo", (*BELOW, "tracker.services"), never=("celery", *HTTP)),
]
BY_NAME = {room.name: room for room in ROOMS}

ELSEWHERE = {
    "tracker.accounts": "what django-allauth asks for",
    "tracker.admin": "a door that only looks",
    "tracker.apps": "Django's entry",
    "tracker.catalogues": "what Django's entry does with the translations",
    "tracker.checks": "Django's checks",
    "tracker.context": "what every template may say",
    "tracker.middleware": "a door",
    "tracker.sessions": "what Django's sessions ask for",
    "tracker.templatetags": "words and pictures for templates",
    "tracker.urls": "the table",
}
"""Modules outside the plan, each with its reason."""

CLOCKS = {
    "timezone.now",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.localtime",
}
ASKING_UNLESS_TOLD = {"timezone.localdate", "timezone.localtime"}
"""These read the clock only without an argument."""


def files(room: Room) -> list[Module]:
    return modules(room.path)


def inside(name: str, *rooms: str) -> bool:
    """Whether a dotted name lies in one of the rooms."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_it_imports_only_from_the_floors_below(room: Room) -> None:
    wrong = [
        f"{module.name}: {name}"
        for module in files(room)
        for name in module.imports()
        if inside(name, "tracker", "aftercare", "tests")
        and not inside(name, room.name, *room.may)
        # `from tracker import days` names the package first
        and name not in room.may
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_it_leaves_alone_what_is_not_its_business(room: Room) -> None:
    wrong = [f"{m.name}: {name}" for m in files(room) for name in m.imports() if inside(name, *room.never)]
    assert wrong == []


@pytest.mark.parametrize("name", ["tracker.healing", "tracker.days"])
def test_it_needs_nothing_but_python_and_numbers_on_the_ground_floor(name: str) -> None:
    known = {*sys.stdlib_module_names, "numpy", "scipy", "tracker"}
    wrong = {n for m in files(BY_NAME[name]) for n in m.imports() if n.split(".")[0] not in known}
    assert wrong == set()


@pytest.mark.parametrize("room", [r for r in ROOMS if not r.clock], ids=lambda room: room.name)
def test_it_asks_for_the_time_only_at_the_doors(room: Room) -> None:
    wrong = [f"{m.name}:{line} {name}" for m in files(room) for line, name in m.dotted() if name in CLOCKS]
    wrong += [
        f"{m.name}:{line} {name}"
        for m in files(room)
        for line, name, arguments in m.calls()
        if name in ASKING_UNLESS_TOLD and not arguments
    ]
    assert wrong == []


def test_it_plans_every_module_of_the_app() -> None:
    planned = (*BY_NAME, *ELSEWHERE)
    assert [m.name for m in modules("tracker") if m.name != "tracker" and not inside(m.name, *planned)] == []


WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


@pytest.mark.parametrize("folder", ["tracker/views", "tracker/api"])
def test_it_writes_no_rows_in_a_view_and_reaches_them_through_access_only(folder: str) -> None:
    import ast

    wrong = [
        f"{module.name}:{node.lineno} .{node.attr}"
        for module in modules(folder)
        for node in module.nodes()
        if isinstance(node, ast.Attribute) and node.attr in WRITES | {"objects", "_default_manager"}
    ]
    assert wrong == []


def test_it_uses_no_signals() -> None:
    wrong = [
        f"{module.name}: {name}"
        for module in modules("tracker")
        for name in module.imports()
        if "signals" in name or name.endswith(".receiver")
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["utils", "managers", "signals", "selectors", "helpers", "common", "misc"])
def test_it_has_no_drawer_for_odds_and_ends(name: str) -> None:
    assert [m.name for m in modules("tracker", "aftercare") if m.name.split(".")[-1] == name] == []
