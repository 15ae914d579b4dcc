"""Addresses of the board and of monitoring."""

from django.urls import include, path

from queues import views, views_audit, views_desk, views_owed, views_wall, views_walls

urlpatterns = [
    path("", views.live, name="live"),
    path("me/", views_desk.me, name="me"),
    path("me/tokens/", views_desk.tokens, name="tokens"),
    path("dial/", views_desk.dial, name="dial"),
    path("manifest.webmanifest", views_desk.manifest, name="manifest"),
    path("owed/", views_owed.owed, name="owed"),
    path("audit/", views_audit.audit, name="audit"),
    path("audit/export.csv", views_audit.export, name="audit-export"),
    path("wall/", views_wall.home, name="wall-home"),
    path("wall/<slug:slug>/", views_wall.board, name="wall"),
    path("wall/<slug:slug>/trend.json", views_wall.trend, name="wall-trend"),
    path("walls/", views_walls.index, name="walls"),
    path("walls/new/", views_walls.new_board, name="wall-new"),
    path("walls/connect/", views_walls.approve_screen, name="wall-approve"),
    path("walls/screens/<int:screen_id>/", views_walls.change_screen, name="wall-screen"),
    path("walls/screens/<int:screen_id>/disconnect/", views_walls.revoke_screen, name="wall-revoke"),
    path("walls/board/<slug:slug>/", views_walls.edit_board, name="wall-edit"),
    path("walls/board/<slug:slug>/delete/", views_walls.delete_board, name="wall-delete"),
    path("settings/", include("queues.urls_settings")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
