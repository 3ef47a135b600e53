"""Why something that a person asked for is not done."""


class Refusal(Exception):
    """Something was not done, and nothing was stored. Each has the code by which a page knows it.

    Refusal
      Empty        nothing but white space was sent
      TooLarge     more than MESSAGE_LIMIT code points
      Absent       no such thing, or not this person's: the two are not told apart
      Busy         a turn is running in the conversation
      IdReused     the page's id was used for something else
      NotNow       the turn to be asked again is still running, or cannot be gone on with
      Answered     the turn that was to answer at once has done so meanwhile
      FileGone     a file is absent, somebody else's, or of another conversation
      TooManyFiles more than FILES_A_MESSAGE
      FilesTooLarge  the conversation's files have more than CONVERSATION_LIMIT together
      OverQuota    too many turns at once, or in a minute
      Draining     the server is about to restart
    """

    code = "refused"


class Empty(Refusal):
    code = "empty"


class TooLarge(Refusal):
    code = "too_large"


class Absent(Refusal):
    code = "not_found"


class Busy(Refusal):
    code = "busy"


class IdReused(Refusal):
    code = "id_reused"


class NotNow(Refusal):
    code = "not_now"


class Answered(Refusal):
    code = "answered"


class OverQuota(Refusal):
    code = "over_quota"


class Draining(Refusal):
    code = "draining"


class FileGone(Refusal):
    code = "file_gone"


class TooManyFiles(Refusal):
    code = "too_many_files"


class FilesTooLarge(Refusal):
    code = "files_too_large"
