"""Messages between judge and worker."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tito.engine import seam as frames

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values))
def test_a_message_arrives_as_it_was_sent(content):
    """Or a verdict would be about something else than what was seen."""
    message = {**content, "is": "saw"}
    stream = io.BytesIO(frames.encode(message) * 2)
    assert frames.read(stream) == message
    assert frames.read(stream) == message
    assert frames.read(stream) is None


@given(st.binary(min_size=1, max_size=64))
def test_junk_is_never_a_message(junk):
    """A learner's code that writes into the channel must cost it the check."""
    try:
        message = frames.read(io.BytesIO(junk))
    except frames.CorruptFrame:
        return
    assert frames.encode(message)[4:] == junk[4 : len(frames.encode(message))]


@pytest.mark.parametrize(
    "raw", [b"\x00", b"\xff\xff\xff\xff", b"\0\0\0\5{}", b"\0\0\0\2{}", b"\0\0\0\4null"]
)
def test_a_bad_frame_is_refused(raw):
    """A cut, huge or foreign frame must not be taken for a result."""
    with pytest.raises(frames.CorruptFrame):
        frames.read(io.BytesIO(raw))
