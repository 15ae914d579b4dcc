"""Addresses of the board."""

from django.urls import path

from queues import views

urlpatterns = [
    path("", views.live, name="live"),
]
