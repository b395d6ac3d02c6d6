"""The options that ``scan`` and ``watch`` share, and what becomes of them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dpa_checker.cli.terminal import REPORT_LANGUAGES, UsageError, default_report_language, supported_languages
from dpa_checker.errors import UnsupportedLanguage

if TYPE_CHECKING:
    from dpa_checker.batch.config import Option
    from dpa_checker.batch.engine import Engine, Settings
    from dpa_checker.batch.grouping import Grouping
    from dpa_checker.batch.summary import FailRule

DEFAULT_OUTPUT: Final = "dpa-checker-results"
FORMATS: Final = ("html", "xlsx", "jsonl", "csv", "parquet", "sarif", "junit")
DEFAULT_FORMATS: Final = "html,xlsx,jsonl,csv"
ENGINES: Final = ("pool", "dask")

#: Options that a configuration file cannot hold.
_NOT_CONFIGURED: Final = frozenset({"help", "config", "debug"})


class Collect(argparse.Action):
    """Collects the values of an option given several times; the first takes the place of the default."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Add a value."""
        mark = f"_{self.dest}_given"
        before = getattr(namespace, self.dest) if getattr(namespace, mark, False) else []
        setattr(namespace, self.dest, [*before, values])
        setattr(namespace, mark, True)


def add_result_options(parser: argparse.ArgumentParser) -> None:
    """Add where results go and how they look."""
    parser.add_argument("--config", metavar="FILE", help="options in TOML (default: dpa-checker.toml, where it is)")
    parser.add_argument("--output", metavar="FOLDER", default=DEFAULT_OUTPUT, help="where results go (%(default)s)")
    parser.add_argument(
        "--format", metavar="LIST", default=DEFAULT_FORMATS, help=f"of {', '.join(FORMATS)} (default: %(default)s)"
    )
    parser.add_argument(
        "--report-language", choices=REPORT_LANGUAGES, help="language of the results (default: by the locale)"
    )
    parser.add_argument(
        "--wait", metavar="SECONDS", type=float, default=0.0, help="wait for another scan of the same folder of results"
    )


def add_choice_options(parser: argparse.ArgumentParser) -> None:
    """Add which files are taken, and who checks them."""
    parser.add_argument("--include", metavar="PATTERN", action=Collect, default=[], help="take only such names")
    parser.add_argument("--exclude", metavar="PATTERN", action=Collect, default=[], help="leave out such names")
    parser.add_argument(
        "--recursive", action=argparse.BooleanOptionalAction, default=True, help="the folders within as well (default)"
    )
    parser.add_argument("--language", metavar="xx", help="language of all contracts (default: found by itself)")
    parser.add_argument("--workers", metavar="N", type=int, help="processes (default: as cores and memory allow)")
    parser.add_argument("--engine", choices=ENGINES, default="pool", help="who checks: this machine, or a Dask cluster")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of the cluster, as tcp://host:8786 (default: one here)")


def read_formats(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the formats asked for; raises ``UsageError``, or ``MissingExtra`` for one that lacks its library."""
    from dpa_checker.batch.export import require_libraries

    chosen = tuple(dict.fromkeys(name.strip() for name in options.format.split(",") if name.strip()))
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown or not chosen:
        raise UsageError(f"--format {options.format}: choose of {', '.join(FORMATS)}.")
    require_libraries(chosen)
    return chosen


def read_rule(options: argparse.Namespace) -> FailRule | None:
    """Return the rule of ``--fail-on``; raises ``UsageError``."""
    from dpa_checker.batch.summary import FailRule

    try:
        return FailRule.parse(options.fail_on) if options.fail_on else None
    except ValueError as error:
        raise UsageError(str(error)) from error


def read_grouping(options: argparse.Namespace) -> Grouping | None:
    """Return the rule of ``--sets``; raises ``UsageError``."""
    from dpa_checker.batch.grouping import Grouping

    try:
        return Grouping.parse(options.sets) if options.sets else None
    except ValueError as error:
        raise UsageError(str(error)) from error


def report_language(options: argparse.Namespace) -> str:
    """Return the language of the results."""
    return options.report_language or default_report_language(os.environ)


def build_settings(options: argparse.Namespace) -> Settings:
    """Return the settings of the checks; raises ``UnsupportedLanguage``."""
    from dpa_checker.batch.engine import Settings

    known = supported_languages()
    if options.language is not None and options.language not in known:
        raise UnsupportedLanguage(f"no lexicon for the language {options.language!r}; supported: {', '.join(known)}")
    return Settings(options.language, options.limits)


def make_engine(options: argparse.Namespace, folder: Path) -> Engine:
    """Return the engine asked for; raises ``UsageError``."""
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"--workers {options.workers}: at least 1.")
    scratch = folder / ".work"
    if options.engine == "dask":
        from dpa_checker.batch.dask_engine import DaskEngine

        return DaskEngine(options.scheduler, workers=options.workers, scratch=scratch)
    if options.scheduler:
        raise UsageError("--scheduler needs --engine dask.")
    from dpa_checker.batch.pool import PoolEngine

    return PoolEngine(options.workers, scratch=scratch)


def apply_config(
    parser: argparse.ArgumentParser, options: argparse.Namespace, argv: Sequence[str] | None
) -> argparse.Namespace:
    """Return the options with what the configuration says where the command line says nothing.

    Raises ``UsageError`` for a configuration that cannot be used.
    """
    from dpa_checker.batch.config import ConfigError, find_config

    command: argparse.ArgumentParser = options.command_parser
    try:
        config = find_config(options.config)
        values = config.read_section(options.command, describe_options(command))
    except ConfigError as error:
        raise UsageError(str(error)) from error
    command.set_defaults(**values, limits=config.limits)
    return parser.parse_args(argv)


def describe_options(parser: argparse.ArgumentParser) -> dict[str, Option]:
    """Return what a section of the configuration may hold: the options of the command, by their long names."""
    return {action.dest: _describe(action) for action in parser._actions if action.dest not in _NOT_CONFIGURED}


def _describe(action: argparse.Action) -> Option:
    from dpa_checker.batch.config import Option

    if action.nargs == 0:
        return Option("switch")
    if isinstance(action, Collect) or action.nargs in ("*", "+"):
        return Option("texts")
    if action.metavar == "LIST":
        return Option("list")
    kind = "whole" if action.type is int else "number" if action.type is float else "text"
    return Option(kind, tuple(action.choices or ()))
