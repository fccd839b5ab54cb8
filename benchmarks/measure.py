"""All stages on one wiki: make it, build its index, serve it, measure it."""

import sys
import time

from . import stages
from .budget import Cut
from .serving import serve

BUILD_SECONDS = 1500


def note(text):
    """Progress goes to standard error; the table alone goes to standard output."""
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def measure(wiki, label):
    """Run everything on one wiki.

    :param wiki: Wiki
    :param label: how the wiki is called in messages
    :return: dict stage name -> dict of numbers; what was given up is in "cuts", a list of sentences
    """
    result, cuts = {}, []
    note(f"{label}, {wiki.size} pages: writing pages")
    wiki.make()
    note(f"{label}, {wiki.size} pages: building the index")
    try:
        result["build"] = wiki.build_index(BUILD_SECONDS)
    except Cut as e:
        return {"cuts": [f"{label} at {wiki.size} pages left out: {e}"]}
    note(f"{label}: {result['build']['pages_per_second']:.0f} pages a second")
    if result["build"]["earlier"]:
        cuts.append(f"{label} at {wiki.size} pages: the index was built beforehand")
    wiki.used()
    with serve(wiki) as server:
        for name in ("first_view", "view", "tag_list", "two_filters", "rare_word", "common_word"):
            result[name] = getattr(stages, name)(server, wiki.size)
            note(f"{label}: {name} {result[name]['median']:.1f} ms")
        result["editor"], result["save"] = stages.editor_and_save(server, wiki.size)
        note(f"{label}: editor {result['editor']['median']:.1f} ms, save {result['save']['median']:.1f} ms")
        result["readers"] = stages.readers(server, wiki.size)
        note(f"{label}: {result['readers']['per_second']:.1f} views a second by eight readers")
        result["writers"] = stages.writers(server, wiki.size)
        note(f"{label}: {result['writers']['per_second']:.2f} saves a second by eight writers")
        result["memory"] = server.memory()
    for name, numbers in result.items():
        if numbers.get("cut"):
            cuts.append(f"{label} at {wiki.size} pages, {name}: stopped by time after {numbers['count']} requests")
    if result["writers"]["missing"]:
        cuts.append(f"{label} at {wiki.size} pages, 8 writers: {result['writers']['missing']} of "
                    f"{result['writers']['count']} confirmed saves have no revision")
    result["cuts"] = cuts
    return result
