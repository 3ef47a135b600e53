"""What a file is, by its content; what its name may be; and pictures that claim too much."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.files import pictures
from conversations.files.kinds import Recognition
from conversations.files.limits import NAME_LIMIT
from conversations.files.names import safe_name
from conversations.files.refusals import (
    Damaged,
    FileRefused,
    Misnamed,
    NotUtf8,
    TooManyPoints,
    UnknownKind,
)
from tests.files.samples import HTML, KINDS, PDF, SVG, gif, heic, jpeg, png, webp

DRAWN = {"png": png, "jpeg": jpeg, "gif": gif, "webp": webp, "heic": heic}


def recognised(name: str, content: bytes, step: int = 7) -> str:
    seen = Recognition(name)
    for start in range(0, len(content), step):
        seen.feed(content[start : start + step])
    return seen.kind().media_type


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_known_by_its_content(name: str) -> None:
    content, media_type = KINDS[name]
    assert recognised(name, content) == media_type
    assert recognised(name, content, 10**6) == media_type


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("photo.png", HTML, "text"),
        ("photo.jpg", SVG, "text"),
        ("photo.png", PDF, "document"),
        ("paper.pdf", b"MZ just a text", "text"),
        ("paper.pdf", png(), "image"),
        ("notes.txt", png(), "image"),
        ("page.svg", gif(), "image"),
        ("song.mp3", jpeg(), "image"),
        ("film.mp4", b"no film", "text"),
        # Both at once: it is what its beginning says, and its name must say so too.
        ("page.html", b"GIF89a\x01\0\x01\0\0\0\0=<script>alert(1)</script>", "image"),
        ("page.html", PDF + HTML, "document"),
    ],
)
def test_a_name_that_says_something_else_is_told(name: str, content: bytes, found: str) -> None:
    with pytest.raises(Misnamed) as refused:
        recognised(name, content)
    assert refused.value.found == found


def test_a_picture_may_have_another_picture_s_ending() -> None:
    assert recognised("saved.jpg", webp()) == "image/webp"
    assert recognised("song.mp4", KINDS["a.m4a"][0]) == "audio/mp4"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 a zip",
        b"\x7fELF\x02\x01\x01\0\0",
        b"MZ\x90\0\x03\0\0\0",
        b"\0\0\0\x1cftypavif\0\0\0\0",
        b"\x1aE\xdf\xa3\xa3B\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\x82\x88matroska",
        b"a text\0with a NUL",
        b"\x1f\x8b\x08 a gzip",
    ],
)
def test_what_no_model_reads_is_refused(content: bytes) -> None:
    with pytest.raises(UnknownKind):
        recognised("some.bin", content)


@pytest.mark.parametrize(
    "content", ["größer".encode("latin-1"), "wide".encode("utf-16"), b"cut short \xe4\xb8"]
)
def test_texts_in_other_encodings_are_named(content: bytes) -> None:
    with pytest.raises(NotUtf8):
        recognised("a.txt", content)


@pytest.mark.parametrize("kind", DRAWN)
def test_a_picture_that_claims_too_much(kind: str) -> None:
    media_type = f"image/{kind}"
    pictures.check(media_type, io.BytesIO(DRAWN[kind](9_000, 9_000)))
    with pytest.raises(TooManyPoints):
        pictures.check(media_type, io.BytesIO(DRAWN[kind](16_000, 16_000)))
    with pytest.raises(Damaged):
        pictures.check(media_type, io.BytesIO(DRAWN[kind]()[:9]))
    if kind != "webp":  # which counts from one
        with pytest.raises(Damaged):
            pictures.check(media_type, io.BytesIO(DRAWN[kind](0, 5)))


@given(st.sampled_from(sorted(DRAWN)), st.binary(max_size=300), st.integers(0, 60))
def test_no_picture_breaks_the_reading(kind: str, noise: bytes, at: int) -> None:
    content = DRAWN[kind]()[:at] + noise
    try:
        pictures.check(f"image/{kind}", io.BytesIO(content))
        recognised("x", content)
    except FileRefused:
        return


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("a\0b.txt", "ab.txt"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("\u2066zero\u200bwidth\ufeff.md", "zerowidth.md"),
        ("line\r\nSet-Cookie: a=b", "lineSet-Cookie_ a=b"),
        ('"quoted" <b>.txt', "_quoted_ _b_.txt"),
        ("CON", "_CON"),
        ("lpt1.txt", "_lpt1.txt"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("", "file"),
        ("dir/", "file"),
        ("ends with dots . . .", "ends with dots"),
        ("  many   spaces.txt ", "many spaces.txt"),
        ("e\u0301t\u00e9 中文.txt", "été 中文.txt"),
    ],
)
def test_names_are_labels(given_name: str, safe: str) -> None:
    assert safe_name(given_name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 300 + ".pdf")
    assert len(name) == NAME_LIMIT
    assert name.endswith("x….pdf")
    assert len(safe_name("x" * 300 + "." + "y" * 300)) == NAME_LIMIT


@given(st.text(max_size=400))
def test_any_name_becomes_a_safe_one(given_name: str) -> None:
    name = safe_name(given_name)
    assert 0 < len(name) <= NAME_LIMIT + 1
    assert not set(name) & set('/\\\0\r\n<>:"|?*\u202e\u2066')
    assert name not in {".", ".."}
    assert safe_name(name) == name
