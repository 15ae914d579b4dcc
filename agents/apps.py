"""The app's name for Django. Nothing is started from here: this runs in every command and process."""

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "agents"
