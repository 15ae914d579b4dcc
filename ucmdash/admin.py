"""Django's admin under our Content-Security-Policy, less Trusted Types: its jQuery writes HTML from strings."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class Admin(AdminSite):
    site_header = site_title = "UCM Dash"
    index_title = _("Administration")

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        return csp_replace({"require-trusted-types-for": None})(super().admin_view(view, cacheable))
