"""The settings pages about alert rules and webhooks, with what was sent to these. Rights: as in `views_settings`."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.audit import person_name
from agents.permissions import Scope, may_manage
from queues import wishing
from queues.alerts import outbox
from queues.alerts.messages import Event, Target, Wanted
from queues.alerts.sending import try_once
from queues.alerts.signing import new_secret
from queues.alerts.templates import PLACEHOLDERS
from queues.alerts.wording import sentence
from queues.forms_alerts import OPERATOR_WORDS, SEVERITY_WORDS, WANTED_WORDS, WATCHED_WORDS, RuleForm, WebhookForm
from queues.live.concerns import Severity
from queues.models import AlertRule, OutboxMessage, OutboxState, Queue, Webhook
from queues.views_settings import frame, scope_of

ROWS_PER_PAGE = 50
#: Where a new secret waits for the page that shows it, once.
_SECRET = "new_webhook_secret"  # noqa: S105  the name of a place

EVENT_WORDS = {
    Event.INCIDENT_OPENED: gettext_lazy("incident began"),
    Event.INCIDENT_CLOSED: gettext_lazy("incident over"),
    Event.CALL_RINGING: gettext_lazy("a phone rings"),
    Event.CALL_ANSWERED: gettext_lazy("call answered"),
    Event.CALL_ENDED: gettext_lazy("call ended"),
    Event.TEST: gettext_lazy("test"),
}
#: Icons of lucide for the states of messages; their words stand beside them.
STATE_ICONS = {"waiting": "hourglass", "sent": "circle-check", "failed": "circle-x", "dropped": "circle-slash"}


# --- rules ------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = [_rule_row(scope, rule) for rule in wishing.visible_rules(scope)]
    return render(request, "settings/rules.html", frame(scope, "rules") | {"rows": rows})


def _rule_row(scope: Scope, rule: AlertRule) -> dict[str, object]:
    told = [
        f"{WATCHED_WORDS[condition['figure']]} {OPERATOR_WORDS[condition['operator']]} {condition['value']:g}"
        for condition in rule.conditions
    ]
    return {
        "rule": rule,
        "severity": SEVERITY_WORDS[Severity(rule.severity)],
        "conditions": told,
        "queues": _names(rule.queues),
        "may_edit": may_manage(scope, wishing.keys(rule.queues)),
        "owner": person_name(rule.owner) if rule.owner else "",
        "people": len(rule.mailed.all()),
        "hooks": [hook.name for hook in rule.webhooks.all()],
    }


def _names(told: list[list[str]]) -> list[str]:
    """What the queues of a rule or webhook are called."""
    keys = set(wishing.keys(told))
    named = {(row.pbx, row.number): row.name or row.number for row in Queue.objects.all()}
    return sorted(named.get(key, key[1]) for key in keys)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    return _rule_page(request, scope_of(request), AlertRule(name=""))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    rule = wishing.managed_rule(scope, pk)
    if rule is None:
        raise Http404
    if request.method == "POST" and "delete" in request.POST:
        wishing.delete_rule(rule)
        messages.success(request, _("The rule {name} is deleted.").format(name=rule.name))
        return redirect("settings-rules")
    return _rule_page(request, scope, rule)


def _rule_page(request: HttpRequest, scope: Scope, rule: AlertRule) -> HttpResponse:
    hooks, people = wishing.managed_hooks(scope), wishing.people_to_mail(scope)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        instance=rule,
        queues=wishing.managed_queues(scope),
        may_all=scope.acts_everywhere,
        hooks=hooks,
        people=people,
    )
    if request.method == "POST" and form.is_valid():
        saved = form.rule()
        if saved.pk is None and isinstance(request.user, User):
            saved.owner = request.user
        chosen = form.cleaned_data
        wishing.save_rule(
            saved, hooks=chosen["webhooks"], offered_hooks=hooks, mailed=chosen["mailed"], offered_people=people
        )
        messages.success(request, _("The rule {name} is saved.").format(name=saved.name))
        return redirect("settings-rules")
    context = {"form": form, "rule": rule, "has_mail": settings.EMAIL_HOST != ""}
    status = 422 if form.errors else 200
    return render(request, "settings/rule_form.html", frame(scope, "rules") | context, status=status)


# --- webhooks ---------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = [
        {
            "hook": hook,
            "host": urlsplit(hook.url).netloc,  # the rest of an address may be a secret
            "events": [WANTED_WORDS[Wanted(event)] for event in hook.events],
            "queues": _names(hook.queues),
            "last": hook.messages.order_by("-pk").first(),
        }
        for hook in wishing.managed_hooks(scope)
    ]
    return render(request, "settings/webhooks.html", frame(scope, "webhooks") | {"rows": rows})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    return _hook_page(request, scope, Webhook(name="", events=[Wanted.INCIDENTS.value]))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_edit(request: HttpRequest, pk: int) -> HttpResponse:
    scope = scope_of(request)
    return _hook_page(request, scope, _hook(scope, pk))


def _hook(scope: Scope, pk: int) -> Webhook:
    """Errors: Http404."""
    hook = wishing.managed_hook(scope, pk)
    if hook is None:
        raise Http404
    return hook


def _hook_page(request: HttpRequest, scope: Scope, hook: Webhook) -> HttpResponse:
    is_new = hook.pk is None
    form = WebhookForm(
        request.POST if request.method == "POST" else None,
        instance=hook,
        queues=wishing.managed_queues(scope),
        may_all=scope.acts_everywhere,
    )
    if request.method == "POST" and form.is_valid():
        saved = form.hook()
        if is_new:
            saved.secret = new_secret()
        wishing.save_hook(saved)
        if is_new:
            request.session[_SECRET] = {"pk": saved.pk, "secret": saved.secret}
        messages.success(request, _("The webhook {name} is saved.").format(name=saved.name))
        return redirect("settings-webhook", saved.pk)
    context = {"form": form, "hook": hook, "is_new": is_new, "placeholders": PLACEHOLDERS}
    if not is_new:
        sent = OutboxMessage.objects.filter(webhook=hook)
        context |= log(request, sent, "settings-message-again") | {"secret": _secret_to_show(request, hook)}
    status = 422 if form.errors else 200
    return render(request, "settings/webhook.html", frame(scope, "webhooks") | context, status=status)


@sensitive_variables()
def _secret_to_show(request: HttpRequest, hook: Webhook) -> str:
    """The secret just made, the first time only that its page is shown."""
    made = request.session.get(_SECRET)
    if not made or made["pk"] != hook.pk or request.method != "GET":
        return ""
    del request.session[_SECRET]
    return str(made["secret"])


def log(request: HttpRequest, sent: QuerySet[OutboxMessage], again: str) -> dict[str, object]:
    """These messages, newest first, a page at a time. `again`: the address name under which one is sent again."""
    page: Page[OutboxMessage] = Paginator(sent.order_by("-pk"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "message": message,
            "event": EVENT_WORDS.get(Event(message.event), message.event),
            "words": sentence(message.body),
            "icon": STATE_ICONS[message.state],
            "again": _again(again, message) if message.state != OutboxState.WAITING else "",
        }
        for message in page
    ]
    return {"page": page, "rows": rows}


def _again(name: str, message: OutboxMessage) -> str:
    of_hook = [] if message.webhook_id is None else [message.webhook_id]
    return reverse(name, args=[*of_hook, message.pk])


@login_required
@require_POST
def webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Really sends something, and tells what the receiver answered."""
    hook = _hook(scope_of(request), pk)
    send_test(request, Target(hook=hook.pk), hook.name)
    return redirect("settings-webhook", hook.pk)


