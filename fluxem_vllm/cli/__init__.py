"""The `fluxem-vllm` command.

Exit codes: 0 good, 1 the work failed, 2 wrong usage, 130 interrupted.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from fluxem_encoders.errors import FluxEMError
from fluxem_vllm.cli import asking, models, values


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="fluxem-vllm",
        description="Exact values and tool chains for vLLM.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (asking, values, models):
        module.add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; wrong usage ends with SystemExit(2)."""
    parser = build_parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and not getattr(arguments, "takes_rest", False):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    arguments.rest = rest
    if modules := getattr(arguments, "tools_module", None):
        if getattr(arguments, "base_url", None):
            parser.error("--tools-module is for a server started here, not for one at --base-url")
        _add_tools_of(modules, parser)
    try:
        code: int = arguments.handler(arguments)
        sys.stdout.flush()
        return code
    except FluxEMError as error:
        print(f"fluxem-vllm {arguments.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader has seen enough, `| head` say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 0
    except (OSError, UnicodeError) as error:  # a file that cannot be read or written
        print(f"fluxem-vllm {arguments.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _add_tools_of(modules: Sequence[str], parser: argparse.ArgumentParser) -> None:
    """Import the modules, and name them to this process's readers of settings and to its children.

    Imported here so that a wrong name is wrong usage, and is said before a server starts.
    """
    from fluxem_toolbox.others import ToolModuleError, load_tools
    from fluxem_vllm.serving.settings import TOOL_MODULES

    try:
        load_tools(modules)
    except ToolModuleError as error:
        parser.error(str(error))
    named = os.environ.get(TOOL_MODULES, "")
    os.environ[TOOL_MODULES] = ",".join(filter(None, (named, *modules)))
