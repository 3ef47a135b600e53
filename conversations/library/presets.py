"""A person's presets: a model and settings under a name, one of them for new conversations."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from conversations.endpoint import choices
from conversations.endpoint.parts import storable
from conversations.library.settings import offered
from conversations.models import Preset, User
from conversations.turns.database import writing
from conversations.turns.refusals import Absent, Refusal

MOST = 50
"""Presets of one person."""
MOST_TEXT = 400_000
"""Characters in all of a person's presets: they go to the page together."""


class NameTaken(Refusal):
    """Another preset of the person's has this name."""

    code = "name_taken"


class NoName(Refusal):
    """A preset must be called something."""

    code = "no_name"


class PresetsFull(Refusal):
    """MOST presets, or MOST_TEXT characters in them."""

    code = "presets_full"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new preset, or changes of one: what is None stays as it is."""

    preset: int | None = None
    name: str | None = None
    model: str | None = None
    settings: Mapping[str, Any] | None = None
    default: bool | None = None


def listed(person: User) -> list[dict[str, Any]]:
    """All of a person's presets by name, as they are told."""
    return [
        {
            "id": preset.pk,
            "name": preset.name,
            "model": preset.model,
            "settings": preset.settings,
            "default": preset.default,
        }
        for preset in person.presets.all()
    ]


def keep(person: User, wanted: Wanted) -> list[dict[str, Any]]:
    """Store a new preset or a change of one; all of them as they are then.

    Raises:
        Refusal: in one of its forms; nothing was changed.
    """
    offered(wanted.model)
    try:
        with writing():
            # One at a time for each person, so that two devices cannot pass the limits together.
            User.objects.select_for_update(no_key=True).get(pk=person.pk)
            _store(person, wanted)
            _check_room(person)
            return listed(person)
    except IntegrityError:
        raise NameTaken from None


def drop(person: User, preset_id: int) -> list[dict[str, Any]]:
    """Delete a preset; those that are left. Conversations that were set by it stay as they are.

    Raises:
        Absent: not this person's.
    """
    with writing():
        if not person.presets.filter(pk=preset_id).delete()[0]:
            raise Absent
        return listed(person)


def _store(person: User, wanted: Wanted) -> None:
    preset = _found(person, wanted.preset)
    if wanted.name is not None or not preset.pk:
        preset.name = _name(wanted.name or "")
    if wanted.model is not None:
        preset.model = wanted.model
    if wanted.settings is not None:
        preset.settings = choices.differing(wanted.settings, settings.GENERATION)
    if wanted.default is not None:
        preset.default = wanted.default
    if wanted.default:
        person.presets.exclude(pk=preset.pk).update(default=False)
    preset.save()


def _found(person: User, preset_id: int | None) -> Preset:
    if preset_id is None:
        return Preset(owner=person, model=settings.GEMINI_MODELS[0])
    preset = person.presets.filter(pk=preset_id).first()
    if preset is None:
        raise Absent
    return preset


def _name(given: str) -> str:
    name = " ".join(storable(given).split())
    if not name:
        raise NoName
    return name


def _check_room(person: User) -> None:
    sizes = [
        len(json.dumps(found, ensure_ascii=False))
        for found in person.presets.values_list("settings", flat=True)
    ]
    if len(sizes) > MOST or sum(sizes) > MOST_TEXT:
        raise PresetsFull
