"""The legal statuses with rules for each of who may assert what, for tests of those rules."""

from cupboard.legal.statuses import Statuses
from cupboard.vocabulary import Vocabulary

PAGE = """\
kind: vocabulary
title: Legal status
terms:
- {id: not_stated, label: Not stated, group: unreviewed, may_assert: anyone}
- {id: officer_view, label: "Officer's view, not legally reviewed", short: Officer's view, group: unreviewed,
   life_months: '24', may_assert: member, needs: "regime, date"}
- {id: legal_team, label: Cleared by the body's legal team, short: Legal team, group: supported, life_months: '24',
   may_assert: member, needs: "evidence or adviser, date", privileged: 'true', word: Legal team advised,
   sentence: "Cleared by the legal team of {organisation}"}
- {id: governance, label: Decided with statutory officers consulted, short: Formal decision, group: supported,
   life_months: '24', may_assert: member, needs: evidence}
- {id: external_advice, label: External solicitor's or counsel's advice, short: External advice, group: supported,
   life_months: '24', may_assert: "member, sourced", needs: "adviser, date, scope or link", privileged: 'true',
   sentence: "{adviser} advised {organisation}"}
- {id: central_body, label: Backed by a central or devolved authority, short: Official backing, group: supported,
   life_months: '24', may_assert: sourced, needs: link, sentence: "Backed by {adviser}"}
- {id: let_unchallenged, label: "Contract let, challenge period passed", short: Unchallenged, group: unreviewed,
   may_assert: sourced, needs: "link, date", closed_period: 'true'}
- {id: tested_upheld, label: Tested and upheld, short: Upheld, group: supported, may_assert: editor,
   needs: "evidence, note"}
- {id: under_challenge, label: Under challenge, group: contested, life_months: '6', may_assert: anyone,
   needs: "evidence or note"}
- {id: not_lawful, label: "Found unlawful, set aside or withdrawn on legal grounds", short: Not lawful,
   group: contested, may_assert: editor, needs: evidence, unlawful: 'true'}
"""
STATUSES = Statuses.of(Vocabulary.load(PAGE))
