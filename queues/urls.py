"""Addresses of the board and of monitoring."""

from django.urls import path

from queues import views, views_audit, views_desk

urlpatterns = [
    path("", views.live, name="live"),
    path("me/", views_desk.me, name="me"),
    path("me/tokens/", views_desk.tokens, name="tokens"),
    path("dial/", views_desk.dial, name="dial"),
    path("manifest.webmanifest", views_desk.manifest, name="manifest"),
    path("audit/", views_audit.audit, name="audit"),
    path("audit/export.csv", views_audit.export, name="audit-export"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
