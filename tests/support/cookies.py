"""A browser as far as logging in needs one: cookies and forms, over real HTTP, without a page."""

from __future__ import annotations

import json
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect


class Browser:
    """`url` is the site's, as `http://127.0.0.1:8000/`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))

    def get(self, path: str) -> str:
        return self._opener.open(self._url + path, timeout=30).read().decode()

    def post(self, path: str, **fields: str) -> str:
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookie("csrftoken")}).encode()
        return self._opener.open(self._url + path, body, timeout=30).read().decode()

    def ask(self, path: str, **body: object) -> dict:
        """POST to the API as our own page does."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self.cookie("csrftoken")}
        request = urllib.request.Request(self._url + "api/v1/" + path, json.dumps(body).encode(), headers)
        return json.loads(self._opener.open(request, timeout=30).read())

    def cookie(self, name: str) -> str:
        return next((str(cookie.value) for cookie in self._cookies if cookie.name == name), "")

    def log_in(self, username: str, password: str = "demo") -> Browser:
        self.get("login/")
        self.post("login/", username=username, password=password)
        return self

    def socket(self, url: str = "", **headers: str) -> ClientConnection:
        """The board's socket, of this site or another process of it at `url`."""
        cookies = f"sessionid={self.cookie('sessionid')}"
        address = (url or self._url).replace("http", "ws", 1) + "ws/board/"
        return connect(address, additional_headers={"Cookie": cookies, **headers}, open_timeout=30)
