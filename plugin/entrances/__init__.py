"""The ways into the Cupboard: the home page, an entrance for each of its four audiences, and what each sees first.

    audiences   who they are, and what they need first
    choosing    which of them a reader said to be: by the address, or by a cookie that is set when a button is pressed
    first       what of a case study an audience sees first
    views       where they say so
    counts      the values of a filter with how many case studies have each, for the macro Counts
    numbers     figures of case studies, for the macro Numbers
"""
