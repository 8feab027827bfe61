"""The quick way through the daily page: confirmed levels, signs asked afresh, never an all-clear."""

from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from tests import cast
from tests.views.patient.answers import typed
from tracker.healing.symptoms import SIGNS, SYMPTOMS
from tracker.models import CheckIn, Recovery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

LEVELS = cast.CALM | {"redness": 2, "warmth": 1}
OFFER = "Compared with yesterday:"
GROUPS = {"group_skin": "none", "group_lumps": "none", "group_self": "none"}


@pytest.fixture
def recovery() -> Recovery:
    """Answered on day 5 with clear redness and mild warmth."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5, LEVELS)
    return recovery


def page(client: Client, path: str = "/today/") -> str:
    return client.get(path).content.decode()


def initial(client: Client, than: str) -> dict[str, Any]:
    form = client.get(f"/today/?than={than}").context["form"]
    return {name: form.initial.get(name) for name in SYMPTOMS}


def send(client: Client, **changes: Any) -> HttpResponse:
    """What the quick page sends when every group was looked at: no sign of its own is answered."""
    none = dict.fromkeys(SIGNS)
    said: dict[str, Any] = {**none, "than": "same", "redness": 2, "warmth": 1, **GROUPS}
    return client.post("/today/", typed(**said | changes))  # type: ignore[return-value]


def test_it_is_offered_after_yesterday(patient: Client) -> None:
    assert OFFER in page(patient)


def test_same_fills_in_the_levels_of_yesterday(patient: Client) -> None:
    levels = initial(patient, "same")
    assert (levels["redness"], levels["warmth"], levels["flaking"], levels["pain"]) == (2, 1, 1, 0)


def test_better_is_one_step_down_where_there_was_something(patient: Client) -> None:
    levels = initial(patient, "better")
    assert (levels["redness"], levels["warmth"], levels["flaking"], levels["pain"]) == (1, 0, 0, 0)


def test_worse_is_the_whole_form_with_nothing_filled_in(patient: Client) -> None:
    response = patient.get("/today/?than=worse")
    assert "Worse has to be told" in response.content.decode()
    assert not any(response.context["form"].initial.get(name) for name in SYMPTOMS)
    assert " checked" not in response.content.decode()


def test_no_warning_question_is_answered_beforehand(patient: Client) -> None:
    html = page(patient, "/today/?than=same")
    signs = html[html.index("group-skin") :]
    assert " checked" not in signs
    order = [html.index(f'name="group_{key}"') for key in ("skin", "lumps", "self")]
    assert order == sorted(order)


def test_every_warning_sign_is_written_out(patient: Client) -> None:
    html = page(patient, "/today/?than=same")
    for line in ("Are there blisters", "streaks running away", "a new lump", "glands", "wrong with an eye"):
        assert line in html or line == "glands"


def test_it_keeps_the_confirmed_levels_as_a_quick_entry(patient: Client, recovery: Recovery) -> None:
    assert send(patient).status_code == 302
    check_in = recovery.check_ins.get(day=6)
    assert check_in.is_quick
    assert (check_in.redness, check_in.warmth) == (2, 1)
    assert {getattr(check_in, name) for name in SIGNS} == {"no"}


@pytest.mark.parametrize("group", [*GROUPS, "discharge_colour"])
def test_a_group_that_was_passed_over_is_an_error(patient: Client, recovery: Recovery, group: str) -> None:
    response = send(patient, **{group: None})
    assert response.status_code == 422
    assert group in response.context["form"].errors  # type: ignore[attr-defined]
    assert not recovery.check_ins.filter(day=6).exists()


def test_at_least_one_asks_for_each_and_not_sure_stays_possible(patient: Client, recovery: Recovery) -> None:
    assert send(patient, group_skin="some").status_code == 422
    signs = {"spreading": "no", "red_streaks": "unsure", "blisters": "no"}
    assert send(patient, group_skin="some", **signs).status_code == 302
    assert recovery.check_ins.get(day=6).red_streaks == "unsure"


def test_a_sign_and_none_of_these_together_are_asked_again(patient: Client, recovery: Recovery) -> None:
    response = send(patient, blisters="yes")
    assert response.status_code == 422
    assert "You answered two ways" in response.content.decode()


def test_a_changed_level_counts(patient: Client, recovery: Recovery) -> None:
    send(patient, pain=1)
    assert recovery.check_ins.get(day=6).pain == 1


def test_it_never_reads_as_an_all_clear(patient: Client) -> None:
    response = send(patient, redness=0, warmth=0)
    text = page(patient, response["Location"])
    assert "Kept as a short entry" in text
    assert "Nothing in today&#x27;s answers" not in text


def test_a_warning_sign_is_flagged_like_in_the_whole_form(patient: Client, recovery: Recovery) -> None:
    signs = {"spreading": "no", "red_streaks": "yes", "blisters": "no"}
    response = send(patient, group_skin="some", **signs)
    assert recovery.flags.get().is_urgent
    text = page(patient, response["Location"])
    assert "Check your answers" in text
    assert "#div_id_red_streaks" in text


def test_better_with_a_higher_level_is_shown_for_a_check(patient: Client) -> None:
    response = send(patient, than="better", redness=1, warmth=0, pain=2)
    text = page(patient, response["Location"])
    assert "although you said better" in text
    assert "#div_id_pain" in text
    assert "#div_id_redness" not in text


def test_an_uneventful_entry_is_not_asked_to_be_checked(patient: Client) -> None:
    assert "Check your answers" not in page(patient, send(patient)["Location"])


def test_every_third_in_a_row_is_the_whole_form(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(recovery.patient.user)
    cast.check_in(recovery, 4, is_quick=True)
    cast.check_in(recovery, 5, is_quick=True)
    assert OFFER not in page(client)
    assert "group_skin" not in page(client, "/today/?than=same")


def test_after_a_worrying_day_the_whole_form_comes(patient: Client, recovery: Recovery) -> None:
    Recovery.objects.filter(pk=recovery.pk).update(level="review")
    assert OFFER not in page(patient)


def test_a_gap_of_three_days_is_too_long_to_compare(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(recovery.patient.user)
    cast.check_in(recovery, 3)
    assert "Compared with" not in page(client)
    cast.check_in(recovery, 4)
    assert "Compared with Tuesday 10 March:" in page(client)


def test_an_entry_with_open_questions_is_not_copied(client: Client) -> None:
    recovery = cast.make_recovery()
    client.force_login(recovery.patient.user)
    cast.check_in(recovery, 5, {name: value for name, value in cast.CALM.items() if name != "pain"})
    assert OFFER not in page(client)


def test_the_history_marks_it(patient: Client) -> None:
    send(patient)
    assert "short form" in page(patient, "/my-recovery/")


def test_the_time_counts_from_the_page_that_offered_it(patient: Client, recovery: Recovery) -> None:
    opened = patient.get("/today/").context["opened"]
    with time_machine.travel(cast.NOW.timestamp() + 12, tick=False):
        form = patient.get("/today/", {"than": "same", "opened": opened}).context["form"]
        send(patient, opened_at=form.initial["opened_at"])
    assert CheckIn.objects.get(day=6).seconds_taken == 12
