#!/usr/bin/env python3
"""The main thread alone, at moments when a stack looks unusual."""

import sys

from harness.bed import Case, run

MOMENTS = {
    "signal_handler": (2, 7),
    "collection": (2, 7),
    "collection_by_itself": (3, 3),
    "at_exit": (2, 7),
    "shutdown": (2, 7),
    "exception_hook": (2, 7),
    "display_hook": (2, 7),
    "audit_hook": (3, 8),
    "monitoring": (3, 12),
    "monitoring_callback": (3, 12),
    "warmed_up": (2, 7),
}

CASES = [Case(name.replace("_", " "), "moments.py", (name,), since=since) for name, since in MOMENTS.items()]

sys.exit(run(CASES))
