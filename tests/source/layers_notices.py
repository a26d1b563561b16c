"""scripts/check-layers notices each include that it should, and no other."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tree import ROOT

# File, line to include, whether it goes up, or nowhere.
CASES = [
    ("base/a.c", '#include "base/b.h"', False),
    ("base/a.c", '#include "pyinspect.h"', False),
    ("base/a.c", "#include <target/b.h>", False),
    ("base/a.c", '#include "target/b.h"', True),
    ("layout/a.c", '#include "layout/tables/b.h"', False),
    ("layout/a.h", '#include "object/b.h"', True),
    ("runtime/a.c", '#include "modules/b.h"', False),
    ("runtime/a.c", '  #  include "stack/b.h"', True),
    ("snapshot/a.c", '#include "target/b.h"', False),
    ("snapshot/a.c", '#include "output/b.h"', True),
    ("output/a.c", '#include "base/b.h"', False),
    ("output/a.c", '#include "snapshot/b.h"', True),
    ("cli/a.c", '#include "pyinspect.h"', False),
    ("cli/a.c", '#include "base/b.h"', True),
    ("include/pyinspect.h", '#include "base/b.h"', True),
    ("base/a.c", '#include "b.h"', True),
    ("agent/a.c", '#include "agent/b.h"', False),
    ("agent/a.c", '#include "target/b.h"', True),
    ("agent/a.c", '#include "pyinspect.h"', True),
    ("cli/a.c", '#include "agent/b.h"', True),
    ("attic/a.c", '#include "base/b.h"', True),
]


def main():
    wrong = 0
    for file, line, up in CASES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, file)
            path.parent.mkdir()
            path.write_text(f"/* */\n{line}\n")
            result = subprocess.run([ROOT / "scripts" / "check-layers", folder], capture_output=True, text=True)
            place = str(path) in result.stderr
            if (result.returncode == 1) != up or place != up:
                print(f"{file}: {line}: exit code {result.returncode}, {result.stderr!r}")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
