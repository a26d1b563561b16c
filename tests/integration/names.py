#!/usr/bin/env python3
"""Names of functions, files and threads that are no names."""

import sys

from harness.bed import Case, run

CASES = [
    Case("functions and files", "names.py"),
    Case("threads", "threadnames.py", core=True),
]

sys.exit(run(CASES))
