"""From a save to the verdict on the terminal, as a person sees it: `tito watch` in a pty.

    .venv/bin/python benchmarks/watch_latency.py [ROUNDS]

Each round saves seven texts, one after another, half of them in place and half by rename, as
editors do, with a pause in between as a person makes it. The time runs from before the write until
the terminal has been sent the verdict of that text. `import numpy`, timed between the rounds, tells
how fast the machine is at the time.
"""

from __future__ import annotations

import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 10
PAUSE_S = 3.0
PATIENCE_S = 30.0
ROOT = Path(__file__).parent.parent
RIGHT = (ROOT / "tests" / "lessons" / "layers" / "files" / "right" / "page.py").read_text()
CALL = "return self.forward(x, *args, **kwargs)"
SUM = "output = output + self.bias"
PRODUCT = "output = x.matmul(self.weight)"
MARGIN, TARGET_MS, TARGET_95_MS = 0.95, 100, 200

#: For each text: how it differs from the right one, and what only its verdict says.
TEXTS = {
    "stub": (None, "Next to write: Layer.__call__"),
    "one exercise": ((CALL, "return x"), "First to fix: Layer.__call__"),
    "crash": ((PRODUCT, "output = x.matmul(self.weigth)"), "weigth"),
    "small mistake": ((SUM, "output = output - self.bias"), "bias-subtracted"),
    "syntax error": ((SUM, "output = output +"), "syntax error"),
    "two mistakes": ((SUM, "pass"), "bias-forgotten"),
    "right": (("", ""), "train digits"),
}


class Watched:
    """A learner's folder with `tito watch` at work in a terminal of 80 by 24."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tito.cli"]
        subprocess.run([*command, "start", "layers"], cwd=folder, check=True, capture_output=True)
        self.path = folder / "my-tinytorch" / "layers_dev.py"
        self.stub = self.path.read_text(encoding="utf-8")
        self.terminal, inside = os.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [*command, "watch"],
            cwd=folder,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=environment,
            start_new_session=True,
        )
        os.close(inside)

    def until(self, words: str) -> float:
        """The moment at which the terminal had been sent these words."""
        seen, give_up = b"", time.perf_counter() + PATIENCE_S
        while words.encode() not in seen:
            if time.perf_counter() > give_up:
                raise SystemExit(f"{words!r} did not come; the terminal was sent\n{seen.decode()}")
            if select.select([self.terminal], [], [], 0.5)[0]:
                seen += os.read(self.terminal, 1 << 16)
        return time.perf_counter()

    def pause(self, seconds: float) -> None:
        """Let a person think; what comes meanwhile is read."""
        give_up = time.perf_counter() + seconds
        while (left := give_up - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                os.read(self.terminal, 1 << 16)

    def save(self, text: str, by_rename: bool) -> float:
        """Save as an editor does; the moment before."""
        began = time.perf_counter()
        if by_rename:
            aside = self.path.with_suffix(".new")
            aside.write_text(text, encoding="utf-8")
            os.replace(aside, self.path)
        else:
            self.path.write_text(text, encoding="utf-8")
        return began

    def end(self) -> None:
        """Quit."""
        os.write(self.terminal, b"q")
        self.process.wait(timeout=10)
        os.close(self.terminal)


def text_of(name: str, stub: str) -> str:
    """The text to save; KeyError for a name that is not in the table."""
    change = TEXTS[name][0]
    if change is None:
        return stub
    text = RIGHT.replace(*change, 1)
    if name == "two mistakes":
        text = text.replace("params.extend(layer.parameters())", "pass", 1)
    return text


def numpy_ms() -> float:
    """How long a fresh process takes to import NumPy."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Save, wait, save; then the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    times: dict[str, list[float]] = {name: [] for name in TEXTS}
    units: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        watched = Watched(Path(folder))
        watched.until("q quit")
        watched.save(RIGHT, by_rename=True)
        watched.pause(2 * PAUSE_S)
        for turn in range(rounds):
            units.append(numpy_ms())
            for place, name in enumerate(TEXTS):
                by_rename = (turn + place) % 2 == 0
                began = watched.save(text_of(name, watched.stub), by_rename)
                times[name].append((watched.until(TEXTS[name][1]) - began) * 1000)
                watched.pause(PAUSE_S)
        watched.end()
    report(times, statistics.median(units))


def report(times: dict[str, list[float]], unit: float) -> None:
    """Median and 95th percentile of each text and of all, and how they stand to the unit."""
    print(f"import numpy, median: {unit:.0f} ms\n")
    print(f"{'saved':<16}{'median ms':>10}{'95% ms':>8}{'worst':>7}{'times import numpy':>20}")
    everything = [value for values in times.values() for value in values]
    for name, values in [*times.items(), ("all", everything)]:
        ordered = sorted(values)
        late = ordered[min(int(MARGIN * len(ordered)), len(ordered) - 1)]
        middle = statistics.median(ordered)
        row = f"{name:<16}{middle:>10.0f}{late:>8.0f}{ordered[-1]:>7.0f}{middle / unit:>20.2f}"
        print(row)
    print(f"\ntarget: median {TARGET_MS} ms, 95% {TARGET_95_MS} ms")


if __name__ == "__main__":
    main()
