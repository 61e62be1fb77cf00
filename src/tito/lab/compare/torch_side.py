"""PyTorch's side, in a process of its own: it is told what to make, and answers until told no more.

PyTorch is imported here alone. Its first message says which PyTorch this is, or why there is none.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, BinaryIO

from tito.engine import seam


def main() -> None:
    """Take the streams, say what is there, and answer each question."""
    seam.stand_guard()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    hello = _hello()
    _say(answers, hello)
    if hello["is"] == "ready":
        _answer(answers)
    os._exit(0)


def _hello() -> seam.Message:
    try:
        torch: Any = importlib.import_module("torch")
        torch.nn.Linear(1, 1)(torch.zeros(1, 1))
        return {"is": "ready", "version": str(torch.__version__)}
    except ModuleNotFoundError as error:
        if error.name == "torch":
            return {"is": "missing"}
        return {"is": "broken", "text": f"{type(error).__name__}: {error}"[:500]}
    except BaseException as error:  # what an installation that is cut in half raises is anything
        return {"is": "broken", "text": f"{type(error).__name__}: {error}"[:500]}


def _answer(answers: BinaryIO) -> None:
    from tito.lab.apart.attempt import Refusal
    from tito.lab.compare import torch_numbers, torch_time

    work = {"calculate": torch_numbers.calculate, "time": torch_time.measure}
    while (question := seam.read(sys.stdin.buffer)) is not None:
        arguments = {name: value for name, value in question.items() if name != "do"}
        try:
            _say(answers, {"is": "done", "result": work[question["do"]](**arguments)})
        except Refusal as refusal:
            _say(answers, {"is": "failed", "text": str(refusal)})
        except Exception as error:
            said = f"PyTorch failed: {type(error).__name__}: {error}"
            _say(answers, {"is": "failed", "text": said[:500]})


def _say(answers: BinaryIO, message: seam.Message) -> None:
    answers.write(seam.encode(message))
    answers.flush()
