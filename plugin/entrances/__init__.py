"""The ways into the Cupboard: the home page, an entrance for each of its four audiences, and what each sees first.

    first       what of a case study an audience sees first
    views       where they say so
    counts      the values of a filter with how many case studies have each, for the macro Counts
    numbers     figures of case studies, for the macro Numbers
"""
