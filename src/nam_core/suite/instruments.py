"""A guitar and a bass: their strings, and notes, chords and palm mutes on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .plucked_string import Pluck, String, play
from .portable_math import Array, Chance, semitones

_A4_HZ = 440.0


def _strings(
    lowest: Sequence[int], length: float, stiffness: Sequence[float], **pickup: float
) -> list[String]:
    """Strings, lowest first; ``lowest`` is in semitones from A4. The thinner a string, the longer its treble
    rings.
    """
    return [
        String(
            frequency=_A4_HZ * semitones(note),
            length=length,
            stiffness=stiff,
            loss=0.55,
            treble_loss=0.75 / (1.0 + 0.5 * index),
            **pickup,
        )
        for index, (note, stiff) in enumerate(zip(lowest, stiffness, strict=True))
    ]


# The pickup is near the bridge. Its resonance is that of a humbucker with 5 m of cable.
GUITAR = _strings(
    (-29, -24, -19, -14, -10, -5),
    648.0,
    (1.1e-4, 7.0e-5, 4.0e-5, 8.0e-5, 4.0e-5, 2.2e-5),
    pickup=48.0,
    aperture=18.0,
    resonance=3600.0,
    resonance_q=1.7,
)
BASS = _strings(
    (-41, -36, -31, -26),
    864.0,
    (2.0e-4, 1.3e-4, 9.0e-5, 7.0e-5),
    pickup=110.0,
    aperture=16.0,
    resonance=3000.0,
    resonance_q=1.3,
)


class Track:
    """A recording that notes are added to.

    Attributes
    ----------
    audio : ``(frames,)`` float64, full scale 1.0.
    """

    def __init__(self, seconds: float, sample_rate: float, chance: Chance, gain: float) -> None:
        self.audio: Array = np.zeros(round(seconds * sample_rate))
        self._sample_rate = sample_rate
        self._chance = chance
        self._gain = gain

    def note(self, strings: Sequence[String], start: float, note: Note) -> None:
        """Add a note that begins at ``start`` seconds; the part beyond the end of the track is cut off."""
        chance = self._chance
        pluck = Pluck(
            # The finger is out of tune by up to two cents.
            fret_ratio=semitones(note.fret + chance.about(0.0, 0.02 if note.fret else 0.0)),
            seconds=note.seconds,
            level=note.level * chance.about(1.0, 0.06),
            position=chance.about(note.position, 8.0),
            angle=chance.about(0.1, 0.03),
            muting=note.muting,
            treble_muting=note.treble_muting,
        )
        sound = play(strings[note.string], pluck, self._sample_rate, chance)
        first = round(start * self._sample_rate)
        place = self.audio[first : first + sound.size]
        place += self._gain * sound[: place.size]

    def strum(
        self,
        strings: Sequence[String],
        start: float,
        frets: Sequence[int | None],
        *,
        seconds: float,
        level: float,
        up: bool = False,
        muted: bool = False,
    ) -> None:
        """Add a chord, one string after the other. ``frets`` starts at the lowest string; None means not
        played.
        """
        played = [string for string, fret in enumerate(frets) if fret is not None]
        for place, string in enumerate(reversed(played) if up else played):
            fret = frets[string]
            assert fret is not None
            later = place * self._chance.about(0.011, 0.003)
            note = Note(string, fret, seconds - later, level)
            self.note(strings, start + later, note.palm_muted() if muted else note)


@dataclass(frozen=True)
class Note:
    """A note to play.

    Attributes
    ----------
    string : 0 is the lowest. fret : 0 is the open string. seconds : time until the string is damped. level :
        1.0 is a hard pick.
    position : of the pick, in mm from the bridge. muting, treble_muting : as in ``Pluck``.
    """

    string: int
    fret: int
    seconds: float
    level: float = 0.7
    position: float = 110.0
    muting: float = 0.0
    treble_muting: float = 0.0

    def palm_muted(self) -> Note:
        """The same note with the palm on the bridge."""
        return Note(self.string, self.fret, self.seconds, self.level, 75.0, 16.0, 9.0)
