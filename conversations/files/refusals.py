"""Why a file is not taken."""


class FileRefused(Exception):
    """A file was not taken, and nothing of it is left. Each has the code by which a page knows it.

    FileRefused
      NoLength       its size was not declared, so that it could not be judged before it came
      TooLarge       above FILE_LIMIT
      NothingInIt    no bytes
      UnknownKind    nothing that models read
      NotUtf8        a text in another encoding
      Misnamed       its content is of another kind than its name says
      TooManyPoints  a picture above PIXEL_LIMIT
      Damaged        it begins as a picture and has no size
      CutShort       fewer bytes came than were declared
      TooManyUnsent  UNSENT_FILES wait in the person's composer
      TooMuch        the person's bytes of a day, or of all time
      TooManyAtOnce  UPLOADS_AT_ONCE of the person are under way
      NoRoom         the disk is full
    """

    code = "refused"
    status = 400


class NoLength(FileRefused):
    code = "no_length"
    status = 411


class TooLarge(FileRefused):
    code = "file_too_large"
    status = 413


class NothingInIt(FileRefused):
    code = "file_empty"


class UnknownKind(FileRefused):
    code = "file_kind"
    status = 415


class NotUtf8(FileRefused):
    code = "file_not_utf8"
    status = 415


class Misnamed(FileRefused):
    code = "file_misnamed"
    status = 415

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found
        """The family that the content is of: image, document, text, audio or video."""


class TooManyPoints(FileRefused):
    code = "image_too_large"
    status = 413


class Damaged(FileRefused):
    code = "file_damaged"


class CutShort(FileRefused):
    code = "file_cut_short"


class TooManyUnsent(FileRefused):
    code = "too_many_unsent"
    status = 429


class TooMuch(FileRefused):
    code = "files_over_quota"
    status = 429


class TooManyAtOnce(FileRefused):
    code = "too_many_at_once"
    status = 429


class NoRoom(FileRefused):
    code = "no_room"
    status = 507
