"""The part of the list with those who wrote or are to be called: who sees which reason, and what to press."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from tests import cast
from tracker.views.clinician.threads import Waiting

pytestmark = pytest.mark.django_db

CALLED = "/clinic/call-backs/7/"


def shown(why: str = "", *, call: int | None = 7, clinical: bool = True, may_act: bool = True) -> str:
    """One row as it is drawn, without the white space."""
    recovery = cast.make_recovery()
    row = Waiting(recovery, recovery.patient, cast.NOW + timedelta(hours=1), call, why, newest=3)
    page = {"wrote": [row], "now": cast.NOW, "clinical": clinical, "may_act": may_act}
    drawn = render_to_string("clinician/_wrote.html", page)
    return " ".join(drawn.split())


@pytest.mark.parametrize(
    ("why", "clinical", "said"),
    [
        ("asked", True, "Asked to be called."),
        ("bounced", True, "Mail does not reach this address: please phone."),
        ("bounced", False, "Mail does not reach this address: please phone."),
        ("medicine", True, "Was given a medicine, and nothing was flagged: please phone."),
        ("medicine", False, '</div> <div class="soft">Please phone.'),
    ],
)
def test_it_says_why_and_nothing_clinical_to_the_front_desk(why: str, clinical: bool, said: str) -> None:
    drawn = shown(why, clinical=clinical)
    assert said in drawn
    assert ("medicine" in drawn) == (why == "medicine" and clinical)
    assert ("/clinic/recoveries/" in drawn) == clinical
    assert 'href="tel:+447700900123"' in drawn


def test_a_letter_is_read_and_not_phoned_about() -> None:
    drawn = shown(call=None)
    assert "Wrote, not read yet." in drawn
    assert "tel:" not in drawn
    assert "<form" not in drawn


def test_only_who_may_act_can_say_that_they_called_and_about_whom() -> None:
    drawn = shown("asked")
    assert f'action="{CALLED}"' in drawn
    assert 'name="seen" value="3"' in drawn
    assert CALLED not in shown("asked", may_act=False)


def test_what_is_late_stands_out() -> None:
    recovery = cast.make_recovery()
    late = Waiting(recovery, recovery.patient, cast.NOW - timedelta(minutes=1), None)
    page = {"now": cast.NOW, "clinical": True, "may_act": True}
    assert 'class="wait over"' in render_to_string("clinician/_wrote.html", {**page, "wrote": [late]})
    assert 'class="wait over"' not in shown()
    assert render_to_string("clinician/_wrote.html", {**page, "wrote": []}).strip() == ""
