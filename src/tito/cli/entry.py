"""The entry point ``tito``: whatever happens, one clear ending and the right exit code."""

from __future__ import annotations

import errno
import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line. The worker of a test starts first: it loads NumPy while we load."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed, as by ``>&-``
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    worker = None
    try:
        if "TITO_STAND_INS" in os.environ:  # a script under `tito run` started us
            from tito.engine.standin import step_aside

            step_aside()
        if sys.argv[1:2] == ["test"]:
            from tito.engine import start_worker

            worker = start_worker()
        sys.exit(_run(worker))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        sys.exit(INTERRUPTED)
    finally:
        if worker is not None:
            worker.end()


def _run(worker: object) -> int:
    import click

    from tito.cli.commands import tito
    from tito.learner import WorkspaceError
    from tito.say.terminal import allow_any_text, command

    allow_any_text((sys.stdout, sys.stderr))
    try:
        return tito.main(prog_name=command(), standalone_mode=False, obj=worker) or 0
    except click.Abort:
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except WorkspaceError as error:
        click.echo(str(error), err=True)
    except ImportError as error:
        if "numpy" in sys.modules and "numpy" not in str(error).lower():
            raise
        why = str(error).strip().partition("\n")[0]
        help_ = f"To see what is wrong: {command()} doctor"
        click.echo(f"NumPy cannot be used: {why}\n{help_}", err=True)
    except BrokenPipeError:  # as below `tito read --all | head`: nobody wants more of it
        _write_nowhere()
    except OSError as error:
        full = (errno.ENOSPC, getattr(errno, "EDQUOT", None), errno.EIO)
        if error.filename or error.errno not in full:
            raise
        _write_nowhere()
        sys.stderr.write(
            f"The answer cannot be written: {error.strerror}. Make room, then try again.\n"
        )
    return 1


def _write_nowhere() -> None:
    """Let what Python still wants to write as it ends go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
