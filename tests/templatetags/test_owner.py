import pytest

from tests import cast
from tracker.models import Member, Role
from tracker.templatetags.owner import minutes, percent
from tracker.templatetags.rights import may


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0 %"), (0.004, "under 1 %"), (0.01, "1 %"), (0.333, "33 %"), (1, "100 %")]
)
def test_it_says_shares_in_whole_per_cent_and_never_hides_a_little(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_it_says_minutes_as_across_a_desk() -> None:
    assert (minutes(None), minutes(41.5), minutes(22 * 60)) == ("–", "41 min", "22 h")


@pytest.mark.django_db
def test_it_knows_who_may_what() -> None:
    clinician = cast.make_member(cast.make_clinic(), Role.CLINICIAN)
    assert may(clinician, "see_clinical")
    assert not may(clinician, "manage")
    assert not may(None, "see_lists")


def test_a_right_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="dance"):
        may(Member(role=Role.OWNER), "dance")
