"""Addresses of the board and of monitoring."""

from django.urls import path

from queues import views

urlpatterns = [
    path("", views.live, name="live"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
