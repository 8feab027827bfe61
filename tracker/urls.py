"""The app's addresses. URL name = view name = template name = test file name."""

from django.urls import URLPattern, URLResolver

patient_urls: list[URLPattern] = []

clinic_urls: list[URLPattern] = []

account_urls: list[URLPattern] = []

ops_urls: list[URLPattern] = []

urlpatterns: list[URLPattern | URLResolver] = [*patient_urls, *clinic_urls, *account_urls, *ops_urls]
