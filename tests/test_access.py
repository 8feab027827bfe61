"""Who may see what: one clinic, one role, one person at a time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from tests import cast
from tests.cast import NOW, PUS
from tracker import access
from tracker.access import Right
from tracker.models import Member, Recovery, Role

pytestmark = pytest.mark.django_db


def request_of(user: Any) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request


@pytest.fixture
def here() -> Recovery:
    """A recovery at the first clinic, with a flag."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 6, PUS)
    return recovery


@pytest.fixture
def there() -> Recovery:
    """The same at another clinic, of another person."""
    clinic = cast.make_clinic("Linden")
    recovery = cast.make_recovery(clinic, patient=cast.make_patient(clinic, "Ben Okri"))
    cast.check_in(recovery, 6, PUS)
    return recovery


# --- rights ----------------------------------------------------------------------------------------

MAY = {
    Role.OWNER: "see_lists see_clinical act record invite manage",
    Role.CLINICIAN: "see_lists see_clinical act record invite",
    Role.FRONT_DESK: "see_lists invite",
    Role.READ_ONLY: "see_lists see_clinical",
}


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_it_gives_each_role_its_rights_and_no_others(role: Role, right: Right) -> None:
    member = cast.make_member(cast.make_clinic(), role)
    allowed = right in MAY[role].split()
    assert access.has_right(member, right) is allowed
    if allowed:
        assert access.member(request_of(member.user), right) == member
    else:
        with pytest.raises(PermissionDenied):
            access.member(request_of(member.user), right)


def test_it_knows_no_member_in_a_patient_or_a_leaver(here: Recovery) -> None:
    leaver = cast.make_member(here.clinic, name="Gone Long", is_active=False)
    for user in (here.patient.user, leaver.user):
        with pytest.raises(Http404):
            access.member(request_of(user), Right.SEE_LISTS)


def test_it_knows_no_patient_in_a_member(here: Recovery) -> None:
    with pytest.raises(Http404):
        access.patient(request_of(here.treatment.operator.user))


# --- rows ------------------------------------------------------------------------------------------

ROWS: dict[str, tuple[Callable[[Member, int], Any], Callable[[Recovery], Any]]] = {
    "flag": (access.flag_for, lambda r: r.flags.get()),
    "recovery": (access.recovery_for, lambda r: r),
    "patient": (access.patient_for, lambda r: r.patient),
    "screening": (access.screening_for, lambda r: r.treatment.screening),
}


@pytest.mark.parametrize("kind", ROWS)
def test_it_finds_a_row_of_the_own_clinic_only(kind: str, here: Recovery, there: Recovery) -> None:
    find, row = ROWS[kind]
    member = here.treatment.operator
    assert find(member, row(here).pk) == row(here)
    for pk in (row(there).pk, 10**9):
        with pytest.raises(Http404):
            find(member, pk)


def test_it_lists_rows_of_the_own_clinic_only(here: Recovery, there: Recovery) -> None:
    member = here.treatment.operator
    later = NOW + timedelta(days=9)
    assert [f.recovery for f in access.flags_for(member)] == [here]
    assert list(access.recoveries_for(member)) == [here]
    assert list(access.silent_for(member, later)) == [here]
    assert list(access.patients_for(member)) == [here.patient]
    assert list(access.team_of(member)) == [member]


def test_it_shows_patients_their_own_rows_only(here: Recovery, there: Recovery) -> None:
    patient = here.patient
    assert access.own_recovery(patient) == here
    assert access.own_check_in(patient, here.check_ins.get().pk) == here.check_ins.get()
    for pk in (there.check_ins.get().pk, 10**9):
        with pytest.raises(Http404):
            access.own_check_in(patient, pk)


def test_it_shows_a_person_the_recoveries_of_every_clinic(here: Recovery) -> None:
    linden = cast.make_clinic("Linden")
    same_person = cast.make_patient(linden)
    newer = cast.make_recovery(patient=same_person, started_on=here.started_on + timedelta(days=3))
    assert list(access.own_recoveries(here.patient)) == [newer, here]
    assert access.own_recovery(here.patient) == newer
    assert access.patient_of(here.patient.user) == same_person


def test_it_stays_with_the_clinic_that_treated_when_another_only_invited(here: Recovery) -> None:
    cast.make_patient(cast.make_clinic("Linden"))
    assert access.patient_of(here.patient.user) == here.patient


def test_it_knows_a_patient_before_the_first_treatment() -> None:
    patient = cast.make_patient(cast.make_clinic())
    assert access.patient_of(patient.user) == patient
    assert access.own_recovery(patient) is None


def test_it_needs_no_person_to_be_nobody() -> None:
    user = cast.make_user("nobody@mail.example")
    assert access.membership_of(user) is None
    assert access.patient_of(user) is None
    assert not AnonymousUser().is_authenticated


# --- asked once ------------------------------------------------------------------------------------


def test_it_asks_once_per_request_who_somebody_is(django_assert_num_queries: Any) -> None:
    clinic = cast.make_clinic()
    request = request_of(cast.make_member(clinic).user)
    with django_assert_num_queries(1):
        first, second = (access.member(request, right) for right in (Right.SEE_LISTS, Right.ACT))
        assert first is second
        assert (first.clinic.name, first.user.email) == ("Rosewater", "dr.cole@rosewater.example")


def test_it_asks_again_when_somebody_else_has_signed_in_meanwhile() -> None:
    clinic = cast.make_clinic()
    request = request_of(cast.make_member(clinic, name="Dr Cole").user)
    access.member(request, Right.SEE_LISTS)
    request.user = cast.make_member(clinic, name="Dr Dunn").user
    assert access.member(request, Right.SEE_LISTS).name == "Dr Dunn"


# --- a whole case ----------------------------------------------------------------------------------


def test_it_reads_a_whole_case_in_four_queries(here: Recovery, django_assert_num_queries: Any) -> None:
    member, flag = Member.objects.filter(clinic=here.clinic).first(), here.flags.get()
    assert member is not None
    with django_assert_num_queries(4):
        case = access.case_for(member, here.pk)
        assert [c.pk for c in case.check_ins] == [flag.newest_check_in_id]
        assert [event.verb for event in case.flags[0].events.all()] == ["opened"]
        assert [step.number for step in case.flags[0].steps.all()] == [1]
        assert [area.area for area in case.recovery.treatment.areas.all()] == ["face"]
        assert [message.flag_id for message in case.flags[0].messages.all()] == [flag.pk]
        assert case.messages
        assert case.team[member.pk].name == member.name


def test_it_knows_no_case_of_another_clinic(here: Recovery, there: Recovery) -> None:
    member = Member.objects.filter(clinic=here.clinic).first()
    assert member is not None
    with pytest.raises(Http404):
        access.case_for(member, there.pk)
