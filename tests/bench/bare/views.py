"""The bare views and their addresses."""

from django.contrib.auth.decorators import login_required
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tests.bench.bare.models import NUMBERS, Entry, Episode

EntryForm = modelform_factory(Entry, fields=["day", "note", *NUMBERS])


def hello(request: HttpRequest) -> HttpResponse:
    """The server and nothing else."""
    return HttpResponse("hello")


@login_required
def form(request: HttpRequest) -> HttpResponse:
    """A session, a token, a form of ten fields, one row."""
    entry_form = EntryForm(request.POST, instance=Entry(user_id=request.user.pk))
    if not entry_form.is_valid():
        return HttpResponse(str(entry_form.errors), status=422)
    entry_form.save()
    return redirect("/done/")


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """A page with a session and a template that says who asks."""
    return render(request, "page.html", {"lines": range(20)})


@login_required
def top(request: HttpRequest) -> HttpResponse:
    """The fifty highest of a hundred thousand."""
    rows = Episode._default_manager.filter(clinic=1).order_by("-score")[:50]
    return render(request, "top.html", {"rows": rows})


urlpatterns = [path("hello/", hello), path("form/", form), path("page/", page), path("top/", top)]
