"""Content types, one file each: how its pages are shown, and what of them is searched."""
