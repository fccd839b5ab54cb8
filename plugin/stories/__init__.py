"""The change story: its timeline, and its way through the levels of the Flexible Framework."""
