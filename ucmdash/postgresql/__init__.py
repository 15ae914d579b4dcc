"""Django's PostgreSQL, impatient: see `base`."""
