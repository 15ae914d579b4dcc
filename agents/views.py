"""Signing in: what is shown to somebody who guessed too often."""

from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The login page with the reason; `django-axes` calls it instead of the page it refuses."""
    form = AuthenticationForm(request)
    context = {"form": form, "locked_out": _("Too many wrong passwords. Try again in a quarter of an hour.")}
    return render(request, "agents/login.html", context, status=429)
