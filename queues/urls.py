"""Addresses of the board and of monitoring."""

from django.urls import path

from queues import views, views_audit, views_wall

urlpatterns = [
    path("", views.live, name="live"),
    path("audit/", views_audit.audit, name="audit"),
    path("audit/export.csv", views_audit.export, name="audit-export"),
    path("wall/", views_wall.home, name="wall-home"),
    path("wall/<slug:slug>/", views_wall.board, name="wall"),
    path("wall/<slug:slug>/trend.json", views_wall.trend, name="wall-trend"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
