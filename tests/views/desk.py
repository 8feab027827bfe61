"""Short ways to sit down at a member's desk and press what is on the page."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from tests import cast
from tracker.models import CheckIn, Clinic, Flag, Member, Patient, Recovery, Role

DAY_5 = cast.NOW - timedelta(days=1)
"""Noon on day 5 of a recovery that began on cast.STARTED."""


def at(member: Member) -> Client:
    """A browser in which `member` is signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def team(clinic: Clinic) -> dict[str, Member]:
    """One member of each role, by role."""
    names = {
        Role.OWNER: "Dr Dunn",
        Role.CLINICIAN: "Dr Cole",
        Role.FRONT_DESK: "Kim Reed",
        Role.READ_ONLY: "Nell Ray",
    }
    return {role: cast.make_member(clinic, role, name) for role, name in names.items()}


def seen(flag: Flag) -> dict[str, Any]:
    """What every form about `flag` carries when its page was fresh."""
    return fresh(flag.recovery.patient)


def fresh(patient: Patient) -> dict[str, Any]:
    """What every form about `patient` carries when its page was fresh."""
    newest = CheckIn.objects.filter(recovery__patient=patient).order_by("-pk").first()
    return {"patient": patient.pk, "seen": newest.pk if newest else ""}


def press(client: Client, verb: str, flag: Flag, **said: Any) -> Any:
    """Send the form of `verb` as a fresh page would; `said` overrides and adds."""
    return client.post(reverse(verb, args=[flag.pk]), seen(flag) | said)


def flagged(clinic: Clinic, name: str = "Ana Sousa", **fields: Any) -> Flag:
    """An open urgent flag of a patient of `clinic`."""
    return cast.make_flag(cast.make_recovery(clinic, patient=cast.make_patient(clinic, name), **fields))


def text(response: Any) -> str:
    """The page as text without the white space that markup leaves."""
    return " ".join(response.content.decode().split())


def state_of(flag: Flag) -> str:
    """The state as it stands in the database."""
    return Flag.objects.get(pk=flag.pk).state


def later_entry(recovery: Recovery) -> None:
    """The patient writes again after the page was opened."""
    cast.check_in(recovery, 5, cast.CALM, now=cast.at_noon(recovery, 5) + timedelta(hours=2))
