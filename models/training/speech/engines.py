"""Speech synthesis engines: eSpeak NG, Pico, flite and RHVoice for training; MBROLA and festival for the test alone.

Every engine answers `say(text, lang, draw)` with float32 mono in −1…1 at 16 kHz and the name of the voice it drew.
"""
from __future__ import annotations

import ctypes
import os
import random
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

RATE = 16000

_VARIANTS = ("f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 klatt klatt2 klatt3 klatt4 klatt6 adam Alex Alicia Andrea Andy Annie anika antonio "
             "aunty belinda benjamin boris caleb david Denis Diogo ed edward edward2 gustave Gene Henrique Hugo iven iven2 iven3 john "
             "Jacky kaukovalta Lee linda marcelo Marco Mario max Michael michel miguel Mike norbert pablo paul pedro quincy rob robert "
             "sandro shelby steph steph2 steph3 travis victor zac").split()
_ESPEAK_VOICES = {"en": ("en", "en-us", "en-gb-x-rp"), "fr": ("fr", "fr-be", "fr-ch"), "es": ("es", "es-419"), "de": ("de",), "it": ("it",), "pt": ("pt", "pt-br")}
# Debian's eSpeak NG asks the Spanish and Italian MBROLA voices for diphones they lack, so those languages are tested with festival.
_MBROLA_VOICES = {"en": ("mb-en1", "mb-us1", "mb-us2", "mb-us3"), "fr": ("mb-fr1", "mb-fr4"),
                  "de": ("mb-de2", "mb-de4", "mb-de6", "mb-de7"), "pt": ("mb-pt1", "mb-br4")}
_SYNTH_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EngineError(RuntimeError):
    """An engine is missing or did not speak."""


