"""The command group: which commands there are, how errors end, and a plan's name as the whole command.

Owns exit codes and the ``error:`` line; no command itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from territorymap import __version__
from territorymap.cli.alignments import alignment_group
from territorymap.cli.building import build
from territorymap.cli.changes import changes
from territorymap.cli.coverage import conflicts, deals, handover, roles
from territorymap.cli.edits import assign, override, redo, set_keys, undo
from territorymap.cli.extract import extract
from territorymap.cli.forecasts import forecast
from territorymap.cli.funnels import funnel
from territorymap.cli.ground import cut, join, relayer
from territorymap.cli.handover import export, formats
from territorymap.cli.imports import import_group
from territorymap.cli.markets import market, scorecard
from territorymap.cli.merging import merge
from territorymap.cli.metrics import metrics_group
from territorymap.cli.naming import choices_hint
from territorymap.cli.new import new
from territorymap.cli.output import printable
from territorymap.cli.partners import partner_group
from territorymap.cli.pays import pay
from territorymap.cli.quotas import quota
from territorymap.cli.rebalancing import rebalance
from territorymap.cli.regions import region_group
from territorymap.cli.registries import registries
from territorymap.cli.reports import balance, check, history, layers
from territorymap.cli.scenarios import scenario_group
from territorymap.cli.sizing import sizing
from territorymap.cli.suggesting import suggest
from territorymap.cli.teams import team_group
from territorymap.cli.territories import territory_group
from territorymap.cli.turnover import turnover
from territorymap.cli.wide_help import use_wide_help
from territorymap.cli.windows import open_window, run_self_test, screenshot
from territorymap.errors import Cancelled, UserError
from territorymap.i18n import LANGUAGE_VARIABLE, LANGUAGES, listed, tr

EXIT_ERROR = 2


class PlanGroup(click.Group):
    """Commands whose errors are one line and a hint; ``territorymap PLAN.gpkg`` opens the window."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a planner's work."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            if _names_a_file(args[0]):
                return "open", open_window, args
            raise UserError(
                tr("There is no command {name}.", name=repr(args[0])),
                choices_hint(args[0], sorted(self.list_commands(ctx))),
            )
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; known errors end with exit code 2, bugs rise with their traceback."""
        _write_any_letter()
        use_wide_help()
        try:
            super().main(args, prog_name, complete_var, False, windows_expand_args=windows_expand_args, **extra)
        except UserError as error:
            _fail(error.message, error.hint)
        except Cancelled:
            _fail(tr("Cancelled; nothing was changed."), "")
        except click.UsageError as error:
            _fail(error.format_message(), _usage_hint(error))
        except click.ClickException as error:
            _fail(error.format_message(), "")
        except (click.Abort, KeyboardInterrupt):
            _fail(tr("Stopped."), tr("A step that was under way was not saved; earlier ones were."))
        except BrokenPipeError:
            # The reader, such as head, has seen enough. Python would complain once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except click.exceptions.Exit as leave:
            sys.exit(leave.exit_code)
        sys.exit(0)


def _names_a_file(argument: str) -> bool:
    return argument.lower().endswith(".gpkg") or os.sep in argument or Path(argument).exists()


def _usage_hint(error: click.UsageError) -> str:
    command = error.ctx.command_path if error.ctx else "territorymap"
    return tr("{command} --help shows how it is used.", command=command)


def _fail(message: str, hint: str) -> NoReturn:
    click.echo(tr("error: {message}", message=printable(message)), err=True)
    if hint:
        click.echo(tr("hint: {hint}", hint=printable(hint)), err=True)
    sys.exit(EXIT_ERROR)


def _write_any_letter() -> None:
    """Let no name stop the program on a terminal that lacks its letters."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


@click.group(
    cls=PlanGroup,
    invoke_without_command=True,
    no_args_is_help=False,
    help=tr(
        "Draw, reassign and balance sales territories, offline.\n\n"
        "Without a command the window opens; 'territorymap PLAN.gpkg' opens it with a plan."
    ),
)
@click.option(
    "--language",
    metavar="NAME",
    expose_value=False,
    help=tr(
        "Language of all words and numbers: en, zh_CN or system; before the command. "
        "The variable TERRITORYMAP_LANGUAGE says the same."
    ),
)
@click.option("--self-test", "is_self_test", is_flag=True, hidden=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
@click.help_option("--help", "-h")
@click.pass_context
def territorymap(ctx: click.Context, is_self_test: bool, out: Path | None) -> None:
    """Draw, reassign and balance sales territories, offline.

    ``--self-test [--out FOLDER]`` stands in no help: it is for whoever has installed the program (docs/self_test.md).
    """
    if is_self_test:
        run_self_test(out)
    if ctx.invoked_subcommand is None:
        ctx.invoke(open_window, plan=None)


def refuse_language(wish: str) -> NoReturn:
    """End because nobody translated the program into a language."""
    _write_any_letter()
    names = listed(f"{key} ({name})" for key, name in LANGUAGES.items())
    _fail(
        tr("There is no language {name}.", name=repr(wish)),
        tr("There are: {names}. {variable} in the environment says it, or the option --language.", names=names,
           variable=LANGUAGE_VARIABLE),
    )  # fmt: skip


def _add_commands(group: click.Group, commands: MutableMapping[str, click.Command]) -> None:
    for name, command in commands.items():
        group.add_command(command, name)


_add_commands(
    territorymap,
    {
        "new": new,
        "layers": layers,
        "import": import_group,
        "set": set_keys,
        "assign": assign,
        "cut": cut,
        "join": join,
        "relayer": relayer,
        "override": override,
        "build": build,
        "rebalance": rebalance,
        "suggest": suggest,
        "conflicts": conflicts,
        "handover": handover,
        "deals": deals,
        "roles": roles,
        "territory": territory_group,
        "balance": balance,
        "sizing": sizing,
        "quota": quota,
        "forecast": forecast,
        "pay": pay,
        "funnel": funnel,
        "market": market,
        "scorecard": scorecard,
        "metrics": metrics_group,
        "turnover": turnover,
        "scenario": scenario_group,
        "alignment": alignment_group,
        "team": team_group,
        "region": region_group,
        "partner": partner_group,
        "undo": undo,
        "redo": redo,
        "history": history,
        "changes": changes,
        "export": export,
        "formats": formats,
        "extract": extract,
        "merge": merge,
        "check": check,
        "screenshot": screenshot,
        "registries": registries,
    },
)
