"""Laws that hold for any input, of the small grammars and readers that have no test file of their own for them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import periods
from pipeline.engines import damage, glyphs, streams
from pipeline.params import ParamsError, parse_params
from pipeline.sentences import sentence_around
from pipeline.steps import read_answer
from pipeline.store import names

ANY = settings(derandomize=True, max_examples=150, deadline=None)
PDF_PIECES = st.sampled_from(
    [
        *(b"%PDF-1.7\n", b"1 0 obj", b" obj", b"<<", b">>", b"stream\n", b"endstream", b"endobj", b"/Length 5"),
        *(b"/Length 2147483648", b"/Filter /FlateDecode", b"/Filter [/ASCII85Decode /FlateDecode]", b"\0" * 1100),
        *(
            b"BT /F1 9 Tf (",
            b") Tj ET",
            b"~>",
            b"x\x9c",
            b"startxref\n9",
            b"%%EOF",
            b"/Type /Page",
            b"xref\n0 9",
            b"\\",
        ),
    ]
)
MAP_PIECES = st.sampled_from(
    [
        b"1 beginbfrange",
        b"endbfrange",
        b"beginbfchar",
        b"endbfchar",
        b"<00>",
        b"<FFFFFFFF>",
        b"<D800>",
        b"[",
        b"]",
        b"<1>",
    ]
)
DATE_PIECES = st.sampled_from(
    [
        "January",
        "2021",
        "31",
        "to",
        "–",
        "Q3",
        "FY",
        "/",
        "first",
        "half",
        "fiscal year ended",
        "\u202e",
        "9" * 30,
        "st",
    ]
)


@ANY
@given(st.lists(st.one_of(PDF_PIECES, st.binary(max_size=9)), max_size=30).map(b" ".join))
def test_any_bytes_are_judged(data: bytes) -> None:
    assert streams.is_damaged(data) in (True, False)
    sign = damage.sign_of_loss(data, 1)
    assert sign is None or sign
    assert damage.declares_too_much(data) in (True, False)


@ANY
@given(st.lists(st.one_of(MAP_PIECES, st.binary(max_size=5)), max_size=30).map(b" ".join))
def test_any_map_of_a_font_is_read(data: bytes) -> None:
    assert set(glyphs._map(data)) <= set(range(256)) or b"bfchar" in data


@ANY
@given(st.one_of(st.text(max_size=60), st.lists(DATE_PIECES, max_size=8).map(" ".join)))
def test_any_text_is_a_period_or_none(text: str) -> None:
    found = periods.parse_period(text)
    assert found is None or found[0] <= found[1]
    assert periods.fiscal_month([text]) in (None, *range(1, 13))


@ANY
@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_a_sentence_holds_what_it_is_around(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    assert text[start:end].strip() in sentence_around(text, start, end)


@ANY
@given(st.binary(max_size=200))
def test_parameters_are_read_or_refused(data: bytes) -> None:
    try:
        parse_params(data)
    except ParamsError as error:
        assert str(error)


@ANY
@given(st.lists(st.sampled_from([b"\n", b"\0", b"x"]), max_size=5).map(b"".join))
def test_half_an_answer_is_none(end: bytes) -> None:
    line = b'{"type":"PageRead","page_count":2,"page_number":1,"page":{}}\n'
    assert read_answer(line + end.replace(b"\n", b"")).broke_on() == 2


@ANY
@given(st.text(max_size=40))
def test_a_shown_name_has_nothing_that_is_not_seen(name: str) -> None:
    shown = names.shown(name)
    assert names.shown(names.on_disk(shown)) == shown
    assert all(character.isprintable() or character.isspace() or ord(character) > 0x2FF for character in shown)