def to_rate(samples: np.ndarray, rate: int) -> np.ndarray:
    if rate == RATE:
        return samples.astype(np.float32)
    from math import gcd

    g = gcd(rate, RATE)
    return resample_poly(samples, RATE // g, rate // g).astype(np.float32)


class Espeak:
    """eSpeak NG through its C library: hundreds of times faster than real time. One instance a process."""

    name = "espeak"
    languages = tuple(_ESPEAK_VOICES)
    _library = None

    def __init__(self) -> None:
        if Espeak._library is None:
            lib = ctypes.CDLL("libespeak-ng.so.1")
            self.rate = lib.espeak_Initialize(1, 0, None, 0)  # AUDIO_OUTPUT_RETRIEVAL
            if self.rate < 0:
                raise EngineError("eSpeak NG did not start")
            lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
            lib.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
            Espeak._library, Espeak._rate = lib, self.rate
        self.lib, self.rate = Espeak._library, Espeak._rate
        self._chunks: list[np.ndarray] = []

        def take(wav, count, _events):
            if wav and count > 0:
                self._chunks.append(np.ctypeslib.as_array(wav, (count,)).copy())
            return 0

        self._callback = _SYNTH_CALLBACK(take)
        self.lib.espeak_SetSynthCallback(self._callback)

    def _voice(self, name: str) -> None:
        if self.lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise EngineError(f"no eSpeak NG voice {name}")

    def _speak(self, text: str, voice: str, rate: int, pitch: int, spread: int) -> np.ndarray:
        self.lib.espeak_SetSynthCallback(self._callback)
        self._voice(voice)
        for parameter, value in ((1, rate), (3, pitch), (4, spread)):
            self.lib.espeak_SetParameter(parameter, value, 0)
        self._chunks.clear()
        data = text.encode()
        self.lib.espeak_Synth(data, len(data) + 1, 0, 1, 0, 1, None, None)
        self.lib.espeak_Synchronize()
        if not self._chunks:
            raise EngineError(f"{voice} said nothing: {text!r}")
        return to_rate(np.concatenate(self._chunks) / 32768.0, self.rate if not voice.startswith("mb-") else self._mbrola_rate(voice))

    def _mbrola_rate(self, voice: str) -> int:
        name = voice.removeprefix("mb-")
        header = Path(f"/usr/share/mbrola/{name}/{name}").read_bytes()[:25]
        return int.from_bytes(header[23:25], "little")  # the voice file's own rate; eSpeak NG hands its samples through

    def say(self, text: str, lang: str, draw: random.Random) -> tuple[np.ndarray, str]:
        voice = draw.choice(_ESPEAK_VOICES[lang])
        variant = draw.choice(_VARIANTS + [""] * 6)
        name = f"{voice}+{variant}" if variant else voice
        try:
            return self._speak(text, name, draw.randint(125, 205), draw.randint(25, 75), draw.randint(30, 75)), f"espeak/{name}"
        except EngineError:
            return self._speak(text, voice, 165, 50, 50), f"espeak/{voice}"

    def phonemes(self, text: str, lang: str) -> str:
        """IPA of a sentence without stress and length, words separated by a space."""
        self._voice(_ESPEAK_VOICES[lang][0])
        pointer = ctypes.pointer(ctypes.c_char_p(text.encode()))
        parts = []
        while pointer.contents.value:
            clause = self.lib.espeak_TextToPhonemes(pointer, 1, 2)
            parts.append((clause or b"").decode())
        ipa = re.sub(r"\([a-z-]+\)", "", " ".join(parts))
        return re.sub(r"\s+", " ", re.sub(r"[ˈˌːˑ̩͡‿ʲ-]", "", ipa)).strip()


class Mbrola(Espeak):
    """MBROLA's diphone voices (eSpeak NG supplies pronunciation and melody, MBROLA the sound). Test only: never trained on."""

    name = "mbrola"
    languages = tuple(_MBROLA_VOICES)

    def say(self, text, lang, draw):
        voice = draw.choice(_MBROLA_VOICES[lang])
        return self._speak(text, voice, draw.randint(135, 180), draw.randint(40, 60), 50), voice


class Pico:
    """SVOX Pico: one natural-sounding voice in English (two accents), German, Spanish, French, Italian."""

    name = "pico"
    languages = ("en", "fr", "es", "de", "it")
    _codes = {"en": ("en-US", "en-GB"), "fr": ("fr-FR",), "es": ("es-ES",), "de": ("de-DE",), "it": ("it-IT",)}

    def say(self, text, lang, draw):
        code = draw.choice(self._codes[lang])
        speed, pitch = draw.randint(80, 125), draw.randint(75, 130)
        wrapped = f'<speed level="{speed}"><pitch level="{pitch}">{text}</pitch></speed>'
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.wav"
            result = subprocess.run(["pico2wave", "-l", code, "-w", path, wrapped], capture_output=True, timeout=30)
            if result.returncode != 0 or not os.path.exists(path):
                raise EngineError(f"pico: {result.stderr.decode(errors='replace')[:200]}")
            samples, rate = soundfile.read(path, dtype="float32")
        return to_rate(samples, rate), f"pico/{code}"


class Flite:
    """flite's statistical voices, English."""

    name = "flite"
    languages = ("en",)

    def say(self, text, lang, draw):
        voice = draw.choice(("awb", "rms", "slt", "kal16"))
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.wav"
            subprocess.run(["flite", "-voice", voice, "--setf", f"duration_stretch={draw.uniform(0.85, 1.2):.2f}",
                            "-t", text, "-o", path], check=True, capture_output=True, timeout=30)
            samples, rate = soundfile.read(path, dtype="float32")
        return to_rate(samples, rate), f"flite/{voice}"


class RHVoice:
    """RHVoice's statistical voices, English and Brazilian Portuguese."""

    name = "rhvoice"
    languages = ("en", "pt")
    _voices = {"en": ("bdl", "clb", "slt"), "pt": ("leticia-f123",)}

    def say(self, text, lang, draw):
        voice = draw.choice(self._voices[lang])
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.wav"
            options = ["-p", voice, "-r", str(draw.randint(85, 120)), "-t", str(draw.randint(80, 125))]
            subprocess.run(["RHVoice-test", *options, "-o", path], input=text.encode(), check=True, capture_output=True, timeout=30)
            samples, rate = soundfile.read(path, dtype="float32")
        return to_rate(samples, rate), f"rhvoice/{voice}"


class Festival:
    """festival's diphone voices, with pronunciation rules of their own. Test only: never trained on."""

    name = "festival"
    languages = ("es", "it")
    _voices = {"es": ("el_diphone",), "it": ("lp_diphone", "pc_diphone")}

    def say(self, text, lang, draw):
        voice = draw.choice(self._voices[lang])
        plain = text.replace('"', "").replace("\\", "").replace("¿", "").replace("¡", "")
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.wav"
            script = (f"(voice_{voice})", f"(Parameter.set 'Duration_Stretch {draw.uniform(0.85, 1.2):.2f})",
                      f'(utt.save.wave (utt.synth (Utterance Text "{plain}")) "{path}" (quote riff))')
            subprocess.run(["festival", "-b", *(line.encode("latin-1", "replace") for line in script)], capture_output=True, timeout=30)
            if not os.path.exists(path):
                raise EngineError(f"festival said nothing: {text!r}")
            samples, rate = soundfile.read(path, dtype="float32")
        return to_rate(samples, rate), f"festival/{voice}"


TRAINING_ENGINES = (Espeak, Pico, Flite, RHVoice)
TEST_ENGINES = (Mbrola, Festival)
TRAINING_SHARE = {"espeak": 0.4, "pico": 0.3, "flite": 0.15, "rhvoice": 0.3}
