"""The tables are what the models say, from an empty database on."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db


def test_it_misses_no_migration() -> None:
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)
    assert "No changes" in said.getvalue()


def test_it_has_applied_every_migration() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_it_has_one_way_to_the_present() -> None:
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes("tracker")
    assert len(leaves) == 1


def test_it_keeps_every_clinical_row_when_its_neighbour_goes() -> None:
    """Rows that only describe a clinic or a treatment may go with it; everything else holds on."""
    goes_along = {"openinghours", "closure", "shift", "treatedarea", "product", "signinlink"}
    goes_along |= {"remembereddevice", "carer", "replayrun", "replaypart"}
    cascades = {
        model._meta.model_name
        for model in apps.get_app_config("tracker").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    }
    assert cascades <= goes_along
