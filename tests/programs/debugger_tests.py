# SPDX-License-Identifier: LGPL-2.1-or-later
"""Run by debugger.py: CPython's own tests of bdb and pdb. Usage: debugger_tests.py RESULT [MODULE]...

Writes to the file RESULT, as JSON, the outcome of each test by its name, and where bdb came from. Each version of Python
runs it.
"""
import doctest
import json
import sys
import unittest


class Outcomes(unittest.TextTestResult):
    """What became of each test."""

    def __init__(self, *arguments, **keywords):
        super(Outcomes, self).__init__(*arguments, **keywords)
        self.outcomes = {}
        self.current = None

    def startTest(self, test):
        super(Outcomes, self).startTest(test)
        # Some run twice, with another backend.
        twin = sum(name.split(" ")[0] == test.id() for name in self.outcomes)
        self.current = "{0} ({1})".format(test.id(), twin + 1) if twin else test.id()

    def note(self, _test, outcome):
        if self.outcomes.get(self.current, "ok") == "ok":  # a subtest that failed is not overruled
            self.outcomes[self.current] = outcome

    def addSuccess(self, test):
        super(Outcomes, self).addSuccess(test)
        self.note(test, "ok")

    def addError(self, test, error):
        super(Outcomes, self).addError(test, error)
        self.note(test, "error")

    def addFailure(self, test, error):
        super(Outcomes, self).addFailure(test, error)
        self.note(test, "failure")

    def addSkip(self, test, reason):
        super(Outcomes, self).addSkip(test, reason)
        self.note(test, "skip")

    def addSubTest(self, test, subtest, error):
        super(Outcomes, self).addSubTest(test, subtest, error)
        if error:
            self.note(test, "failure")


def suite_of(name):
    """All tests of a module; the doctests too, which older ones add where they are run as a program."""
    module = __import__("test." + name, fromlist=["*"])
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    if not hasattr(module, "load_tests") and name == "test_pdb":
        suite.addTests(doctest.DocTestSuite(module))
    return suite


def main():
    import bdb

    result = unittest.TextTestRunner(resultclass=Outcomes, verbosity=2)
    suite = unittest.TestSuite([suite_of(name) for name in sys.argv[2:] or ["test_bdb", "test_pdb"]])
    outcomes = result.run(suite).outcomes
    with open(sys.argv[1], "w") as file:
        json.dump({"bdb": bdb.__name__, "file": bdb.__file__, "outcomes": outcomes}, file)


if __name__ == "__main__":
    main()
