"""Why something that a person wanted to keep or put in order is not done."""

from conversations.turns.refusals import Refusal


class Untitled(Refusal):
    """A title or a name of white space."""

    code = "untitled"


class TooManyPins(Refusal):
    """As many conversations are pinned as the list shows above all others."""

    code = "too_many_pins"


class NameTaken(Refusal):
    """Another folder of the person's has this name."""

    code = "folder_taken"


class TooManyFolders(Refusal):
    """The person has as many folders as there may be."""

    code = "too_many_folders"
