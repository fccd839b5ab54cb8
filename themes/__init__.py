"""The theme: templates, style and script."""
