"""The demo: two clinics with their teams, and a patient for every kind of course, dated around today."""

from tracker.demo.seeding import seed
from tracker.demo.signing_in import SignIn, sign_ins

__all__ = ["SignIn", "seed", "sign_ins"]
