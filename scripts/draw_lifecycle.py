"""Write docs/lifecycle.md from the table of moves: the drawing that people read is what the program obeys."""

import sys
from collections.abc import Sequence
from pathlib import Path

from smartcity_api.history.lifecycle import ANY, MOVES, PROCEDURES, STATUSES, Move

PAGE = Path(__file__).parents[1] / "docs" / "lifecycle.md"

HEAD = """# What moves proposals and cities

Written by `make lifecycle` from `smartcity_api.history.lifecycle`; a test compares it. The same table is in the
database, where a trigger judges every event by it. A stage never moves by hand: it moves by an act, or by a decision of
a published resolution of a body that is entitled to it on that day. The register's own history before a procedure's
`strict_from` may skip what no source documents.
"""


def drawn(moves: Sequence[Move]) -> str:
    """A Mermaid state diagram; the same way under several procedures is one arrow."""
    arrows: dict[tuple[str, str], dict[str, None]] = {}
    for move in moves:
        origins = STATUSES[:-1] if move.from_ == ANY else (move.from_ or "[*]",)
        label = f"{move.by or 'any body'} {move.action}".replace("_", " ") + (
            f" ({move.procedure})" if move.procedure else ""
        )
        for origin in origins:
            arrows.setdefault((origin, move.to), {})[label] = None
    lines = [f"    {origin} --> {to}: {', '.join(labels)}" for (origin, to), labels in arrows.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def listed(moves: Sequence[Move]) -> str:
    """The table, line by line."""
    head = ["| from | by | what | to | procedure | only |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_row(move) for move in moves)])


def _row(move: Move) -> str:
    zone = {True: "after the zone", False: "before the zone", None: ""}[move.after_zone]
    only = "the register's own history" if move.register_only else zone
    origin = {None: "(beginning)", ANY: "any but revoked"}.get(move.from_, move.from_)
    cells = (
        origin,
        move.by or "any recorded body",
        f"{move.kind}: {move.action}",
        move.to,
        move.procedure or "every",
        only,
    )
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, subject in (("Proposals", "proposals"), ("Certified cities", "certified-cities")):
        moves = [move for move in MOVES if move.subject == subject]
        dated = [move for move in moves if move.from_ == ANY]
        parts += [f"## {title}", drawn([move for move in moves if move not in dated]), listed(moves)]
    rows = [f"| {one.code} | {one.in_force_from} | {one.strict_from} | {one.basis} |" for one in PROCEDURES]
    parts += [
        "## Procedures",
        "\n".join(["| code | in force from | strict from | basis |", "|---|---|---|---|", *rows]),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0
            if PAGE.read_text(encoding="utf-8") == page()
            else "docs/lifecycle.md is not what `make lifecycle` writes."
        )
    PAGE.write_text(page(), encoding="utf-8")
