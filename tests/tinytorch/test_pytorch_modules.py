"""nn, optim and utils.data as PyTorch's users use them: groups, schedules, batches, layers."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tinytorch
from tinytorch import SGD, Adam, Layer, Linear, ReLU, Sequential, Tensor, manual_seed, nn, optim
from tinytorch.training import fit
from tinytorch.utils.data import DataLoader, Dataset, TensorDataset

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def test_they_are_the_same_classes():
    """A layer of one's own that is a Layer has to be a Module, and the other way round."""
    assert nn.Module is Layer
    for name in ("Linear", "Dropout", "Sequential", "ReLU", "MSELoss", "CrossEntropyLoss"):
        assert getattr(nn, name) is getattr(tinytorch, name)
    assert nn.BCELoss is tinytorch.BinaryCrossEntropyLoss
    assert optim.SGD is SGD
    for module in (nn, nn.functional, nn.utils, optim, optim.lr_scheduler, tinytorch.utils.data):
        for name in module.__all__:
            assert getattr(module, name) is not None
            assert name in dir(module)


@pytest.mark.parametrize("module", [tinytorch, nn, nn.functional, nn.utils, optim])
def test_a_typo_stays_a_typo(module):
    """Python's own "Did you mean" comes with the error."""
    with pytest.raises(AttributeError, match="no attribute 'Liner'") as caught:
        _ = module.Liner
    assert (caught.value.name, caught.value.obj) == ("Liner", module)


class TestRepr:
    def test_what_is_inside_is_shown_as_in_pytorch(self):
        """A network that prints as "Net()" says nothing."""

        class Net(Layer):
            def __init__(self):
                self.body = Sequential(Linear(3, 2), ReLU())
                self.heads = [Linear(2, 1), Linear(2, 1)]

        assert repr(Net()).splitlines() == [
            "Net(",
            "  (body): Sequential(",
            "    (0): Linear(in_features=3, out_features=2, bias=True)",
            "    (1): ReLU()",
            "  )",
            "  (heads.0): Linear(in_features=2, out_features=1, bias=True)",
            "  (heads.1): Linear(in_features=2, out_features=1, bias=True)",
            ")",
        ]

    def test_layers_that_know_each_other(self):
        """A child that knows its parent must not print for ever."""

        class Node(Layer):
            pass

        parent, child = Node(), Node()
        parent.child, child.parent = child, parent
        assert "..." in repr(parent)
        assert [name for name, _ in parent.named_modules()] == ["", "child"]
        parent.apply(lambda layer: None)


class TestGroups:
    def groups(self):
        a, b = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
        return a, b, SGD([{"params": [a], "lr": 0.5}, {"params": b}], lr=0.1, momentum=0.9)

    def test_each_has_its_rate(self):
        """A pretrained body learns slowly, a new head fast."""
        a, b, optimizer = self.groups()
        (a * 2 + b * 2).backward()
        optimizer.step()
        np.testing.assert_allclose([a.item(), b.item()], [0.0, 0.8], atol=1e-6)
        optimizer.zero_grad(set_to_none=False)
        assert (a.grad.item(), b.grad.item()) == (0, 0)
        optimizer.zero_grad()
        assert (a.grad, b.grad) == (None, None)

    def test_state_goes_out_and_in(self):
        """A training that is resumed has the same velocities, or says what does not fit."""
        a, b, optimizer = self.groups()
        (a + b).backward()
        optimizer.step()
        state = optimizer.state_dict()
        _, _, other = self.groups()
        other.load_state_dict(state)
        assert {k: v.tolist() for k, v in other.state_dict().items()} == {
            k: v.tolist() for k, v in state.items()
        }
        before = other.state_dict()
        for wrong in ({**state, "1/lr": -1.0}, {**state, "2/lr": 0.1}, {"0/lr": 0.1}, None):
            with pytest.raises((TypeError, ValueError)):
                other.load_state_dict(wrong)
        assert other.state_dict().keys() == before.keys()
        assert other.param_groups[1]["lr"] == 0.1

    def test_a_step_that_fails_in_one_group_changes_none(self):
        """Half a step is no step."""
        a, b, optimizer = self.groups()
        (a + b).backward()
        optimizer.param_groups[1]["lr"] = -1.0
        with pytest.raises(ValueError, match="lr of at least 0"):
            optimizer.step()
        assert (a.item(), b.item()) == (1.0, 1.0)

    def test_what_is_no_group(self):
        """The sentence says how to write one."""
        a = Tensor([1.0], requires_grad=True)
        for groups in ([{"lr": 0.1}], [{"params": [a]}, {"params": [a]}], [{"params": []}]):
            with pytest.raises(ValueError, match="expects"):
                SGD(groups)
        with pytest.raises(TypeError, match="dampening"):
            SGD([a], dampening=0.1)
        with pytest.raises(TypeError, match="momentum"):
            SGD([a]).param_groups[0]["initial_lr"] = 1.0

    def test_fit_takes_them(self):
        """The library's own loop trains with groups, too."""
        model = Sequential(Linear(2, 3), ReLU(), Linear(3, 2))
        optimizer = Adam([{"params": model[0].parameters()}, {"params": model[2].parameters()}])
        assert len(fit(model, np.eye(2), [0, 1], optimizer, epochs=2).losses) == 2
        with pytest.raises(TypeError, match="a number lr"):
            fit(
                model, np.eye(2), [0, 1], optimizer, epochs=1, schedule=tinytorch.training.StepLR(1)
            )

    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
    def test_copies(self, copied):
        """An optimizer is copied with its model."""
        _, _, optimizer = self.groups()
        assert copied(optimizer).param_groups[0]["lr"] == 0.5
        assert copied(SGD([Tensor([1.0], requires_grad=True)], lr=0.3)).lr == 0.3


