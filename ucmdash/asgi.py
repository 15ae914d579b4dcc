"""The application for servers that run the pages alone, as `daphne` does: they must be able to hear the workers.

`manage.py serve` and `demo` have the workers beside them, and need no such thing.
"""

from django.core.exceptions import ImproperlyConfigured

from queues.checks import require_layer_between_processes
from ucmdash.application import application

__all__ = ["application"]

if missing := require_layer_between_processes("The pages"):
    raise ImproperlyConfigured(f"{missing.msg} {missing.hint}")
