"""Builds the user guide, docs/ under mkdocs.yml, as a site into build/docs/site. Any warning is an error.

Prints the path of its first page.
"""

from __future__ import annotations

import sys

import builder
import interpreters


def main() -> int:
    """Build the site; 0 when nothing was complained of."""
    place = builder.ROOT / "build" / "docs"
    try:
        requirements = builder.project()["project"]["optional-dependencies"]["docs"]
        python = builder.make_venv(place / "venv", interpreters.default(), requirements)
        builder.call([python, "-m", "mkdocs", "build", "--quiet", "--strict", "--clean", "--site-dir", place / "site"])
    except (builder.BuildError, interpreters.UnusableError) as error:
        print(f"docs.py: {error}", file=sys.stderr)
        return 1
    print(place / "site" / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
