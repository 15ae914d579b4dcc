"""The product's settings with what tests need: no `.env` of the developer, a key, and cheap passwords."""

import os
from typing import cast

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "only for tests, and longer than fifty characters so that no check minds it")

from ucmdash.settings import *  # noqa: F403
from ucmdash.settings import CHANNEL_LAYERS, REDIS_URL

if REDIS_URL:
    # What runs beside each other (pytest-xdist) hears nothing of each other; each has a PostgreSQL database, too.
    cast(dict[str, str], CHANNEL_LAYERS["default"]["CONFIG"])["prefix"] += os.environ.get("PYTEST_XDIST_WORKER", "")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
