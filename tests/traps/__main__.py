"""`python -m tests.traps`: run the whole trap set and say how the rule book differs from the law."""

import sys
import time
from collections import Counter

from backend.office.rules import Outcome
from tests.traps.generator import every_case
from tests.traps.world import Case, find_fault


def main() -> int:
    """Run everything; 1 where anything differs."""
    begin, counts = time.perf_counter(), Counter[str]()
    faults: list[str] = []
    for case in every_case():
        counts["cases"] += 1
        counts[f"law says {case.outcome.name}"] += 1
        fault = find_fault(case)
        if fault:
            faults.append(fault)
            counts[_kind(case, fault)] += 1
    for fault in faults[:200]:
        print(fault)
    took = time.perf_counter() - begin
    print(f"{counts['cases']} cases in {took:.1f} s, {len(faults)} differ")
    for name, count in sorted(counts.items()):
        print(f"  {name}: {count}")
    return 1 if faults else 0


def _kind(case: Case, fault: str) -> str:
    if f"book {Outcome.APPROVED.name}" in fault and case.outcome is not Outcome.APPROVED:
        return "WRONG APPROVAL"
    refused = (Outcome.REFUSED.name, Outcome.NOT_ACCEPTED.name)
    if any(f"book {name}" in fault for name in refused) and case.outcome.name not in refused:
        return "NEEDLESS REFUSAL"
    return "other difference"


if __name__ == "__main__":
    sys.exit(main())
