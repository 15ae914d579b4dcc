"""The app's name for Django, and its checks. Nothing is started from here: this runs in every command and process."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from queues.checks import check_exposure, check_processes_reach_each_other


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        register(check_processes_reach_each_other, Tags.compatibility)
        register(check_exposure, Tags.security)
