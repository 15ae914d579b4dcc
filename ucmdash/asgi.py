"""The application that Daphne serves: pages and API by Django, the board's socket by Channels."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ucmdash.settings")
# Sets Django up, and so must come before anything that imports models.
django_application = get_asgi_application()

application = ProtocolTypeRouter({"http": django_application})
