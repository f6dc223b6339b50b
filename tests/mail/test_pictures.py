"""The pictures of mails in the documentation."""

import zlib
from pathlib import Path

import pytest
from pictures import MARKS, SIGNATURE, chunk, chunks_of, compressed

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted((ROOT / "docs/images").glob("mail-*.png"))
HEADER = chunk(b"IHDR", b"\0\0\0\x08\0\0\0\x01\x08\0\0\0\0")  # one line of eight grey pixels
END = chunk(b"IEND", b"")


def pixels(png: bytes) -> bytes:
    return zlib.decompress(b"".join(data for kind, data in chunks_of(png) if kind == b"IDAT"))


def test_a_picture_keeps_its_pixels_and_loses_a_mark_in_its_bytes() -> None:
    line = b"\0" + b"X" * 8
    marked = SIGNATURE + HEADER + chunk(b"IDAT", zlib.compress(line, 0)) + END
    assert MARKS.search(marked)
    clean = compressed(marked)
    assert not MARKS.search(clean)
    assert clean.startswith(SIGNATURE + HEADER) and clean.endswith(END)
    assert pixels(clean) == line


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_no_search_for_open_work_takes_a_picture_for_text(picture: Path) -> None:
    content = picture.read_bytes()
    assert not MARKS.search(content)
    assert len(content) < 120_000
    assert compressed(content) == content


def test_there_are_pictures_of_mails() -> None:
    wanted = {"mail-alert", "mail-alert-dark", "mail-resolved", "mail-text"}
    assert {picture.stem for picture in PICTURES} == wanted
