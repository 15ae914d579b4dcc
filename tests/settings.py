"""The product's settings with what tests need: no `.env` of the developer, a key, and cheap passwords."""

import os

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "only for tests, and longer than fifty characters so that no check minds it")

from ucmdash.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
