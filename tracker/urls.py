"""The app's addresses. URL name = view name = template name = test file name."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
