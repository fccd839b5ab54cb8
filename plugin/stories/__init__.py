"""The change story: its kind of page, its timeline, and its way through the levels of the Flexible Framework."""
