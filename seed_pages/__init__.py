"""The pages that a new wiki starts with."""
