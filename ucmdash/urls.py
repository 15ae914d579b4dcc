"""Every address of the site; each app names its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.gzip import gzip_page
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog

from ucmdash.api import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("i18n/catalog.js", gzip_page(JavaScriptCatalog.as_view()), name="javascript-catalog"),
    # Asked for by browsers wherever a page names no icon, as Django's admin does not.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}icons/favicon.svg")),
    path("", include("agents.urls")),
    path("", include("queues.urls")),
]
