"""Our own files, served whole: none is large."""

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, whose own responses read the file piece by piece: Django would do that in a thread per piece
    under ASGI, and warns of it."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        if found.file is None:
            response = HttpResponse(status=found.status)
        else:
            with found.file as file:
                response = HttpResponse(file.read(), status=found.status)
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
