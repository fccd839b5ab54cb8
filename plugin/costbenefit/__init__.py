"""Cost and benefit: what an approach cost, what it saved, for whom, and whether that was worth it.

All sums are in real terms (the prices of one year), in ``decimal``, with year 0 undiscounted and the years after it
discounted by a dated schedule of HM Treasury's Green Book. Nothing here knows the wiki.

    amounts      "£1.7m" as a number, and numbers as people write them
    rates        Cupboard/DiscountRates: schedules, deflators, carbon values
    rows         the block of a case study: its rows and its plan, read and checked
    appraisal    net present value, ratio, payback, cost per tonne, whole-life cost; low, central, high
    sensitivity  break-even of a row; the table of what would change the answer
    answer       the answer in one sentence
    page         the names of a case study's front matter that belong to it
"""
