"""IDX files as a test wants them: of any array, and the four of MNIST, small."""

import gzip

import numpy as np

from tinytorch.data import digits

KINDS = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def idx_bytes(array):
    """An array as an IDX file holds it."""
    array = np.asarray(array)
    lengths = np.array(array.shape, ">u4").tobytes()
    head = bytes([0, 0, KINDS[array.dtype.str[1:]], array.ndim])
    return head + lengths + array.astype(array.dtype.newbyteorder(">")).tobytes()


def mnist_files(train=300, test=60):
    """The names and packed contents of MNIST's four files, with our own digits as 28x28 images."""
    data = digits()
    files = {}
    for part, images, labels, count in (
        ("train", data.train_images, data.train_labels, train),
        ("t10k", data.held_out_images, data.held_out_labels, test),
    ):
        large = np.zeros((count, 28, 28), np.uint8)
        small = (images[:count].reshape(-1, 8, 8) * 255).astype(np.uint8)
        large[:, 2:26, 2:26] = small.repeat(3, axis=1).repeat(3, axis=2)
        files[f"{part}-images-idx3-ubyte.gz"] = pack(idx_bytes(large))
        files[f"{part}-labels-idx1-ubyte.gz"] = pack(idx_bytes(labels[:count].astype(np.uint8)))
    return files


def mnist_folder(folder, train=300, test=60):
    """A folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in mnist_files(train, test).items():
        (folder / name).write_bytes(content)
    return folder


def pack(content):
    """Packed with gzip, the same bytes each time."""
    return gzip.compress(content, mtime=0)
