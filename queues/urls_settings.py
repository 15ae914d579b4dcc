"""Addresses of the settings pages, below `/settings/`."""

from django.urls import path

from queues import views_alerts, views_mail, views_settings

urlpatterns = [
    path("", views_settings.limits_list, name="settings-limits"),
    path("limits/<int:pk>/", views_settings.limits_of_queue, name="settings-limits-queue"),
    path("limits/<slug:pbx>/<str:what>/", views_settings.limits_of_all, name="settings-limits-all"),
    path("hours/", views_settings.hours_list, name="settings-hours"),
    path("hours/<int:pk>/", views_settings.hours_of_queue, name="settings-hours-queue"),
    path("hours/<slug:pbx>/all/", views_settings.hours_of_all, name="settings-hours-all"),
    path("rules/", views_alerts.rules, name="settings-rules"),
    path("rules/new/", views_alerts.rule_new, name="settings-rule-new"),
    path("rules/<int:pk>/", views_alerts.rule_edit, name="settings-rule"),
    path("webhooks/", views_alerts.webhooks, name="settings-webhooks"),
    path("webhooks/new/", views_alerts.webhook_new, name="settings-webhook-new"),
    path("webhooks/<int:pk>/", views_alerts.webhook_edit, name="settings-webhook"),
    path("webhooks/<int:pk>/test/", views_alerts.webhook_test, name="settings-webhook-test"),
    path("webhooks/<int:pk>/secret/", views_alerts.webhook_secret, name="settings-webhook-secret"),
    path("webhooks/<int:pk>/delete/", views_alerts.webhook_delete, name="settings-webhook-delete"),
    path(
        "webhooks/<int:pk>/messages/<int:message_pk>/again/",
        views_alerts.message_again,
        name="settings-message-again",
    ),
    path("mail/", views_mail.mail, name="settings-mail"),
    path("mail/test/", views_mail.mail_test, name="settings-mail-test"),
    path("mail/messages/<int:message_pk>/again/", views_mail.mail_again, name="settings-mail-again"),
]
