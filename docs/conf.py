"""How the documentation is built: ``make docs``."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "The Sustainable Procurement Cupboard"
author = "the people who write the Cupboard"
release = metadata.version("sustainable-procurement-cupboard")
extensions = ["reference"]
exclude_patterns = ["images/*"]
# What is not marked as a language is shown as it is.
highlight_language = "none"
smartquotes = False
html_theme = "alabaster"
html_theme_options = {"page_width": "1080px", "sidebar_width": "250px", "fixed_sidebar": True, "show_powered_by": False}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_title = project
html_copy_source = False
html_show_copyright = False
