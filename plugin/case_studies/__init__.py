"""The case study: how it is shown and described, and what it wants from who looks after it."""
