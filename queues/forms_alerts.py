"""Forms of the settings pages about alert rules and webhooks: what is typed, checked, put into a row that is not saved.

Queues and people to choose from are handed over: those that whoever fills it in may choose. `queues.wishing` saves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from queues.alerts import templates
from queues.alerts.addresses import BadAddress, read_url
from queues.alerts.messages import Wanted
from queues.live.concerns import Severity
from queues.live.rules import OPERATORS, NotARule, Watched, conditions_of
from queues.models import AlertRule, Queue, Webhook

WATCHED_WORDS = {
    Watched.WAITING: gettext_lazy("callers waiting"),
    Watched.LONGEST_WAIT: gettext_lazy("longest wait now, seconds"),
    Watched.CALLERS_PER_FREE_AGENT: gettext_lazy("callers waiting per free agent"),
    Watched.FREE_AGENTS: gettext_lazy("free agents"),
    Watched.READY: gettext_lazy("agents logged in and not paused"),
    Watched.LOGGED_IN: gettext_lazy("agents logged in"),
    Watched.STAFF_SHORT: gettext_lazy("agents short of what the traffic needs"),
    Watched.SERVICE_LEVEL: gettext_lazy("service level today, %"),
    Watched.ABANDONED_PERCENT: gettext_lazy("callers who gave up today, %"),
    Watched.OFFERED: gettext_lazy("calls offered today"),
    Watched.ANSWERED: gettext_lazy("calls answered today"),
    Watched.ABANDONED: gettext_lazy("callers who gave up today"),
    Watched.AVERAGE_WAIT: gettext_lazy("average wait today, seconds"),
    Watched.LINK_DOWN: gettext_lazy("seconds since the link to the PBX is down"),
}
OPERATOR_WORDS = {
    ">": gettext_lazy("more than"),
    ">=": gettext_lazy("at least"),
    "<": gettext_lazy("less than"),
    "<=": gettext_lazy("at most"),
    "=": gettext_lazy("exactly"),
    "!=": gettext_lazy("not"),
}
SEVERITY_WORDS = {Severity.RED: gettext_lazy("red"), Severity.AMBER: gettext_lazy("amber")}
WANTED_WORDS = {
    Wanted.INCIDENTS: gettext_lazy("Incidents: when one begins and when it is over"),
    Wanted.CALL_RINGING: gettext_lazy("Calls: a phone rings"),
    Wanted.CALL_ANSWERED: gettext_lazy("Calls: answered"),
    Wanted.CALL_ENDED: gettext_lazy("Calls: ended"),
}
#: So many conditions a rule may have on the page.
CONDITIONS = 4
PARTS = ("figure", "operator", "value")
#: What of a rule is a field of its own name.
_PLAIN = ("name", "severity", "hold_seconds", "recover_seconds", "only_when_open", "is_enabled")


def queue_key(queue: Queue) -> str:
    return f"{queue.pbx}/{queue.number}"


class _AboutQueues(forms.Form):
    """A form whose row is about some queues, or about all for who acts everywhere."""

    queues = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Queues")
    )
    own_instance: Any

    def offer_queues(self, queues: Sequence[Queue], known: Collection[Sequence[str]], may_all: bool) -> None:
        """`known`: those it is about so far, of which some may be gone from the PBX for a while; `may_all`: choosing
        none means all."""
        self._may_all = may_all
        several = len({queue.pbx for queue in queues}) > 1
        named = {
            queue_key(queue): (queue.name or queue.number) + (f" · {queue.pbx}" if several else "") for queue in queues
        }
        gone = {"/".join(key): key[1] for key in known}
        self.fields["queues"].choices = list((gone | named).items())  # type: ignore[attr-defined]
        self.fields["queues"].help_text = _("None chosen: all of them.") if may_all else ""

    def clean_queues(self) -> list[list[str]]:
        chosen = [list(key.split("/", 1)) for key in self.cleaned_data["queues"]]
        if not chosen and not self._may_all:
            raise forms.ValidationError(_("Choose at least one queue."))
        return chosen


class RuleForm(_AboutQueues):
    """`rule()` is the row with what was entered, once it is valid."""

    name = forms.CharField(max_length=64, label=gettext_lazy("Name"))
    severity = forms.ChoiceField(
        choices=[(s.value, word) for s, word in SEVERITY_WORDS.items()], label=gettext_lazy("Severity")
    )
    hold_seconds = forms.IntegerField(
        min_value=0, max_value=3600, label=gettext_lazy("Counts after"), help_text=gettext_lazy("seconds of it")
    )
    recover_seconds = forms.IntegerField(
        min_value=0, max_value=3600, label=gettext_lazy("Is over after"), help_text=gettext_lazy("seconds without it")
    )
    only_when_open = forms.BooleanField(required=False, label=gettext_lazy("Only within opening hours"))
    is_enabled = forms.BooleanField(required=False, label=gettext_lazy("Switched on"))
    webhooks = forms.ModelMultipleChoiceField(
        Webhook.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("Webhooks")
    )
    mailed = forms.ModelMultipleChoiceField(
        User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("E-mail to")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        instance: AlertRule,
        queues: Sequence[Queue],
        may_all: bool,
        hooks: Collection[Webhook],
        people: Collection[User],
    ) -> None:
        initial: dict[str, Any] = {name: getattr(instance, name) for name in _PLAIN}
        initial["queues"] = ["/".join(key) for key in instance.queues]
        if instance.pk:
            initial |= {"webhooks": instance.webhooks.all(), "mailed": instance.mailed.all()}
        super().__init__(data, initial=initial)
        self.instance = instance
        self.offer_queues(queues, instance.queues, may_all)
        self.fields["webhooks"].queryset = Webhook.objects.filter(pk__in=[h.pk for h in hooks]).order_by("name")  # type: ignore[attr-defined]
        self.fields["mailed"].queryset = User.objects.filter(pk__in=[p.pk for p in people]).order_by("username")  # type: ignore[attr-defined]
        self.fields["mailed"].label_from_instance = lambda user: user.get_full_name() or user.get_username()  # type: ignore[attr-defined]
        self._add_conditions()

    def _add_conditions(self) -> None:
        figures = [("", "–"), *((figure.value, word) for figure, word in WATCHED_WORDS.items())]
        operators = [(sign, OPERATOR_WORDS[sign]) for sign in OPERATORS]
        for number in range(max(CONDITIONS, len(self.instance.conditions))):
            known = self.instance.conditions[number] if number < len(self.instance.conditions) else {}
            label = _("Condition {number}").format(number=number + 1)
            named = {
                "figure": forms.ChoiceField(choices=figures, required=False),
                "operator": forms.ChoiceField(choices=operators, required=False),
                "value": forms.FloatField(required=False, widget=forms.NumberInput({"step": "any"})),
            }
            for part, field in named.items():
                field.initial, field.label = known.get(part), label
                self.fields[f"condition_{number}_{part}"] = field
        self._condition_count = max(CONDITIONS, len(self.instance.conditions))

    def conditions(self) -> list[tuple[forms.BoundField, ...]]:
        """Figure, operator and value of each line."""
        return [tuple(self[f"condition_{number}_{part}"] for part in PARTS) for number in range(self._condition_count)]

    def clean(self) -> dict[str, Any]:
        told = []
        for number in range(self._condition_count):
            figure, sign, value = (self.cleaned_data.get(f"condition_{number}_{part}") for part in PARTS)
            if not figure:
                continue
            if value is None:
                self.add_error(f"condition_{number}_value", _("With what is it compared? Enter a number."))
                continue
            told.append({"figure": figure, "operator": sign, "value": value})
        if not self.errors:
            try:
                conditions_of(told)
            except NotARule as error:
                raise forms.ValidationError(_(str(error))) from None
        self.cleaned_data["conditions"] = told
        if any(condition["figure"] == Watched.LINK_DOWN for condition in told) and not self._may_all:
            raise forms.ValidationError(_("A rule about the link is about all queues: for who supervises all of them."))
        return self.cleaned_data

    def rule(self) -> AlertRule:
        for name in (*_PLAIN, "queues", "conditions"):
            setattr(self.instance, name, self.cleaned_data[name])
        return self.instance


SHAPES = {
    "own": (gettext_lazy("UCM Dash's own JSON, with everything"), ""),
    "slack": (gettext_lazy("Slack and compatible (Mattermost, Rocket.Chat)"), templates.SLACK),
    "teams": (gettext_lazy("Microsoft Teams: a workflow that posts to a channel"), templates.TEAMS),
    "template": (gettext_lazy("A template of your own"), None),
}


class WebhookForm(_AboutQueues):
    """`hook()` is the row with what was entered, once it is valid."""

    name = forms.CharField(max_length=64, label=gettext_lazy("Name"))
    url = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Address"),
        widget=forms.TextInput({"inputmode": "url", "placeholder": "https://", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        required=False,
        choices=[(wanted.value, word) for wanted, word in WANTED_WORDS.items()],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Is told of"),
        help_text=gettext_lazy("Rules that name this webhook tell it of their incidents in any case."),
    )
    shape = forms.ChoiceField(
        choices=[(name, words) for name, (words, _template) in SHAPES.items()],
        widget=forms.RadioSelect,
        label=gettext_lazy("What is sent"),
    )
    template = forms.CharField(
        required=False,
        label=gettext_lazy("Template"),
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "placeholder": '{"text": "{text}"}'}),
    )
    is_enabled = forms.BooleanField(required=False, label=gettext_lazy("Switched on"))

    def __init__(self, data: Any = None, *, instance: Webhook, queues: Sequence[Queue], may_all: bool) -> None:
        known = {template: name for name, (_words, template) in SHAPES.items() if template is not None}
        initial = {name: getattr(instance, name) for name in ("name", "url", "events", "template", "is_enabled")}
        initial["shape"] = known.get(instance.template, "template")
        initial["queues"] = ["/".join(key) for key in instance.queues]
        super().__init__(data, initial=initial)
        self.instance = instance
        self.offer_queues(queues, instance.queues, may_all)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Webhook.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another webhook has this name."))
        return name

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            read_url(url)
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def clean(self) -> dict[str, Any]:
        shape = self.cleaned_data.get("shape")
        if shape == "template":
            try:
                templates.check(self.cleaned_data.get("template", ""))
            except templates.BadTemplate as error:
                self.add_error("template", str(error))
        elif shape:
            self.cleaned_data["template"] = SHAPES[shape][1]
        return self.cleaned_data

    def hook(self) -> Webhook:
        for name in ("name", "url", "events", "queues", "template", "is_enabled"):
            setattr(self.instance, name, self.cleaned_data[name])
        return self.instance
