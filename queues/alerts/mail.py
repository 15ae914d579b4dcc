"""E-mail of alerts: what is in it, and one try to send it by Django's SMTP backend.

Sending blocks, some ten seconds for each step of a server that hangs: `send` is for a thread of its own. What a mail is
about comes from PBX and callers: it is one line in the subject, escaped in HTML. The Message-ID is the same at every
try, so mail programs show a repeat once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from queues.alerts.wording import sentence

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_LONGEST_SUBJECT = 180


class NotSent(Exception):
    """No server took it. The message says why; `is_refused`: the server does not take mail for this address."""

    def __init__(self, words: str, *, is_refused: bool = False) -> None:
        super().__init__(words)
        self.is_refused = is_refused


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent, apart from to whom."""

    subject: str
    text: str
    html: str


def compose(body: dict[str, Any]) -> Mail:
    """The mail of an outbox row's body."""
    told = sentence(body)
    subject = " ".join("".join(c if c.isprintable() else " " for c in told).split())[:_LONGEST_SUBJECT]
    incident = body.get("incident", {})
    context = {
        "subject": subject,
        "is_over": incident.get("closed_at") is not None or not incident,
        "severity": incident.get("severity", ""),
        "rows": _rows(body),
        "why": _("You get this because an alert rule of UCM Dash names you. Its supervisors can change that."),
    }
    text, html = (render_to_string(f"mail/alert.{kind}", context).strip() + "\n" for kind in ("txt", "html"))
    return Mail(f"[UCM Dash] {subject}", text, html)


def _rows(body: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and value of what there is to say, one line each."""
    incident = body.get("incident")
    if incident is None:
        return [(_("Sent"), _clock(body["at"]))]
    queue, agent = incident["queue_name"], incident["agent_name"]
    rows = [
        (_("Queue"), f"{queue} ({incident['queue']})" if queue else incident["queue"]),
        (_("Agent"), f"{agent} ({incident['agent']})" if agent else incident["agent"]),
        (_("PBX"), body["pbx"]),
        (_("Since"), _clock(incident["breached_at"] or incident["opened_at"])),
        (_("Over since"), _clock(incident["closed_at"])),
        (_("Value"), _number(incident["value"])),
        (_("Limit"), _number(incident["limit"])),
        (_("Worst"), _number(incident["worst"])),
        (_("Seen by"), incident["acknowledged_by"]),
    ]
    return [(name, " ".join(value.split())) for name, value in rows if value]


def _clock(at: str | None) -> str:
    """An instant as people read it, in the zone of the settings."""
    if at is None:
        return ""
    local = timezone.localtime(datetime.fromisoformat(at))
    return f"{date_format(local, 'j F Y H:i:s')} {local.tzname()}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 1):g}"


def send(message_id: str, recipient: str, body: dict[str, Any]) -> str:
    """What the server said. Errors: NotSent."""
    if not settings.EMAIL_HOST:
        raise NotSent(_("E-mail is not set up on this server: EMAIL_HOST is missing."))
    mail = compose(body)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{message_id}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        mail.subject, mail.text, None, [recipient], connection=get_connection(BACKEND), headers=headers
    )
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise NotSent(_said(code, words), is_refused=code >= 500) from error
    except SMTPResponseException as error:
        raise NotSent(_said(error.smtp_code, error.smtp_error)) from error
    except (SMTPException, OSError, ValueError) as error:
        raise NotSent(str(error) or type(error).__name__) from error
    return _("taken by {host}").format(host=settings.EMAIL_HOST)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())
