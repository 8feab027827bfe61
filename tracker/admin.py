"""Setting a clinic up: the clinic, its hours, its members, its protocols. Nothing clinical is here at all.

Patients, check-ins, flags and messages change only through the product's own pages, where each change
has a person, a time and an audit entry.
"""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tracker import tasks
from tracker.models import Clinic, Closure, Member, OpeningHours, Protocol, ProtocolEdition, User
from tracker.services import bounces, flags


class OpeningHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    """The week, inside the clinic."""

    model = OpeningHours
    extra = 0


class ClosureInline(admin.TabularInline):  # type: ignore[type-arg]
    """Days off, inside the clinic."""

    model = Closure
    extra = 0


class NeverDeleted:
    """Rows that others point to: made inactive or superseded, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


@admin.register(Clinic)
class ClinicAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    """A clinic with its hours."""

    list_display = ("name", "phone", "timezone", "is_demo")
    exclude = ("created_at",)
    inlines = (OpeningHoursInline, ClosureInline)

    def save_model(self, request: HttpRequest, obj: Clinic, form: Any, change: bool) -> None:
        """A new clinic gets its date."""
        obj.created_at = obj.created_at or timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Member)
class MemberAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    """Who works where, as what. A leaver is made inactive."""

    list_display = ("name", "clinic", "role", "is_active")
    list_filter = ("clinic", "role", "is_active")
    list_select_related = ("clinic",)
    autocomplete_fields = ("user",)

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        """A leaver's flags go on to the next person at once."""
        super().save_model(request, obj, form, change)
        if flags.pass_on_due(now=timezone.now()):
            transaction.on_commit(lambda: tasks.ring(tasks.deliver_messages))


@admin.register(User)
class UserAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    """Addresses of people who sign in. Passwords are set by their owners, by mail."""

    list_display = ("email", "is_active", "is_staff")
    search_fields = ("email",)
    fields = ("email", "language", "is_active", "is_staff", "is_superuser")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new address is to be proven anew."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            bounces.address_changed(user=obj)


@admin.register(Protocol)
class ProtocolAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    """Names of protocols."""

    list_display = ("name", "clinic")


@admin.register(ProtocolEdition)
class ProtocolEditionAdmin(NeverDeleted, admin.ModelAdmin):  # type: ignore[type-arg]
    """Editions: a draft may be changed, a published one is read."""

    list_display = ("protocol", "number", "status", "rules", "signed_off_by")
    list_select_related = ("protocol",)

    def has_change_permission(self, request: HttpRequest, obj: ProtocolEdition | None = None) -> bool:
        """A published edition never changes: recoveries run on it."""
        draft = obj is None or obj.status == ProtocolEdition.Status.DRAFT
        return draft and super().has_change_permission(request, obj)
