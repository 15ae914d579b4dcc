"""Every address of the site; each app names its own."""

from django.contrib import admin
from django.urls import include, path

from ucmdash.api import api

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("agents.urls")),
    path("", include("queues.urls")),
]
