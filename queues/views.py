"""Page shells: what is live on them comes by the socket."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def live(request: HttpRequest) -> HttpResponse:
    return render(request, "queues/live.html")
