"""What is found first: the order of text search results is much like that of Whoosh.

The two can't agree exactly. Both weigh words by BM25 and fields by Moin's boosts, but Whoosh does so field by field and
does not stem, and it counts each n-gram of a word; here the fields of a page are weighed together. So *alike* means,
over questions of several kinds and 200 pages with words as frequent as in real text:

    the same pages are found, all of them (words are looked for whose stem no other word has)
    Whoosh's first page is among our first ten, for nine questions of ten
    of Whoosh's first ten, eight are among our first ten, on the average
    the order of all pages found correlates: Spearman's coefficient is over 0.85 on the average, and over 0.95 for each
    question of one field, the text
"""

from __future__ import annotations

import io
import statistics

import pytest
from moin._tests import wikiconfig
from moin.app import destroy_app
from moin.constants.keys import LATEST_REVS
from moin.storage.middleware import indexing
from whoosh.lang.porter import stem

import cupboard.index
from benchmarks.pages import pages
from tests.index.conftest import make_app, request_of

PAGES = 200
FIELDS = ["names", "namengram", "tags", "summary", "summaryngram", "content", "contentngram", "comment"]
WhooshIndexing = indexing.IndexingMiddleware


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """(our middleware, Whoosh's, distinct words of each page), inside a request."""
    folder = tmp_path_factory.mktemp("ranking")
    cupboard.index.install()
    try:
        app = make_app(folder)
    finally:
        cupboard.index.uninstall()
    texts = []
    with request_of(app) as ours:
        for number, page in enumerate(pages(PAGES)):
            words = page.text.replace("\n", " ").split()
            # every tenth page is about a word that others only mention: it is in its name, or in its summary
            name = f"{page.name} {words[40]}" if number % 20 == 0 else page.name
            summary = " ".join(words[60:66]) if number % 20 == 10 else ""
            meta = {"name": [name], "namespace": "", "itemid": f"{number:032x}", "revid": f"{number:032x}",
                    "dataid": f"{number:032x}", "itemtype": "default", "contenttype": "text/x.moin.wiki;charset=utf-8",
                    "rev_number": 1, "mtime": 10**9 + number, "action": "SAVE", "tags": list(page.tags),
                    "summary": summary, "comment": ""}  # fmt: skip
            app.router.store(meta, io.BytesIO(page.text.encode()))
            texts.append(set(page.text.lower().replace(".", " ").split()))
        whoosh = WhooshIndexing(
            ("FileStorage", (str(folder / "whoosh"),), {}),
            ours.backend.backend,
            acl_rights_contents=wikiconfig.Config.acl_rights_contents,
        )
        whoosh.create()
        for storage in (ours, whoosh):
            storage.rebuild()
        whoosh.open()
        yield ours, whoosh, texts
        whoosh.close()
    destroy_app(app)


def questions(texts):
    """What people type: words from rare to common, two words, either of two, a word of a name, one field."""
    count = {}
    for words in texts:
        for word in words:
            if word.isalpha():
                count[word] = count.get(word, 0) + 1
    stems = {}
    for word in count:
        stems.setdefault(stem(word), []).append(word)
    alone = sorted((word for words in stems.values() if len(words) == 1 for word in words),
                   key=lambda word: (-count[word], word))  # fmt: skip
    common = [word for word in alone if PAGES // 4 < count[word] < PAGES // 2][:8]
    some = [word for word in alone if 15 < count[word] <= PAGES // 4][::12][:10]
    yield from common
    yield from some
    for one, two in zip(common, some, strict=False):
        yield f"{one} {two}"
        yield f"{one} OR {two}"
        yield f"content:{two}"


def test_the_same_pages_are_found_and_the_first_are_alike(both):
    ours, whoosh, texts = both
    firsts, shares, correlations = [], [], []
    for text in questions(texts):
        q = whoosh.query_parser(FIELDS).parse(text)
        theirs, mine = ([doc["revid"] for doc in storage.search_meta(q, idx_name=LATEST_REVS, limit=None)]
                        for storage in (whoosh, ours))  # fmt: skip
        assert set(mine) == set(theirs), text
        firsts.append(theirs[0] in mine[:10])
        shares.append(len(set(theirs[:10]) & set(mine[:10])) / min(10, len(theirs)))
        correlations.append(spearman(theirs, mine))
        if text.startswith("content:"):
            assert correlations[-1] > 0.95, text
    assert len(firsts) > 30
    assert statistics.mean(firsts) >= 0.9
    assert statistics.mean(shares) > 0.8
    assert statistics.mean(correlations) > 0.85


def spearman(one, two):
    """Spearman's rank correlation of two orders of the same things: 1 the same, 0 unrelated, -1 turned round."""
    place = {thing: i for i, thing in enumerate(two)}
    n = len(one)
    return 1 - 6 * sum((i - place[thing]) ** 2 for i, thing in enumerate(one)) / (n * (n * n - 1))
