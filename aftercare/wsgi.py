"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from aftercare.bodies import WholeForms

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.settings")
os.environ.setdefault("AFTERCARE_ROLE", "web")

application = WholeForms(get_wsgi_application())
# every page's code, now and once for all processes: else the first patient of each waits seconds for it
get_resolver().url_patterns  # noqa: B018
