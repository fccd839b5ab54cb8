"""The case study: how it is shown and described, and what it wants from who looks after it.

    view        what a reader sees of it: words in place of ids, links in place of names
    contact     its contact point: which one is a person, and when a person may stand on the page  (knows no wiki)
    describing  what its page says of itself to other sites, and to who cites or shares it
    upkeep      what it wants from those who look after it, worked out on the day of reading
    confirming  saying that it is still true
"""
