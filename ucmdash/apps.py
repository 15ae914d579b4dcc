"""Names our admin site to Django; apart from `ucmdash.admin`, which needs the apps to be loaded."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "ucmdash.admin.Admin"
