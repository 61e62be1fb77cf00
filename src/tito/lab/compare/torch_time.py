"""How long PyTorch takes: forward, and a step of training."""

from __future__ import annotations

from typing import Any

from tito.lab.compare.parts import Plain
from tito.lab.compare.recipe import LEARNING_RATES
from tito.lab.compare.stopwatch import rest, seconds_a_run
from tito.lab.compare.torch_network import load, network
from tito.lab.profile.others import Others


def measure(
    parts: list[Plain],
    shape: list[int],
    batches: list[int],
    loss: str,
    optimizer: str,
    threads: int,
    budget_s: float,
) -> dict[str, list[float]]:
    """Seconds a run, a number for each batch; under "others" the share of other programs.

    The weights are such as ours begin with.
    """
    torch = load()
    torch.set_num_threads(threads)
    model = network(parts)
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer]
    changes = kind(model.parameters(), lr=LEARNING_RATES[optimizer])
    classes = loss == "cross-entropy"
    loss_of = torch.nn.CrossEntropyLoss() if classes else torch.nn.MSELoss()
    taken: dict[str, list[float]] = {"forward": [], "step": []}
    others = Others()
    for batch in batches:
        x = torch.randn(batch, *shape)
        model.eval()
        with torch.no_grad():
            taken["forward"].append(seconds_a_run(lambda x=x: model(x), budget_s))
            output = model(x)
        target = torch.randint(output.shape[-1], (batch,)) if classes else torch.randn_like(output)
        model.train()

        def step(x: Any = x, target: Any = target) -> None:
            changes.zero_grad()
            loss_of(model(x), target).backward()
            changes.step()

        taken["step"].append(seconds_a_run(step, budget_s))
    taken["others"] = [others.share() or 0.0]
    rest()
    return taken
