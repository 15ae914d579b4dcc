"""Addresses of the board and of monitoring."""

from django.urls import path

from queues import views, views_audit

urlpatterns = [
    path("", views.live, name="live"),
    path("audit/", views_audit.audit, name="audit"),
    path("audit/export.csv", views_audit.export, name="audit-export"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
