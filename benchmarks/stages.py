"""What is measured on a running wiki, each stage bounded by a count and a time.

A stage returns a dict of plain numbers; times are milliseconds. Every answer is checked: a page that comes back as an
error, or without the text that belongs there, is no fast page but a failed benchmark.
"""

import re
import statistics
import threading
import time
from urllib.parse import urlencode

from .budget import Budget
from .client import Client, form_fields
from .pages import COMMON_WORD, RARE_WORD, area_tag, page_name, status_tag
from .wikis import PASSWORD

TEXT = "content_form_data_text"
CLIENTS = 8
MARK = "markofthissave"


class WrongAnswer(Exception):
    """The server answered with something else than the page that was asked for."""


def signed_in(server, name="reader1"):
    """:return: Client of that account"""
    client = Client(server.port)
    client.sign_in(name, PASSWORD)
    return client


def percentile(values, share):
    """Nearest-rank percentile.

    :param values: non-empty list of numbers
    :param share: 0 to 1
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def times(seconds, budget):
    """:return: dict median, p95 (ms), count, cut"""
    return {"median": 1000 * statistics.median(seconds), "p95": 1000 * percentile(seconds, 0.95),
            "count": len(seconds), "cut": budget.cut}


def _fetch(client, path, marker):
    answer = client.get(path)
    if answer.status != 200 or marker.encode("utf-8") not in answer.body:
        raise WrongAnswer(f"{path}: status {answer.status}, {marker!r} expected in {len(answer.body)} bytes")
    return answer.seconds


def repeated(server, paths, count, seconds, warm_up):
    """Ask for pages one after the other.

    :param paths: list of (path, text that must be in the answer); asked in turn
    :param warm_up: how many requests are made before the clock starts
    """
    client = signed_in(server)
    for n in Budget(warm_up, seconds / 2):
        _fetch(client, *paths[n % len(paths)])
    budget = Budget(count, seconds)
    return times([_fetch(client, *paths[n % len(paths)]) for n in budget], budget)


def shown(number):
    """Path of a page and what must be on it."""
    return "/" + page_name(number), f"case-{number}"


def view(server, size):
    """Twelve pages, seen before by both workers, as most of what people read is."""
    return repeated(server, [shown(n * size // 12) for n in range(12)], 150, 12, warm_up=60)


def first_view(server, size):
    """Pages that no worker has shown yet: markup is converted too."""
    step = max(1, size // 80)
    paths = [shown(n) for n in range(1, size, step)]
    return repeated(server, paths, min(60, len(paths)), 10, warm_up=0)


def tag_list(server, size):
    """The list of an area tag, 50 pages long."""
    tags = [area_tag(size // 3), area_tag(size // 2)]
    return repeated(server, [(f"/+tags/{t}", "CaseStudies") for t in tags], 40, 10, warm_up=4)


def two_filters(server, size):
    """Area and status at once, in Moin's search."""
    n = size // 2
    path = f"/+search?q=tags:{area_tag(n)}+tags:{status_tag(n)}"
    return repeated(server, [(path, f"case-{n}")], 40, 10, warm_up=4)


def rare_word(server, size):
    """Full text search for a word of three pages."""
    return repeated(server, [(f"/+search?q={RARE_WORD}", f"case-{size - 1}")], 40, 10, warm_up=4)


def common_word(server, size):
    """Full text search for a word that is in every second page."""
    return repeated(server, [(f"/+search?q={COMMON_WORD}", "CaseStudies")], 40, 10, warm_up=4)


def _filled_in(client, path, text):
    """Open the editor of a page, change its text.

    :return: (seconds it took to open, form fields ready to send)
    """
    answer = client.get(path)
    if answer.status != 200:
        raise WrongAnswer(f"{path}: status {answer.status}")
    fields = form_fields(answer.body, TEXT)
    return answer.seconds, [(name, text(value) if name == TEXT else value) for name, value in fields]


