"""ASCII base 85 is read as the standard library reads it."""

import base64
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines.streams import from_base_85


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 20))
def test_what_was_packed_comes_back(data: bytes, width: int) -> None:
    assert from_base_85(base64.a85encode(data, wrapcol=width)) == data


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([bytes([code]) for code in b"!#5Aasu \n\v\t"] + [b"z", b"y", b"~", b"\xff"])).map(b"".join)
)
def test_any_bytes_are_read_or_refused_as_by_the_library(data: bytes) -> None:
    expected = found = None
    with suppress(ValueError):
        expected = base64.a85decode(data)
    with suppress(ValueError):
        found = from_base_85(data)
    assert found == expected
