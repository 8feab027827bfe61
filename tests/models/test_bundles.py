"""Rows of one table carried along by a query on another."""

from typing import Any

import pytest
from django.db.models import OuterRef

from tests import cast
from tracker.models import Assessment, CheckIn, Flag, FlagEvent, Recovery, TreatedArea
from tracker.models.bundles import Among, Bundle, fill, unpack
from tracker.services import assessing

pytestmark = pytest.mark.django_db


def test_it_gives_back_every_column_as_the_row_itself_has_it() -> None:
    recovery = cast.make_recovery()
    entry = cast.check_in(recovery, 5, cast.PUS | {"temperature_c": "38.5", "note": 'says "ouch"\n– twice'})
    assessing.assess_check_in(check_in_id=entry.pk, now=cast.NOW)
    for model, outer, name in (
        (CheckIn, Recovery, "recovery"),
        (Flag, Recovery, "recovery"),
        (Assessment, CheckIn, "check_in"),
        (FlagEvent, Flag, "flag"),
    ):
        rows: Any = model._default_manager.filter(**{name: OuterRef("pk")})
        found: Any = outer._default_manager.annotate(carried=Bundle(rows)).get()
        fields = [field.attname for field in model._meta.concrete_fields]
        carried = [[getattr(row, f) for f in fields] for row in unpack(model, found.carried)]
        assert carried == [list(row) for row in model._default_manager.values_list(*fields)] != []


def test_it_gives_nothing_where_there_is_nothing() -> None:
    cast.make_recovery()
    rows = CheckIn.objects.filter(recovery=OuterRef("pk"))
    found: Any = Recovery.objects.annotate(carried=Bundle(rows)).get()
    assert unpack(CheckIn, found.carried) == unpack(CheckIn, None) == []


def test_what_is_filled_in_is_not_asked_for_again(django_assert_num_queries: Any) -> None:
    treatment = cast.make_recovery().treatment
    areas = list(treatment.areas.all())
    fill(treatment, "areas", areas)
    with django_assert_num_queries(0):
        assert list(treatment.areas.all()) == areas
    assert treatment.areas.filter(area="neck").count() == 0
    assert TreatedArea.objects.count() == 1


def test_it_picks_a_slice_in_its_order_before_it_joins() -> None:
    clinic = cast.make_clinic()
    rows = [cast.make_recovery(clinic, patient=cast.make_patient(clinic, f"Person {i}")) for i in range(4)]
    picked = Recovery.objects.order_by("-pk")[1:3]
    found = Recovery.objects.filter(Among(picked)).select_related("patient").order_by("pk")
    assert list(found) == rows[1:3]
    assert list(Recovery.objects.exclude(Among(picked)).order_by("pk")) == [rows[0], rows[3]]
