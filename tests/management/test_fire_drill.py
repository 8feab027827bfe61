"""The command that begins a drill."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests import cast
from tracker.models import Flag

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("fire_drill", *arguments, stdout=out)
    return out.getvalue()


def test_it_begins_one_and_says_what_came_of_it() -> None:
    clinic = cast.make_clinic()
    cast.make_member(clinic)
    cast.make_edition(clinic)
    said = run("Rosewater")
    assert "Drill begun at Rosewater." in said
    assert "Not answered yet; 1 step(s) told." in said
    assert Flag.objects.get().messages.count() == 1
    with pytest.raises(CommandError, match="not over"):
        run(str(clinic.pk))


def test_it_says_why_it_does_not() -> None:
    clinic = cast.make_clinic()
    with pytest.raises(CommandError, match="No clinic"):
        run("Nowhere")
    with pytest.raises(CommandError, match="nobody to alert"):
        run(str(clinic.pk))
    cast.make_flag(cast.make_recovery(clinic))
    with pytest.raises(CommandError, match="real patient"):
        run(str(clinic.pk))
