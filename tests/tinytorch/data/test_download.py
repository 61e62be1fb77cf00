"""MNIST from a server: whole or not at all, once, and a sentence where it cannot be had."""

import hashlib
import os
import subprocess
import sys

import pytest

from tests.idx_files import mnist_files
from tests.server import serving
from tinytorch.data import DataError, download, fetch_mnist, mnist
from tinytorch.data.download import Published

pytest.importorskip("pooch")
FILES = mnist_files(20, 10)
PUBLISHED = {
    name: Published(len(content), hashlib.sha256(content).hexdigest())
    for name, content in FILES.items()
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, small files in the place of the real ones, and no proxy in between."""
    monkeypatch.setenv("TINYTORCH_CACHE", str(tmp_path / "a cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("TINYTORCH_MNIST_URL", raising=False)
    monkeypatch.setattr(download, "FILES", PUBLISHED)
    monkeypatch.setattr(download, "PATIENCE_S", 0.3)
    return tmp_path / "a cache" / "mnist"


@pytest.fixture
def mirrors(monkeypatch):
    """Says which servers are the mirrors."""
    return lambda *urls: monkeypatch.setattr(download, "MIRRORS", [f"{url}/" for url in urls])


def test_the_files_are_fetched_once(cache, mirrors, capfd):
    """Lost otherwise: 12 MB at each start, or other files than those that were published."""
    told = []
    with serving(FILES) as server:
        mirrors(server.url)
        assert fetch_mnist(lambda *news: told.append(news)) == cache
        assert server.asked == list(FILES)
        assert mnist().train_images.shape == (20, 784)
        assert server.asked == list(FILES)
    assert {name: (cache / name).read_bytes() for name in os.listdir(cache)} == FILES
    assert fetch_mnist() == cache  # the server is gone
    name, size = "train-images-idx3-ubyte.gz", PUBLISHED["train-images-idx3-ubyte.gz"].size
    counts = [come for file, come, _ in told if file == name]
    assert counts == sorted(counts)
    assert counts[-1] == size
    assert capfd.readouterr() == ("", "")


def test_an_address_of_ones_own_is_asked_alone(mirrors, monkeypatch):
    """Lost otherwise: a school without the outside network cannot name its own server."""
    mirrors("http://127.0.0.1:9")
    with serving(FILES) as server:
        monkeypatch.setenv("TINYTORCH_MNIST_URL", server.url)
        assert mnist().held_out_labels.shape == (10,)


@pytest.mark.parametrize("behaviour", ["gives", "redirects"])
def test_the_second_mirror_helps_out(cache, mirrors, behaviour):
    """Lost otherwise: one server that is down keeps everybody from training."""
    with serving(FILES, "is broken") as broken, serving(FILES, behaviour) as server:
        mirrors(broken.url, server.url)
        fetch_mnist()
        assert len(broken.asked) == 1  # it is not asked for each file again
    assert sorted(os.listdir(cache)) == sorted(FILES)


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("gives a page", "what came is not the file"),
        ("unpacks", "what came is not the file"),
        ("never ends", "what came is not the file"),
        ("knows nothing", "the server answered 404 Not Found"),
        ("is broken", "the server answered 503 Service Unavailable"),
        ("breaks off", "the connection broke off"),
        ("circles", "the server sends one round in circles"),
        ("says nothing", "no answer within 0.3 s"),
    ],
)
def test_what_does_not_come_whole_is_not_kept(cache, mirrors, behaviour, said):
    """Lost otherwise: half a file, or a log-in page, is taken for MNIST from then on."""
    with serving(FILES, behaviour) as server:
        mirrors(server.url)
        with pytest.raises(DataError) as caught:
            fetch_mnist()
        assert f"{server.url}/train-images-idx3-ubyte.gz: {said}" in str(caught.value)
        assert f"put them into {cache}: train-images-idx3-ubyte.gz, " in str(caught.value)
        assert os.listdir(cache) == []


def test_offline_it_says_what_was_tried(cache, mirrors, monkeypatch):
    """Lost otherwise: a person on a train does not know what to do."""
    mirrors("http://127.0.0.1:9", "http://127.0.0.1:1")
    with pytest.raises(DataError) as caught:
        mnist()
    assert "127.0.0.1:9/train-images-idx3-ubyte.gz: no connection.\n" in str(caught.value)
    assert "127.0.0.1:1/train-images-idx3-ubyte.gz: no connection.\n" in str(caught.value)
    monkeypatch.setenv("TINYTORCH_MNIST_URL", "my server")
    with pytest.raises(DataError, match="not an address that could be asked"):
        mnist()


def test_a_damaged_file_in_the_cache_is_fetched_again(cache, mirrors):
    """Lost otherwise: what a full disk left behind fails for ever."""
    with serving(FILES) as server:
        mirrors(server.url)
        fetch_mnist()
        (cache / "t10k-labels-idx1-ubyte.gz").write_bytes(b"half")
        mnist()
        assert server.asked == [*FILES, "t10k-labels-idx1-ubyte.gz"]


def test_a_cache_that_cannot_be_written_is_said(tmp_path, mirrors, monkeypatch, cache):
    """Lost otherwise: a traceback where a folder is read-only, full or in the way."""
    with serving(FILES) as server:
        mirrors(server.url)
        (tmp_path / "a file").write_text("")
        monkeypatch.setenv("TINYTORCH_CACHE", str(tmp_path / "a file"))
        with pytest.raises(DataError, match=r"cannot be written: .*TINYTORCH_CACHE"):
            fetch_mnist()
        monkeypatch.setenv("TINYTORCH_CACHE", str(cache.parent))
        (cache / "train-images-idx3-ubyte.gz").mkdir(parents=True)
        with pytest.raises(DataError, match="should be a file, but is not"):
            fetch_mnist()


def test_without_pooch_it_says_what_to_install(monkeypatch):
    """Lost otherwise: a ModuleNotFoundError for a name that a beginner never heard."""
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(DataError, match=r"pip install 'tinytorch-lessons\[learn\]'"):
        mnist()


def test_several_at_once_get_whole_files(cache, mirrors):
    """Lost otherwise: two terminals, or a class in one home folder, spoil each other's files."""
    script = (
        "import sys\n"
        "from tinytorch.data import download, mnist\n"
        f"download.FILES = {{n: download.Published(*p) for n, p in {plain(PUBLISHED)!r}.items()}}\n"
        "print(mnist().train_images.shape)"
    )
    with serving(FILES) as server:
        run = [sys.executable, "-c", script]
        environment = {**os.environ, "TINYTORCH_MNIST_URL": server.url}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        several = [subprocess.Popen(run, env=environment, **pipes) for _ in range(3)]
        assert [each.communicate()[0] for each in several] == ["(20, 784)\n"] * 3
    assert {name: (cache / name).read_bytes() for name in os.listdir(cache)} == FILES


def plain(published):
    return {name: tuple(known) for name, known in published.items()}
