"""Our own files, served whole, for none is large, and packed for whoever takes gzip: our scripts a page's modules at a
time (`ucmdash.scripts`), but one by one and as they are written with DEBUG."""

from functools import lru_cache
from gzip import compress
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from ucmdash import scripts

#: What of these is served is text; images and fonts are packed already.
_PACKED = ("text/", "application/json", "image/svg+xml")
#: Below it the headers weigh more than what is saved.
_SMALL = 500
_SCRIPTS = Path(settings.BASE_DIR, "static", "js")


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, whose own responses read the file piece by piece: Django would do that in a thread per piece
    under ASGI, and warns of it. It would also look for packed files beside ours, which nobody builds."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        script = _script(request.path)
        # What is made of several files is sent whole or not at all.
        asked = {key: value for key, value in request.META.items() if not (script and key == "HTTP_RANGE")}
        found = static_file.get_response(request.method, asked)
        if found.file is None:
            response = HttpResponse(status=found.status)
        else:
            with found.file as file:
                content = _joined(script, "later" in request.GET) if script else file.read()
                response = HttpResponse(content, status=found.status)
        del response["Content-Type"]
        for name, value in found.headers:
            if not (script and name == "Content-Length"):
                response[name] = value
        if found.status == 200 and found.file is not None:
            _pack(request, response)
        return response


def _script(path: str) -> str:
    """Which of our scripts this address means, as a path below their folder; "" for another file."""
    folder = f"{settings.STATIC_URL}js/"
    return path.removeprefix(folder) if path.startswith(folder) and not settings.DEBUG else ""


@lru_cache(maxsize=256)
def _joined(script: str, is_later: bool) -> bytes:
    text = scripts.joined_later(_SCRIPTS, script) if is_later else scripts.joined(_SCRIPTS, script)
    return text.encode()


def _pack(request: HttpRequest, response: HttpResponse) -> None:
    if not response.get("Content-Type", "").startswith(_PACKED) or len(response.content) < _SMALL:
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = _gzipped(response.content)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))


@lru_cache(maxsize=256)
def _gzipped(content: bytes) -> bytes:
    # Without the time of packing: the same file is the same bytes in every process.
    return compress(content, mtime=0)
