"""The product's worker with its clock wrong by `CLOCK_IS_OFF_BY` seconds."""

import os
from datetime import timedelta

import django
from django.utils import timezone

from aftercare.celery import app as app

_true = timezone.now
timezone.now = lambda: _true() + timedelta(seconds=float(os.environ["CLOCK_IS_OFF_BY"]))

django.setup()
