"""`manage.py create_token USERNAME`: a personal token for programs that use the API or the socket."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.tokens import TooManyTokens, create_token


class Command(BaseCommand):
    help = "Print a new token for `Authorization: Bearer …`. It has the rights of that person and is shown only once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--label", default="", help="what it is for, shown in the administration")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(_("There is no active account {name}.").format(name=options["username"]))
        try:
            self.stdout.write(create_token(user, options["label"][:64], timezone.now()))
        except TooManyTokens:
            words = _("{name} has as many tokens as one may have: revoke one first.")
            raise CommandError(words.format(name=options["username"])) from None