def test_parameters_are_a_list_and_next_goes_through_it():
    """PyTorch's is an iterator, the lesson's a list: what is typed for either works."""
    parameters = Sequential(Linear(3, 2)).parameters()
    assert isinstance(parameters, list)
    assert [next(parameters).shape, next(parameters).shape] == [(3, 2), (2,)]
    with pytest.raises(StopIteration):
        next(parameters)
    assert len(parameters) == 2


def test_the_norm_that_clipping_gives(torch):
    """It is logged, and compared with runs in PyTorch."""
    ours, theirs = Tensor([3.0, 4.0], requires_grad=True), torch.tensor([3.0, 4.0]).requires_grad_()
    for w in (ours, theirs):
        (w * w).sum().backward()
    for most in (1.0, 100.0):
        norm = nn.utils.clip_grad_norm_([ours], most)
        expected = torch.nn.utils.clip_grad_norm_([theirs], most)
        assert norm.item() == pytest.approx(expected.item())
        np.testing.assert_allclose(ours.grad.data, theirs.grad.numpy(), rtol=1e-6)
    assert nn.utils.clip_grad_norm_(Tensor([1.0], requires_grad=True), 1.0).item() == 0
    with pytest.raises(ValueError, match="norm_type"):
        nn.utils.clip_grad_norm_([ours], 1.0, norm_type=1)


class TestData:
    def data(self, count=5):
        return TensorDataset(tinytorch.randn(count, 2), tinytorch.arange(count))

    def test_every_example_once(self):
        """An example that is left out is never learned."""
        data = self.data()
        orders = []
        for _ in range(2):
            manual_seed(0)
            found = [labels.tolist() for _, labels in DataLoader(data, batch_size=2, shuffle=True)]
            assert [len(each) for each in found] == [2, 2, 1]
            orders.append([label for each in found for label in each])
        assert orders[0] == orders[1]
        assert sorted(orders[0]) == [0, 1, 2, 3, 4]
        assert len(DataLoader(data, batch_size=2)) == 3
        dropped = DataLoader(self.data(), 2, drop_last=True)
        assert len(dropped) == len(list(dropped)) == 2

    def test_a_dataset_of_ones_own(self):
        """Images come from files, one by one."""

        class Own(Dataset):
            def __len__(self):
                return 3

            def __getitem__(self, place):
                return np.full(2, place, np.float64), place, 0.5

        (x, y, z), _ = DataLoader(Own(), batch_size=2)
        assert (x.dtype, y.dtype, z.dtype) == (np.float64, np.int64, np.float32)
        assert (x.shape, y.tolist()) == ((2, 2), [0, 1])

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: DataLoader(5), "a dataset with a length"),
            (lambda: DataLoader([1], batch_size=0), "at least 1"),
            (lambda: DataLoader([1], num_workers=2), "got num_workers"),
            (lambda: list(DataLoader(["a"])), "Return a tuple"),
            (lambda: list(DataLoader([{"x": 1}])), "Return a tuple"),
            (lambda: TensorDataset([1.0]), "expects tensors"),
            (lambda: TensorDataset(Tensor([1.0]), Tensor([1.0, 2.0])), "one entry for each"),
            (lambda: TensorDataset(), "one entry for each"),
        ],
    )
    def test_what_is_no_data(self, call, words):
        """The sentence says what to give."""
        with pytest.raises((TypeError, ValueError), match=words):
            call()


def test_sizes_count_and_are_called():
    """The number stays a number, in sums, in JSON and in formats."""
    import json

    size = Tensor(np.zeros((2, 3))).size
    assert (size, size + 1, f"{size:,}", json.dumps(size), size()) == (6, 7, "6", "6", (2, 3))
    assert pickle.loads(pickle.dumps(size)) == 6


def checked(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.slow
def test_a_users_program_is_right_for_a_strict_type_checker(tmp_path):
    """Red lines under right code teach people to ignore red lines."""
    pytest.importorskip("pyright")
    settings = tmp_path / "pyrightconfig.json"
    program = (ROOT / "tests" / "typed_program.py").as_posix()
    settings.write_text(
        f'{{"include": ["{program}"], "typeCheckingMode": "strict",'
        f' "extraPaths": ["{(ROOT / "src").as_posix()}"]}}'
    )
    done = checked(
        sys.executable, "-m", "pyright", "-p", str(settings), "--pythonpath", sys.executable
    )
    assert done.returncode == 0, done.stdout


def test_the_program_runs():
    """What type checkers accept has to work, too."""
    done = checked(sys.executable, "-W", "error", str(ROOT / "tests" / "typed_program.py"))
    assert done.returncode == 0, done.stderr