def send_test(request: HttpRequest, target: Target, name: str) -> None:
    """Send a test message now and tell how that went."""
    message = outbox.begin_test(target, request.user.get_username(), timezone.now())
    outcome = async_to_sync(try_once)(message)
    # Whoever pressed the button sees the answer and presses again; later nobody waits for it.
    outbox.settle(message, replace(outcome, is_gone=not outcome.is_sent), timezone.now())
    told = {"name": name, "answer": outcome.answer}
    if outcome.is_sent:
        messages.success(request, _("{name} took the test message: {answer}").format(**told))
    else:
        messages.error(request, _("{name} did not take the test message: {answer}").format(**told))


@login_required
@require_POST
def webhook_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret instead of the old one, which signs nothing from now on."""
    hook = _hook(scope_of(request), pk)
    hook.secret = new_secret()
    wishing.save_hook(hook)
    request.session[_SECRET] = {"pk": hook.pk, "secret": hook.secret}
    return redirect("settings-webhook", hook.pk)


@login_required
@require_POST
def webhook_delete(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _hook(scope_of(request), pk)
    wishing.delete_hook(hook)
    messages.success(request, _("The webhook {name} is deleted.").format(name=hook.name))
    return redirect("settings-webhooks")


@login_required
@require_POST
def message_again(request: HttpRequest, pk: int, message_pk: int) -> HttpResponse:
    """Send a message once more that was sent, given up or dropped."""
    hook = _hook(scope_of(request), pk)
    tell_again(request, wishing.send_again(hook, message_pk, timezone.now()))
    return redirect(f"{reverse('settings-webhook', args=[hook.pk])}#log")


def tell_again(request: HttpRequest, is_sent_again: bool) -> None:
    if is_sent_again:
        messages.success(request, _("It will be sent again at once."))
    else:
        messages.error(request, _("It is not sent again: it still waits by itself, or is forgotten."))
