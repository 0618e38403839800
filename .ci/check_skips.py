"""Print the skips in pytest's JUnit reports and fail on any that `.ci/allowed_skips.txt` does not list.

    python .ci/check_skips.py REPORT.xml...

An expected failure (xfail) counts as a skip: it, too, is a test that did not pass.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def allowed_patterns():
    lines = [line.strip() for line in ALLOWED.read_text(encoding="utf-8").splitlines()]
    return [re.compile(line) for line in lines if line and not line.startswith("#")]


def outcome(case):
    """The outcome of one test and, for a skip, "module::test: reason"."""
    for word in ("failure", "error"):
        if case.find(word) is not None:
            return word, None
    skipped = case.find("skipped")
    if skipped is None:
        return "passed", None
    name = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
    return "skipped", f"{name}: {skipped.get('message')}"


def main(reports):
    missing = [report for report in reports if not Path(report).is_file()]
    if missing:
        sys.exit(f"pytest left no report at {', '.join(missing)}.")
    outcomes = [outcome(case) for report in reports for case in ElementTree.parse(report).iter("testcase")]
    patterns = allowed_patterns()
    unlisted = 0
    for skip in [what for _, what in outcomes if what]:
        allowed = any(pattern.search(skip) for pattern in patterns)
        unlisted += not allowed
        print(f"skipped ({'allowed' if allowed else f'not listed in {ALLOWED.parent.name}/{ALLOWED.name}'}): {skip}")
    counts = Counter(word for word, _ in outcomes)
    print(
        f"All tests: {counts['passed']} passed, {counts['failure']} failed, {counts['error']} errors, "
        f"{counts['skipped']} skipped ({unlisted} of them not allowed)"
    )
    return 1 if unlisted or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
