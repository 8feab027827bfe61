"""The project's own settings in a folder of this run's own; nothing in the shell leaks into the tests.

Only `DATABASE_URL` is heeded: it chooses the database server under test.
"""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="aftercare-")
_owner = os.getpid()


def _clean_up() -> None:
    # forks of this process leave by the same door
    if os.getpid() == _owner:
        shutil.rmtree(_folder, ignore_errors=True)


atexit.register(_clean_up)

for name in (
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ENVIRONMENT",
    "PORT",
    "AFTERCARE_ROLE",
    *("CANARY_EMAIL", "DEADMAN_URL", "WEB_CHECK_URL", "METRICS_TOKEN", "CLINICAL_SIGN_OFF", "LOG_FORMAT"),
):
    os.environ.pop(name, None)
os.environ["AFTERCARE_VAR"] = _folder

from aftercare.settings import *  # noqa: E402, F403

# every test's client would list all static files first; the web servers of the tests have their own settings
WHITENOISE_AUTOREFRESH = True
