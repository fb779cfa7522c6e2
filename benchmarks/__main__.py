"""`make bench`: maps and statistics from our server, from other servers, and the same SQL by pgbench, as ratios."""

import argparse
from pathlib import Path

from benchmarks import counting, exporting, features, ground, latency, programme, tiles, time_spent, tools
from benchmarks.measure import Effort, table

PARTS = ("features", "tiles", "latency", "statistics", "exports", "profile")


def main() -> None:
    """Measure, and print Markdown."""
    options = _options()
    tools.ensure_tools()
    effort = Effort(options.rounds, options.seconds)
    wanted = options.part or PARTS
    with ground.prepared(options.cluster) as place:
        rounds = f"{effort.rounds} of {effort.seconds} s, interleaved; {ground.BOXES} boxes in turn"
        facts = {**ground.machine(place), "rounds": rounds}
        print(table(("what", "value"), [list(fact) for fact in facts.items()]), flush=True)
        for part in wanted:
            if part == "features":
                features.measured(place, effort)
            elif part == "tiles":
                tiles.measured(place, effort)
            elif part == "latency":
                latency.measured(place, effort)
            elif part == "statistics":
                counting.measured(place, effort, options.proposals)
            elif part == "exports":
                exporting.measured(place, effort)
            else:
                time_spent.measured(place)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", choices=PARTS, help="only these, in this order; none: all of them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement in a round")
    parser.add_argument("--proposals", type=int, default=programme.PROPOSALS_MADE, help="that statistics are made of")
    parser.add_argument("--cluster", type=Path, help="make the data here and keep them for the next time")
    return parser.parse_args()


if __name__ == "__main__":
    main()
