"""What a file is, by its content. A name alone proves nothing.

Own signatures: the list is short, each of its entries is what the endpoint takes as inlineData, and
a library that knows a thousand more kinds would have to be told which to forget. (`puremagic` asks
for Python 3.12, `filetype` has had no release since 2022, `python-magic` needs a C library.)
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import PurePath

from conversations.files.refusals import Misnamed, NotUtf8, UnknownKind

HEAD = 4096
"""Bytes of a file's beginning that tell what it is."""
# ISO base media: the major brand tells a picture from a sound from a film.
BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1"), "image/heif"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"F4A "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
BEGINNINGS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb"\x89PNG\r\n\x1a\n", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8[79]a", "image/gif"),
        (rb"RIFF....WEBP", "image/webp"),
        (rb"%PDF-\d", "application/pdf"),
        (rb"RIFF....WAVE", "audio/wav"),
        (rb"FORM....AIF[FC]", "audio/aiff"),
        (rb"fLaC", "audio/flac"),
        (rb"OggS", "audio/ogg"),
        (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
        (rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]", "audio/mp3"),
        (rb"\x1aE\xdf\xa3.{0,60}webm", "video/webm"),
        (rb"\x00\x00\x01[\xb3\xba]", "video/mpeg"),
    )
)
ENDINGS = {
    "text": "txt csv md markdown log json jsonl xml html htm svg css js ts py c h cpp java go rs sh"
    " sql yaml yml toml ini tex",
    "image": "png jpg jpeg jpe jfif gif webp heic heif bmp tif tiff avif ico",
    "document": "pdf",
    "audio": "mp3 wav ogg oga opus flac aac m4a m4b aif aiff aifc",
    "video": "mp4 m4v webm mov qt mpg mpeg 3gp 3g2",
}
TEXTS = {"csv": "text/csv", "md": "text/markdown", "markdown": "text/markdown"}
FAMILY_OF_ENDING = {
    ending: family for family, endings in ENDINGS.items() for ending in endings.split()
}
# Sound and film come in the same containers, under each other's names.
MOVING = {"audio", "video"}
# What no text has. A form feed, a bell or an escape are in some.
NO_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: its media type, and the family that the page shows it as."""

    media_type: str

    @property
    def family(self) -> str:
        return family_of(self.media_type)


def family_of(media_type: str) -> str:
    """image, document, text, audio or video."""
    if media_type == "application/pdf":
        return "document"
    return media_type.partition("/")[0]


def ending_of(name: str) -> str:
    return PurePath(name).suffix.removeprefix(".").lower()


def signed(head: bytes) -> str | None:
    """The media type that a file's first bytes are the signature of."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand[:3] in (b"3gp", b"3g2"):
            return "video/3gpp"
        if brand in (b"mif1", b"msf1") and b"avif" in head[16:64]:
            return None
        return None if brand in (b"avif", b"avis", b"crx ") else BRANDS.get(brand, "video/mp4")
    return next((kind for pattern, kind in BEGINNINGS if pattern.match(head)), None)


class Recognition:
    """Reads a file as it comes, and says in the end what it is. Texts are read to their end."""

    def __init__(self, name: str) -> None:
        self._ending = ending_of(name)
        self._head = b""
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._is_text = self._is_plain = True

    def feed(self, data: bytes) -> None:
        if len(self._head) < HEAD:
            self._head += data[: HEAD - len(self._head)]
        if not self._is_text:
            return
        self._is_plain = self._is_plain and NO_TEXT.search(data) is None
        self._is_text = self._is_plain and self._decodes(data)

    def kind(self) -> Kind:
        """What it is.

        Raises:
            UnknownKind: none of those that models read.
            NotUtf8: a text in another encoding.
            Misnamed: of another family than its name says.
        """
        media_type = signed(self._head)
        if media_type is None and self._is_text and self._decodes(b"", final=True):
            media_type = TEXTS.get(self._ending, "text/plain")
        if media_type is None:
            raise NotUtf8 if self._is_foreign_text else UnknownKind
        self._check_name(family_of(media_type))
        return Kind(media_type)

    def _check_name(self, found: str) -> None:
        """A picture may be of another format than it is named after, but no other thing."""
        named = FAMILY_OF_ENDING.get(self._ending)
        if named is not None and named != found and not {named, found} <= MOVING:
            raise Misnamed(found)

    @property
    def _is_foreign_text(self) -> bool:
        wide = self._head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        return wide or (self._is_plain and bool(self._head))

    def _decodes(self, data: bytes, *, final: bool = False) -> bool:
        try:
            self._utf8.decode(data, final)
        except UnicodeDecodeError:
            return False
        return True
