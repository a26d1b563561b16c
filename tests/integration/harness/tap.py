"""The Test Anything Protocol."""


class Report:
    """Numbers and prints results; `finish` prints the plan."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, name):
        self._line("ok", name)

    def skip(self, name, reason):
        self._line("ok", f"{name} # SKIP {_one_line(reason)}")

    def not_ok(self, name, details):
        self.failed += 1
        self._line("not ok", name)
        for line in details:
            print(f"#   {_one_line(line)}", flush=True)

    def finish(self):
        """Print the plan; the result is the program's exit code."""
        print(f"1..{self.count}" if self.count else "1..0 # SKIP no test applies here", flush=True)
        return 1 if self.failed else 0

    def _line(self, verdict, name):
        self.count += 1
        print(f"{verdict} {self.count} - {name}", flush=True)


def _one_line(text):
    return str(text).encode("ascii", "backslashreplace").decode().replace("\n", "\\n").replace("\x1b", "\\x1b")
