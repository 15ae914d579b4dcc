"""The settings page about e-mail: whether it is set up, a test, and what was sent. For who acts everywhere: it is about
all queues and tells people's addresses.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agents.permissions import Scope
from queues import wishing
from queues.alerts.messages import Target
from queues.models import OutboxMessage
from queues.views_alerts import log, send_test, tell_again
from queues.views_settings import frame, scope_of


def _scope(request: HttpRequest) -> Scope:
    """Errors: PermissionDenied for who does not act everywhere."""
    scope = scope_of(request)
    if not scope.acts_everywhere:
        raise PermissionDenied
    return scope


@login_required
@never_cache
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    scope = _scope(request)
    sent = OutboxMessage.objects.filter(webhook=None)
    context = {"host": settings.EMAIL_HOST, "sender": settings.DEFAULT_FROM_EMAIL}
    return render(
        request, "settings/mail.html", frame(scope, "mail") | context | log(request, sent, "settings-mail-again")
    )


@login_required
@require_POST
def mail_test(request: HttpRequest) -> HttpResponse:
    """Really sends an e-mail to whoever asked, and tells what the server said."""
    _scope(request)
    if address := getattr(request.user, "email", ""):
        send_test(request, Target(recipient=address), address)
    return redirect("settings-mail")


@login_required
@require_POST
def mail_again(request: HttpRequest, message_pk: int) -> HttpResponse:
    _scope(request)
    tell_again(request, wishing.send_again(None, message_pk, timezone.now()))
    return redirect(f"{reverse('settings-mail')}#log")
