"""Files that are as large as they say, on a machine that has not the memory for them."""

import subprocess
import sys

import pytest

CODE = """
import json, resource, sys
from pathlib import Path
from tinytorch.files.tensors import DamagedFile, read_tensors

size, path = 2**29, Path(sys.argv[1])
entry = {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}
header = json.dumps({"a": entry}).encode()
with open(path, "wb") as file:
    file.write(len(header).to_bytes(8, "little") + header)
    file.truncate(8 + len(header) + size)
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
most = used + size * 3 // 2
resource.setrlimit(resource.RLIMIT_AS, (most, most))
try:
    read_tensors(path)
except DamagedFile as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux holds a process to its memory")
def test_room_for_the_file_but_not_for_its_arrays(tmp_path):
    """Otherwise the library panics, with a page of its own frames, where a sentence was due."""
    pytest.importorskip("safetensors")
    command = [sys.executable, "-c", CODE, str(tmp_path / "large")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    assert "more numbers than there is memory for" in run.stdout
