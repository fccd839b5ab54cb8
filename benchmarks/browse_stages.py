"""What is measured on a served wiki of case studies: each answer checked, each stage bounded by a count and a time."""

from __future__ import annotations

import statistics
import time

from .browse_cases import AREA, COMMON_WORD, RARE_WORD, REGION
from .browse_wikis import OURS, READER, STOCK, ListWiki
from .budget import Budget
from .client import Client, form_fields
from .serving import Server
from .stages import CLIENTS, AtOnce, WrongAnswer, _fetch, times
from .wikis import PASSWORD

COUNT = 60
#: Each stage is ended after so many seconds. Of stock Moin a few answers are enough to tell.
SECONDS = {OURS: 8.0, STOCK: 4.0}


def visitor(server: Server, is_signed_in: bool) -> Client:
    client = Client(server.port)
    if is_signed_in:
        client.sign_in(READER, PASSWORD)
    return client


def questions(wiki: ListWiki) -> dict[str, tuple[str, str]]:
    """By stage, the address that answers it and a text that has to be in the answer."""
    case = f"/CaseStudies/case-{wiki.size // 3}"
    if wiki.side == OURS:
        return {
            "plain page": ("/Help/WritingAGoodCase", "good case"),
            "section": (f"/Contents/{AREA}", "c-facet"),
            "section, page 40": (f"/Contents/{AREA}?page=40", "c-facet"),
            "two facets": (f"/+cupboard/browse?region={REGION}&theme=climate", "c-facet"),
            "text and facet": (f"/+cupboard/browse?q={COMMON_WORD}&region={REGION}", "<mark>"),
            "rare word": (f"/+cupboard/browse?q={RARE_WORD}", f"{wiki.size - 1}"),
            "common word": (f"/+cupboard/browse?q={COMMON_WORD}", "<mark>"),
            "all": ("/+cupboard/browse", "c-facet"),
            "case page": (case, "More like this"),
            "form": (f"/+modify{case}", "edit.base"),
        }
    return {
        "plain page": ("/Plain", "plain"),
        "section": (f"/+tags/{AREA}", "CaseStudies"),
        "item list": ("/List", ""),
        "two facets": (f"/+search?q=tags:{AREA}+tags:impact-tools", "CaseStudies"),
        "text and facet": (f"/+search?q={COMMON_WORD}+tags:{AREA}", "CaseStudies"),
        "rare word": (f"/+search?q={RARE_WORD}", f"case-{wiki.size - 1}"),
        "common word": (f"/+search?q={COMMON_WORD}", "CaseStudies"),
        "case page": (case, "case-"),
        "form": (f"/+modify{case}", "content_form"),
    }


def asked(server: Server, path: str, marker: str, is_signed_in: bool, seconds: float) -> dict[str, float]:
    """One page again and again by one client, for so many seconds at most."""
    client = visitor(server, is_signed_in)
    for _ in Budget(12, seconds / 4, least=2):
        _fetch(client, path, marker)
    budget, cpu = Budget(COUNT, seconds), server.cpu_seconds()
    found = times([_fetch(client, path, marker) for _ in budget], budget)
    return {**found, "cpu": 1000 * (server.cpu_seconds() - cpu) / found["count"]}


def in_turn(wiki: ListWiki, server: Server) -> dict[str, float]:
    """Pages that are compared with each other, by one signed-in client in turn, so that all meet the same machine.

    :return: name -> median in ms
    """
    client = visitor(server, True)
    asked_for = {name: questions(wiki)[name] for name in ("plain page", "section", "section, page 40")}
    seconds: dict[str, list[float]] = {name: [] for name in asked_for}
    for number in range(15 + COUNT):
        for name, question in asked_for.items():
            took = _fetch(client, *question)
            if number >= 15:  # by then each worker has shown each of them
                seconds[name].append(took)
    return {name: 1000 * statistics.median(of_page) for name, of_page in seconds.items()}


def together(server: Server, path: str, marker: str, seconds: float) -> dict[str, float]:
    """The same page by eight clients at once, for so many seconds."""
    clients = [visitor(server, True) for _ in range(CLIENTS)]
    read = AtOnce(server, clients, lambda n, client, count: _fetch(client, path, marker), seconds)
    if read.problems:
        raise WrongAnswer(read.problems[0])
    return read.numbers()


def saved_and_listed(wiki: ListWiki, server: Server) -> tuple[dict[str, float], dict[str, float]]:
    """Change a case study's title in the form, save, and find it in the list of its words with the next request.

    :return: times of the save; times from its answer until the list with the new title is there
    """
    client = visitor(server, True)
    saves, lists, budget = [], [], Budget(25, 20)
    for number in budget:
        path = f"/+modify/CaseStudies/case-{(number * 97 + 5) % wiki.size}"
        fields = form_fields(client.get(path).body, "context")
        word = f"zebra{int(time.time() * 1000)}x{number}"
        fields = [(name, f"{word} {value}"[:110] if name == "title" else value) for name, value in fields]
        answer = client.post(path, [*fields, ("edit.do", "save")])
        if answer.status not in (302, 303):
            raise WrongAnswer(f"saving {path}: status {answer.status}")
        found = _fetch(client, f"/+cupboard/browse?q={word}", "1 case study")
        if number > 1:
            saves.append(answer.seconds)
            lists.append(found)
    return times(saves, budget), times(lists, budget)
