"""Every kind of e-mail has all its parts, and none says a word about anybody's health."""

import re
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from tests import cast
from tests.cast import NOW
from tests.house.source import ROOT
from tracker import emails
from tracker.models import Message, SignInLink
from tracker.services import messages

pytestmark = pytest.mark.django_db

HEALTH = re.compile(
    r"\b(infect\w*|pus|wound\w*|needl\w*|microneedl\w*|skin|red(?:ness|der)?|swell\w*|swollen|pain\w*|"
    r"fever\w*|temperature|bleed\w*|blister\w*|itch\w*|flak\w*|bruis\w*|symptom\w*|treat\w*|procedure\w*|"
    r"heal\w*|recover\w*|discharge\w*|photo\w*|doctor\w*|dermat\w*|cosmetic\w*|aesthetic\w*|face|"
    r"sore\w*|burn\w*|diagnos\w*|patholog\w*|medic\w*|antibiotic\w*)\b",
    re.I,
)


def built(kind: str) -> tuple[EmailMultiAlternatives, str]:
    """The mail of one kind for a patient with an urgent flag, and the address it links to."""
    flag = cast.make_flag(cast.make_recovery())
    recovery, patient = flag.recovery, flag.recovery.patient
    more: dict[str, Any] = {"flag": flag, "to_user": recovery.treatment.operator.user}
    if kind in emails.TO_PATIENTS:
        more = {"recovery": recovery, "to_user": patient.user, "local_day": NOW.date()}
    if kind == Message.Kind.WELCOME:
        more["link"] = SignInLink.objects.create(user=patient.user, created_at=NOW, expires_at=NOW)
    messages.post(
        clinic_id=recovery.clinic_id, kind=kind, key="k", to_email="x@mail.example", now=NOW, **more
    )
    message = Message.objects.get(dedupe_key="k")
    return emails.build(message), patient.name


def parts(mail: EmailMultiAlternatives) -> dict[str, str]:
    (html, kind) = mail.alternatives[0]
    assert kind == "text/html"
    return {"subject": str(mail.subject), "text": str(mail.body), "html": str(html)}


@pytest.mark.parametrize("kind", Message.Kind.values)
def test_it_has_subject_text_and_html(kind: str) -> None:
    folder = ROOT / "templates" / "emails"
    for name in (f"{kind}_subject.txt", f"{kind}.txt", f"{kind}.html"):
        assert (folder / name).read_text().strip(), name
    found = parts(built(kind)[0])
    assert all(text.strip() for text in found.values())
    assert all(text[0].strip() for text in found.values()), "a mail begins with its first words"
    assert "\n" not in found["subject"]
    assert "<" not in found["text"]


@pytest.mark.parametrize("kind", Message.Kind.values)
def test_it_says_nothing_about_anybodys_health(kind: str) -> None:
    mail, patient_name = built(kind)
    for part, text in parts(mail).items():
        visible = re.sub(r"<(style|head)\b.*?</\1>|<[^>]*>|https?://\S+", " ", text, flags=re.S)
        assert HEALTH.findall(visible) == [], part
        assert patient_name not in visible
        assert "Rosewater" not in visible


@pytest.mark.parametrize("kind", Message.Kind.values)
def test_it_says_the_same_in_both_parts(kind: str) -> None:
    found = parts(built(kind)[0])
    links = [set(re.findall(r"https?://[^\s\"'<>]+", found[part])) for part in ("text", "html")]
    assert links[0]
    assert links[0] <= {link.replace("&amp;", "&") for link in links[1]}


@pytest.mark.parametrize("kind", Message.Kind.values)
def test_it_offers_one_click_only_where_reminders_stop(kind: str) -> None:
    headers = built(kind)[0].extra_headers
    assert ("List-Unsubscribe-Post" in headers) is (kind == Message.Kind.REMINDER)
    assert headers["Message-ID"] == Message.objects.get(dedupe_key="k").message_id