def editor_and_save(server, size):
    """One person: open the editor, save, see that the page has the new text; another page each time.

    :return: (times of opening, times of saving)
    """
    client = signed_in(server, "writer1")
    opened, saved, budget = [], [], Budget(60, 30)
    for n in budget:
        number = (n * 97 + 5) % size
        word = f"savedinround{n}"
        seconds, fields = _filled_in(client, "/+modify/" + page_name(number), lambda old: f"{word}\n\n{old}")
        answer = client.post("/+modify/" + page_name(number), fields)
        if answer.status != 302:
            raise WrongAnswer(f"saving {page_name(number)}: status {answer.status}")
        _fetch(client, "/" + page_name(number), word)
        if n >= 2:  # the first rounds load templates in both workers
            opened.append(seconds)
            saved.append(answer.seconds)
    return times(opened, budget), times(saved, budget)


class AtOnce:
    """What several clients did at once, each in a thread of its own: ``seconds`` of each request that was answered
    rightly, ``problems`` in words, ``took`` and ``cpu`` (of the workers) in seconds."""

    def __init__(self, server, clients, ask, seconds):
        """
        :param clients: list of Client
        :param ask: function of (number of the client, the client, how often it has asked) that makes one request and
                    returns the seconds it took
        :param seconds: nobody begins another request after that
        """
        self.seconds, self.problems = [], []
        start = threading.Barrier(len(clients) + 1)

        def go_on(number, client):
            own, count = [], 0
            start.wait()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                try:
                    own.append(ask(number, client, count))
                except (OSError, WrongAnswer) as e:
                    self.problems.append(repr(e))
                count += 1
            self.seconds.extend(own)

        threads = [threading.Thread(target=go_on, args=one) for one in enumerate(clients)]
        for thread in threads:
            thread.start()
        start.wait()
        began, cpu = time.monotonic(), server.cpu_seconds()
        for thread in threads:
            thread.join()
        self.took, self.cpu = time.monotonic() - began, server.cpu_seconds() - cpu

    def numbers(self):
        """:return: dict per_second, median, p95, cpu (ms a request), count
        :raise WrongAnswer: when nobody got what was asked for
        """
        if not self.seconds:
            raise WrongAnswer(f"no request of several at once succeeded: {self.problems[:3]}")
        count = len(self.seconds)
        return {"per_second": count / self.took, "median": 1000 * statistics.median(self.seconds),
                "p95": 1000 * percentile(self.seconds, 0.95), "count": count, "cpu": 1000 * self.cpu / count}


def writers(server, size):
    """Eight people save at once, each a page of their own again and again. Opening the editor is not counted.

    After the last save each page must show the text of its last confirmed save, and have as many more revisions as
    saves were confirmed; ``missing`` is how many it has not.
    """
    clients = [signed_in(server, f"writer{n + 1}") for n in range(CLIENTS)]
    last, forms = [""] * CLIENTS, []
    paths = ["/+modify/" + page_name((n + 1) * size // 10) for n in range(CLIENTS)]
    for n, client in enumerate(clients):
        # the form is put together beforehand, so that the client takes little of the processors it shares
        forms.append(urlencode(_filled_in(client, paths[n], lambda old: f"{MARK}\n\n{old}")[1]).encode("ascii"))
    revisions = sum(map(_revisions, clients, paths))

    def save(n, client, count):
        word = f"writer{n}save{count}"
        answer = client.post_form(paths[n], forms[n].replace(MARK.encode(), word.encode(), 1))
        if answer.status != 302:
            raise WrongAnswer(f"{paths[n]}: status {answer.status}")
        last[n] = word
        return answer.seconds

    saved = AtOnce(server, clients, save, 12.0)
    for n, word in enumerate(last):
        if word:
            _fetch(clients[n], paths[n].replace("/+modify", ""), word)
    missing = len(saved.seconds) - (sum(map(_revisions, clients, paths)) - revisions)
    return {**saved.numbers(), "failed": len(saved.problems), "missing": missing}


def _revisions(client, path):
    """The number of the current revision of a page, from the line at its foot."""
    body = client.get(path.replace("/+modify", "")).body.decode("utf-8")
    return int(re.search(r"\(rev (\d+)\)", body)[1])


def readers(server, size):
    """Eight people read at once, each going round the same twelve pages from another starting point."""
    clients = [signed_in(server, f"writer{n + 1}") for n in range(CLIENTS)]
    paths = [shown(n * size // 12) for n in range(12)]
    read = AtOnce(server, clients, lambda n, client, count: _fetch(client, *paths[(n + count) % len(paths)]), 8.0)
    if read.problems:
        raise WrongAnswer(read.problems[0])
    return read.numbers()
