"""The app's addresses. URL name = view name = template name = test file name."""

from django.urls import URLPattern, URLResolver, path

from tracker.views import account, patient

patient_urls: list[URLPattern] = [
    path("today/", patient.today, name="today"),
    path("check-ins/<int:pk>/result/", patient.result, name="result"),
    path("check-ins/<int:pk>/amend/", patient.amend, name="amend"),
    path("my-recovery/", patient.my_recovery, name="my_recovery"),
    path("reminders/", patient.reminders, name="reminders"),
    path("help/", patient.seek_help, name="seek_help"),
]

clinic_urls: list[URLPattern] = []

account_urls: list[URLPattern] = [
    path("", account.home, name="home"),
    path("start/<str:token>/", account.start, name="start"),
    path("unsubscribe/<str:token>/", account.unsubscribe, name="unsubscribe"),
]

ops_urls: list[URLPattern] = []

urlpatterns: list[URLPattern | URLResolver] = [*patient_urls, *clinic_urls, *account_urls, *ops_urls]
