"""What is shown when something of ours has failed."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def server_error(_request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours. It asks for nothing that may be what has failed.

    Django's own asks the session for a form token, once more in every layer of middleware: without a
    database each asking waited for it, and the web server gave up before anybody saw the page.
    """
    return HttpResponse(render_to_string("500.html"), status=500)
