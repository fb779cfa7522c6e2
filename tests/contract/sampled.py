"""schemathesis with one case of a kind where its coverage takes all: values of shared parameters, each member's faults.

Each operation's every parameter and content still gets each kind of value once, and each value comes once somewhere.
"""

from typing import Any

import schemathesis
import schemathesis.cli
from schemathesis.generation.meta import CoveragePhaseData

SEEN: set[tuple[object, ...]] = set()


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Whether this is the first of its kind in its operation, or the first of its very description in any."""
    told = case.meta.phase.data if case.meta else None
    if case.meta is None or not isinstance(told, CoveragePhaseData):
        return True
    kind = (case.meta.generation.mode, told.scenario, told.parameter_location, told.parameter)
    sorts = {("here", case.operation.label, *kind), ("anywhere", *kind, told.location, told.description)}
    new = sorts - SEEN
    SEEN.update(sorts)
    return bool(new)


if __name__ == "__main__":
    schemathesis.cli.schemathesis()
