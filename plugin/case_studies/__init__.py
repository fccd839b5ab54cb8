"""The case study: its kind of page, how it is shown and described, and what it wants from who looks after it."""
