"""After any changes of the hierarchy, jobs and reverts: every id leads to a term, no page loses one, counts are
right.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cupboard import definitions, pages
from cupboard.catalogue.carrying import carried
from cupboard.document import Document, dump
from cupboard.in_force import CHECKED, checksum
from cupboard.nomenclature import guard as definition_guard
from cupboard.nomenclature import jobs, shown, term_form
from cupboard.terms.changes import Refused
from cupboard.terms.wishes import Wish
from cupboard.vocabulary import Vocabulary
from tests.terms.test_changes import PAGE

NAME = definitions.CONTENTS
_NUMBER = st.integers(0, 10**6)
_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "move", "move", "merge", "merge", "retire", "restore", "split", "revert", "job",
    "tag"]),
              _NUMBER, _NUMBER),
    min_size=3, max_size=9,
)  # fmt: skip


def store(storage, text):
    return pages.store(NAME, text.encode(), contenttype=definitions.CONTENT_TYPE, itemtype=definitions.ITEM_TYPE,
                       storage=storage, meta={CHECKED: checksum(text)})


def tag(storage, number, ids):
    document = Document.new({"title": f"Case {number}", "categories": list(dict.fromkeys(ids))}, {})
    pages.store(f"CaseStudies/case-{number}", dump(document), contenttype="text/x-case-study;charset=utf-8",
                itemtype="case-study", storage=storage)


def ids_of(storage, number):
    return pages.read(f"CaseStudies/case-{number}", storage=storage).document.fields.get("categories", [])


def terms_of(storage, contents, number):
    return {contents.get(id).id for id in ids_of(storage, number)}


def recount(storage, contents, cases):
    counts = {}
    for number in range(cases):
        above = {term.id for id in ids_of(storage, number) for term in contents.get(id).path}
        for id in above:
            counts[id] = counts.get(id, 0) + 1
    return counts


def step(storage, texts, kind, one, other):
    """One step of any kind; what the rules refuse changes nothing."""
    text = definitions.text_in_force(NAME)
    ids = [term.id for term in Vocabulary.load(text).walk()]
    id, second = ids[one % len(ids)], ids[other % len(ids)]
    if kind == "revert":
        old = texts[one % len(texts)]
        if not definition_guard.problems(NAME, old):
            store(storage, old)
    elif kind == "job":
        given_up = sorted(carried("categories"))
        if given_up and (wanted := jobs.successor_ids(given_up[one % len(given_up)])):
            jobs.run(jobs.begin(wanted, everybodys=True).id, storage=storage)
    elif kind == "tag":
        tag(storage, one % 4, [id, second])
    else:
        number = f"{one % 1000}-{other % 1000}"
        values = {
            "label": number,
            "above": "" if other % 5 == 0 else second,
            "into": second,
            "parts": f"p{number}\nq{number}",
        }
        try:
            term_form.save(NAME, Wish(kind, id, values), storage=storage)
        except Refused:
            pass
    definitions.forget()
    texts.append(definitions.text_in_force(NAME))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=_STEPS)
def test_ids_resolve_no_page_loses_a_term_and_counts_equal_a_recount(storage, steps):
    for number in range(4):
        tag(storage, number, [])
    store(storage, PAGE)
    definitions.forget()
    contents = definitions.current().contents
    ids = [term.id for term in contents.walk()]
    for number in range(4):
        tag(storage, number, [ids[number], ids[-1 - number]])
    texts, seen = [PAGE], set(ids)
    for kind, one, other in steps:
        before = definitions.current().contents
        terms = [terms_of(storage, before, number) for number in range(4)]
        step(storage, texts, kind, one, other)
        after = definitions.current().contents
        assert definitions.standing(NAME).rejected == ()
        for number in range(4) if kind != "tag" else ():
            kept = terms_of(storage, after, number)
            assert len(kept) > 0 or not terms[number]
            if kind not in ("revert", "restore"):  # which take merged terms apart again
                # each term is there still, perhaps as the one that it went into
                assert all(after.get(id) is None or after.get(id).id in kept for id in terms[number]), (
                    kind,
                    terms,
                    kept,
                )
        if kind == "revert":
            seen = {id for id in seen if after.get(id)}
        seen |= {term.id for term in after.walk()}
        assert all(after.get(id) for id in seen | carried("categories"))
        counted = {id: count for id, count in shown.counts(NAME).items() if count}
        assert counted == recount(storage, after, 4), kind
