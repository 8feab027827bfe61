"""`python -m tests.faults [word …]`: run the parts whose path holds a word, or all; write the page.

Restartable: what has been run at this commit is not run again. `FAULTS_OUT` names another page.
"""

import os
import sys
import time
from pathlib import Path

from tests.faults import report

if __name__ == "__main__":
    at = report.commit()
    kept = report.ROOT / "var" / "faults" / f"{at}-{os.environ.get('FAULTS_COUNT', 'small')}"
    found = report.run_all(kept, sys.argv[1:], time.monotonic())
    page = Path(os.environ.get("FAULTS_OUT", report.DOC))
    page.write_text(report.text(found, report.size(), at))
    print(page)
    sys.exit(any(part.verdict == "FAILS" for part in found.values()))
