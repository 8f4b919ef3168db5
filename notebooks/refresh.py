"""Run every notebook here with its own parameters and store the outputs, normalised.

``python notebooks/refresh.py``, after a change that is meant to show in them.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from toolkit.publish.brief import normalised

HERE = Path(__file__).parent


def refresh(notebook: Path) -> None:
    """Run a notebook in its own folder, as JupyterLab does, and store what it shows."""
    content = nbformat.read(notebook, as_version=4)
    NotebookClient(content, resources={"metadata": {"path": notebook.parent}}).execute()
    notebook.write_text(normalised(content), encoding="utf-8")


if __name__ == "__main__":
    for path in sorted(HERE.glob("*.ipynb")):
        refresh(path)
        print(path.relative_to(HERE.parent))
