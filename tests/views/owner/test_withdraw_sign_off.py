"""Taking the clinical lead's name back."""

import pytest

from tests import cast
from tests.views import desk
from tests.views.owner import office

pytestmark = pytest.mark.django_db


def test_the_label_is_back_and_a_second_press_changes_nothing() -> None:
    owner = office.owner(cast.make_clinic())
    edition = cast.make_edition(owner.clinic, signed_off_by="Prof. Ames")
    assert "Prof. Ames" in office.page(owner, "edition", edition.pk)
    assert "Withdrawn" in desk.text(office.post(owner, "withdraw_sign_off", edition.pk))
    assert "Awaiting clinical sign-off" in office.page(owner, "edition", edition.pk)
    assert "Nothing was changed" in desk.text(office.post(owner, "withdraw_sign_off", edition.pk))
