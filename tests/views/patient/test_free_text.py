"""What patients may write freely is never offered as a way to get help."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests import cast
from tracker.models import Recovery

pytestmark = pytest.mark.django_db

BOXES = {"/today/": 6, "/check-ins/{newest}/amend/": 6, "/messages/": 6, "/farewell/": 14, "/offline/": 6}
"""Every page on which a patient may write freely, and a day on which it is asked."""

FORMS = {"checkin.py", "tail.py", "threads.py"}
"""The forms behind them; `quick.py` shows the note of `checkin.py`."""

OF_THE_CLINIC = {"flags.py", "harm.py", "treatments.py", "protocols.py", "handing.py", "people.py"}


@pytest.fixture
def recovery() -> Recovery:
    """Somebody who wrote yesterday."""
    recovery = cast.make_recovery()
    cast.check_in(recovery, 5)
    return recovery


@pytest.mark.parametrize("path", BOXES)
def test_beside_every_box_it_says_who_reads_when_and_to_ring(
    client: Client, recovery: Recovery, path: str
) -> None:
    client.force_login(recovery.patient.user)
    newest = recovery.check_ins.order_by("-pk").values_list("pk", flat=True)[0]
    with time_machine.travel(cast.NOW + timedelta(days=BOXES[path] - 6), tick=False):
        page = client.get(path.format(newest=newest)).content.decode()
    boxes = list(told_beside(page))
    assert boxes, path
    for said in boxes:
        assert "your clinic" in said or "somebody" in said
        assert "not in real time" in said or "not read in real time" in said
        assert re.search(r"\bring\b", said)


def told_beside(page: str) -> Iterator[str]:
    """For each box the words that a screen reader says with it, in small letters."""
    for box in re.findall(r"<textarea[^>]*>", page):
        ids = re.findall(r'aria-describedby="([^"]*)"', box)
        found = [
            re.search(rf'(?s)id="{one}"[^>]*>(.*?)</(?:p|div|span|small)>', page) for one in ids[0].split()
        ]
        yield " ".join(re.sub(r"<[^>]+>", " ", one.group(1)) for one in found if one).lower()


def test_no_other_form_of_a_patient_has_a_box() -> None:
    folder = Path(settings.BASE_DIR) / "tracker" / "forms"
    with_box = {path.name for path in folder.glob("*.py") if "forms.Textarea" in path.read_text()}
    assert with_box - OF_THE_CLINIC == FORMS
