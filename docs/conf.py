"""The documentation site: ``make docs`` builds it from these pages and the docstrings.

Nothing in it is fetched from elsewhere, when it is built or when it is read.
"""

project = "ogi-toolkit"
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = "ogi-toolkit"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
myst_heading_anchors = 3
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's sections say what is taken and returned
numpydoc_show_class_members = False
