"""Files of every kind, as small as they come, and some that are not what they say."""

import struct
import zlib


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture, whole up to a few million points; a larger one is a header that claims so."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(width) for value in (x % 256, 120, y % 256))
        for y in range(height if width * height < 4_000_000 else 0)
    )
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def jpeg(width: int = 8, height: int = 8) -> bytes:
    """A header with a thumbnail in its way, and no more."""
    exif = b"\xff\xe1" + struct.pack(">H", 40) + b"Exif\0\0" + b"\xff\xd8\xff\xc0" + b"\0" * 28
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + exif + frame + b"\xff\xda\0\x08\1\1\0\0\x3f\0\xff\xd9"


def gif(width: int = 8, height: int = 8) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0\x3b"


def webp(width: int = 8, height: int = 8) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic(width: int = 8, height: int = 8) -> bytes:
    size = struct.pack(">I4sIII", 20, b"ispe", 0, width, height)
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + struct.pack(">I", 28) + b"meta" + size


def wav(seconds: float = 0.1) -> bytes:
    data = b"\x80" * int(8000 * seconds)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def boxes(brand: bytes) -> bytes:
    return b"\0\0\0\x14ftyp" + brand + b"\0\0\0\0isom" + b"\0\0\0\x08mdat"


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>fetch('/accounts/')</script>"

KINDS: dict[str, tuple[bytes, str]] = {
    "a.png": (png(), "image/png"),
    "a.jpg": (jpeg(), "image/jpeg"),
    "a.gif": (gif(), "image/gif"),
    "a.webp": (webp(), "image/webp"),
    "a.heic": (heic(), "image/heic"),
    "a.pdf": (PDF, "application/pdf"),
    "a.txt": ("plain, and 中文".encode(), "text/plain"),
    "a.md": (b"# A title\n", "text/markdown"),
    "a.csv": (b"a,b\n1,2\n", "text/csv"),
    "a.json": (b'{"a": 1}', "text/plain"),
    "a.py": (b"print(1)\n", "text/plain"),
    "a.svg": (SVG, "text/plain"),
    "a.html": (HTML, "text/plain"),
    "no ending": (b"\xef\xbb\xbfwith a mark", "text/plain"),
    "a.wav": (wav(), "audio/wav"),
    "a.mp3": (b"ID3\x03\0\0\0\0\0\0", "audio/mp3"),
    "b.mp3": (b"\xff\xfb\x90\x64\0", "audio/mp3"),
    "a.ogg": (b"OggS\0\x02", "audio/ogg"),
    "a.flac": (b"fLaC\0\0\0\x22", "audio/flac"),
    "a.aac": (b"\xff\xf1\x50\x80", "audio/aac"),
    "a.m4a": (boxes(b"M4A "), "audio/mp4"),
    "a.aiff": (b"FORM\0\0\0\x04AIFF", "audio/aiff"),
    "a.mp4": (boxes(b"isom"), "video/mp4"),
    "a.mov": (boxes(b"qt  "), "video/quicktime"),
    "a.3gp": (boxes(b"3gp4"), "video/3gpp"),
    "a.mpg": (b"\0\0\1\xba\x44", "video/mpeg"),
    "a.webm": (b"\x1aE\xdf\xa3\x9fB\x86\x81\1B\xf7\x81\1B\xf2\x81\4B\x82\x84webm", "video/webm"),
}
