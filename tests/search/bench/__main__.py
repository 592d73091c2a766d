"""Measures the search, ours beside other engines; exits 1 when it falls short."""

import argparse
import inspect
import sys

from . import pages, quality, speed

MEASURES = {"quality": quality, "speed": speed, "pages": pages}


def main() -> int:
    """Measure what the command line asks for; the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="|".join(MEASURES))
    for name, module in MEASURES.items():
        promise = inspect.getdoc(module) or ""
        command = commands.add_parser(name, description=promise, help=promise.partition("\n")[0])
        module.add_options(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args()
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
