"""`python -m tests.curl`: the few options of curl that the README's story uses, for machines that have no curl."""

import argparse
import sys
from pathlib import Path

import httpx


def main() -> None:
    """Ask, and write down what was answered."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-sS", action="store_true")
    parser.add_argument("-X", default="GET")
    parser.add_argument("-D", type=Path)
    parser.add_argument("-o", type=Path)
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    asked = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in asked.H)
    answer = httpx.request(asked.X, asked.url, headers=headers, content=asked.d and asked.d.encode(), timeout=60)
    if asked.D:
        lines = [f"HTTP/1.1 {answer.status_code}", *(f"{name}: {value}" for name, value in answer.headers.items())]
        asked.D.write_text("\r\n".join([*lines, "", ""]), encoding="utf-8")
    if asked.o:
        asked.o.write_bytes(answer.content)
    else:
        sys.stdout.buffer.write(answer.content)


if __name__ == "__main__":
    main()
