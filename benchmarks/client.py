"""A browser reduced to what a benchmark needs: one session cookie, GET, POST, the fields of a form.

Each request opens a connection, as gunicorn's plain workers close it after the answer.
"""

import socket
import time
from html.parser import HTMLParser
from urllib.parse import urlencode

TIMEOUT = 120.0


class Answer:
    """What came back: ``status`` (int), ``headers`` (dict, names in lower case), ``body`` (bytes), ``seconds``."""

    def __init__(self, raw, seconds):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        if not first.startswith("HTTP/"):
            raise ConnectionError(f"no answer: {raw[:80]!r}")
        self.status = int(first.split()[1])
        self.headers = {name.strip().lower(): value.strip() for name, _, value in (li.partition(":") for li in lines)}
        self.seconds = seconds


class Client:
    """One visitor of the server at 127.0.0.1:port."""

    def __init__(self, port):
        self.port = port
        self.cookie = ""

    def get(self, path):
        """:return: Answer"""
        return self._send("GET", path, b"")

    def post(self, path, fields):
        """:param fields: list of (name, value)
        :return: Answer"""
        return self._send("POST", path, urlencode(fields).encode("ascii"))

    def post_form(self, path, form):
        """:param form: fields as they go over the wire, bytes
        :return: Answer"""
        return self._send("POST", path, form)

    def sign_in(self, name, password):
        """:raise RuntimeError: when the server doesn't let us in"""
        answer = self.post("/+login", [("login_username", name), ("login_password", password), ("login_submit", "1"),
                                       ("login_nexturl", "/")])
        if answer.status != 302:
            raise RuntimeError(f"{name} can't sign in: {answer.status}")

    def _send(self, method, path, body):
        head = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close",
                "User-Agent: benchmark", "Accept: text/html", "Accept-Language: en"]
        if self.cookie:
            head.append(f"Cookie: {self.cookie}")
        if method == "POST":
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
                     "Sec-Fetch-Site: same-origin", f"Origin: http://127.0.0.1:{self.port}"]
        message = "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + body
        began = time.perf_counter()
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT) as connection:
            connection.sendall(message)
            chunks = []
            while chunk := connection.recv(1 << 18):
                chunks.append(chunk)
        answer = Answer(b"".join(chunks), time.perf_counter() - began)
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer


class _Fields(HTMLParser):
    """Collects the successful controls of the form that holds a <textarea name=wanted>."""

    def __init__(self, wanted):
        super().__init__()
        self.wanted, self.forms, self.select, self.area = wanted, [], None, None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.forms.append([])
        if not self.forms:
            return
        fields, name = self.forms[-1], a.get("name")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind in ("submit", "button", "file", "image") or (kind in ("checkbox", "radio") and "checked" not in a):
                return
            fields.append((name, a.get("value", "")))
        elif tag == "textarea" and name:
            self.area = (name, [])
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in a:
            fields.append((self.select, a.get("value", "")))

    def handle_data(self, data):
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            name, text = self.area
            # HTML drops the newline right after the start tag
            self.forms[-1].append((name, "".join(text).removeprefix("\n")))
            self.area = None
        elif tag == "select":
            self.select = None


def form_fields(page, wanted):
    """The fields that a browser would send from the form with the text box ``wanted``.

    :param page: HTML, bytes
    :return: list of (name, value)
    :raise LookupError: when no form has that text box
    """
    parser = _Fields(wanted)
    parser.feed(page.decode("utf-8"))
    for fields in parser.forms:
        if any(name == wanted for name, _ in fields):
            return fields
    raise LookupError(f"no form with {wanted}")
