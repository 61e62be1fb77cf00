"""`tito train mnist`: from a folder or a server, in words where it cannot be, and what is kept."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.idx_files import mnist_files, mnist_folder
from tests.server import serving
from tinytorch import load
from tinytorch.data import download
from tito.cli.train import train_network
from tito.lab.networks import Network
from tito.lab.train.recipe import MNIST

SMALL = replace(MNIST, network=Network((784, 32, 10), 0.1), epochs=3, batch_size=16)


@pytest.fixture
def folder(tmp_path):
    return mnist_folder(tmp_path / "four files", 300, 60)


def said_of(capsys):
    said = capsys.readouterr()
    assert said.err == ""
    assert "Traceback" not in said.out
    return said.out


def test_the_files_of_a_folder_are_learned(folder, tmp_path, capsys, monkeypatch):
    """Lost otherwise: the promise that what one built learns something real."""
    monkeypatch.chdir(tmp_path)
    options = {"folder": Path("four files"), "save": Path("my weights")}
    assert train_network([], SMALL, output=Path("mnist.png"), **options) == 0
    said = said_of(capsys)
    assert "Weights: my weights\n" in said
    assert "tito show weights --weights 'my weights'\n" in said
    shapes = {name: array.shape for name, array in load("my weights").items()}
    assert shapes["0.weight"] == (784, 32)
    assert len(shapes) == 4
    assert "Network   Linear(784, 32), ReLU, Dropout(0.1), Linear(32, 10)\n" in said
    assert "MNIST     300 images of 28x28 to train on, 60 held out (its test images)\n" in said
    assert "Adam, learning rate 0.001, batches of 16, 3 epochs, seed 0\n" in said
    right = int(said.partition("Held out: ")[2].split()[0])
    assert f"Held out: {right} of 60 right ({right / 60:.1%})" in said
    assert right > 30
    assert (tmp_path / "mnist.png").read_bytes().startswith(b"\x89PNG")


def test_it_is_fetched_once_and_then_trained(tmp_path, capsys, monkeypatch):
    """Lost otherwise: what one types first, `tito train mnist`, downloads and does not train."""
    files = mnist_files(100, 20)
    published = {
        name: download.Published(len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    }
    monkeypatch.setattr(download, "FILES", published)
    monkeypatch.setenv("TINYTORCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(files) as server:
        monkeypatch.setenv("TINYTORCH_MNIST_URL", server.url)
        assert train_network([], replace(SMALL, epochs=1), output=tmp_path / "m.png") == 0
        assert train_network([], replace(SMALL, epochs=1), output=tmp_path / "m.png") == 0
        assert server.asked == list(files)
    assert said_of(capsys).count("Fetching MNIST") == 1


def test_offline_it_says_what_can_be_done(tmp_path, capsys, monkeypatch):
    """Lost otherwise: a traceback of a library for downloads, 80 lines long."""
    monkeypatch.setenv("TINYTORCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TINYTORCH_MNIST_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert train_network([], SMALL, output=tmp_path / "m.png") == 1
    said = " ".join(said_of(capsys).split())
    assert "MNIST could not be downloaded." in said
    assert "127.0.0.1:9/train-images-idx3-ubyte.gz: no connection." in said
    assert "name it with --data" in said
    assert "The digits need no files: tito train digits" in said
    assert os.listdir(tmp_path) == ["cache"]


def test_a_damaged_file_is_named_before_training(folder, tmp_path, capsys):
    """Lost otherwise: minutes of training on half of the images."""
    file = folder / "train-images-idx3-ubyte.gz"
    file.write_bytes(file.read_bytes()[:1000])
    assert train_network([], SMALL, output=tmp_path / "m.png", folder=folder) == 1
    said = said_of(capsys)
    assert "train-images-idx3-ubyte.gz is cut off" in " ".join(said.split())
    assert "Held out" not in said
