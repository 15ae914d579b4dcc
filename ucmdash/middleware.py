"""Our own files, served whole, for none is large, and packed for whoever takes gzip: our scripts without the comments,
which are a fifth of what they weigh, each line where it was."""

import re
from functools import lru_cache
from gzip import compress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

#: What of these is served is text; images and fonts are packed already.
_PACKED = ("text/", "application/json", "image/svg+xml")
#: Comments that have lines of their own.
_COMMENTS = re.compile(rb"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)$", re.MULTILINE | re.DOTALL)
#: Below it the headers weigh more than what is saved.
_SMALL = 500


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, whose own responses read the file piece by piece: Django would do that in a thread per piece
    under ASGI, and warns of it. It would also look for packed files beside ours, which nobody builds."""

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
        if found.status == 200 and found.file is not None:
            _pack(request, response)
        return response


def _pack(request: HttpRequest, response: HttpResponse) -> None:
    if not response.get("Content-Type", "").startswith(_PACKED) or len(response.content) < _SMALL:
        return
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = _gzipped(response.content, request.path.startswith(f"{settings.STATIC_URL}js/"))
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))


@lru_cache(maxsize=256)
def _gzipped(content: bytes, is_our_script: bool) -> bytes:
    if is_our_script:
        content = _COMMENTS.sub(lambda comment: b"\n" * comment[0].count(b"\n"), content)
    # Without the time of packing: the same file is the same bytes in every process.
    return compress(content, mtime=0)
