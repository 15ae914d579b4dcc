"""Signing in: where it leads to, and what is shown to somebody who guessed too often."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from agents.permissions import Role, visible_scope


class SignIn(LoginView):
    """Who asked for no page in particular comes to where their work is: agents to their desk, others to the board."""

    template_name = "agents/login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        wanted, board = self.get_redirect_url(), reverse("live")
        if wanted and wanted != board:
            return wanted
        return reverse("me") if visible_scope(self.request.user).role is Role.AGENT else board


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """The login page with the reason; `django-axes` calls it instead of the page it refuses."""
    form = AuthenticationForm(request)
    context = {"form": form, "locked_out": _("Too many wrong passwords. Try again in a quarter of an hour.")}
    return render(request, "agents/login.html", context, status=429)
