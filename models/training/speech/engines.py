"""Speech synthesis engines: eSpeak NG, MBROLA, flite and festival for training; Pico and RHVoice for the test alone.

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
# For each language: the voice that eSpeak NG writes the score for, and the one that speaks it.
_MBROLA_VOICES = {
    "en": [("us1", v) for v in ("us1", "us2", "us3")] + [("en1", "en1")],
    "fr": [("fr1", v) for v in ("fr1", "fr2", "fr3", "fr4", "fr5", "fr6", "fr7")] + [("ca1", "ca1"), ("ca2", "ca2")],
    "es": [(v, v) for v in ("es1", "es2", "mx1", "mx2", "vz1")],
    "de": [("de2", v) for v in ("de1", "de2", "de3", "de4", "de5", "de6", "de7")],
    "it": [("it3", v) for v in ("it3", "it4")],
    "pt": [("br1", v) for v in ("br1", "br2", "br3")] + [("pt1", "pt1"), ("br4", "br4")],
}
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
        return to_rate(np.concatenate(self._chunks) / 32768.0, self.rate)

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


class Mbrola:
    """MBROLA's diphone voices: eSpeak NG supplies phonemes and melody, which are varied here; MBROLA the sound, with longer and shorter vocal tracts."""

    name = "mbrola"
    languages = tuple(_MBROLA_VOICES)

    def say(self, text, lang, draw):
        pronounced, voice = draw.choice(_MBROLA_VOICES[lang])
        written = subprocess.run(["espeak-ng", "-v", f"mb-{pronounced}", "-q", "--pho", text], capture_output=True, timeout=30)
        score = _varied(written.stdout.decode(errors="replace"), draw)
        rate = int.from_bytes(Path(f"/usr/share/mbrola/{voice}/{voice}").read_bytes()[23:25], "little")
        tract = round(rate * draw.uniform(0.86, 1.16), -2)  # the sound comes at this rate, with the formants moved by as much
        result = subprocess.run(["mbrola", "-e", "-t", f"{draw.uniform(0.8, 1.2):.2f}", "-f", f"{draw.uniform(0.8, 1.25):.2f}", "-l", f"{tract:.0f}",
                                 f"/usr/share/mbrola/{voice}/{voice}", "-", "-.raw"], input=score.encode(), capture_output=True, timeout=30)
        samples = np.frombuffer(result.stdout[: len(result.stdout) // 2 * 2], np.int16).astype(np.float32) / 32768
        unknown = result.stderr.count(b"unknown")
        if len(samples) < RATE // 4 or unknown > 1 + score.count("\n") // 20:
            raise EngineError(f"mbrola/{voice}: {unknown} sounds missing in {text!r}")
        return to_rate(samples, int(tract)), f"mbrola/{voice}"


# Sounds that eSpeak NG asks of a voice under a name that the voice lacks.
_OTHER_NAMES = {"e/": "e", "o/": "o", "i/": "i", "a/": "a", "u/": "u", "ts2": "ts", "l^": "j"}


def _varied(score: str, draw: random.Random) -> str:
    """An MBROLA score with each sound longer or shorter and its melody livelier or flatter."""
    out, lively = [], draw.uniform(0.3, 1.6)
    uneven = draw.uniform(0, 0.18)
    pitches = [float(f) for line in score.splitlines() for f in line.split()[3::2]]
    middle = float(np.mean(pitches)) if pitches else 120.0
    for line in score.splitlines():
        parts = line.split()
        if len(parts) < 2:
            continue
        sound, length, *curve = parts
        length = max(15, round(float(length) * np.exp(draw.gauss(0, uneven))))
        curve[1::2] = [f"{max(60.0, middle + (float(f) - middle) * lively):.0f}" for f in curve[1::2]]
        out.append("\t".join([_OTHER_NAMES.get(sound, sound), str(length), " ".join(curve)]))
    return "\n".join(out) + "\n"


class Pico:
    """SVOX Pico: one natural-sounding voice in English (two accents), German, Spanish, French, Italian. Test only: never trained on."""

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
    """RHVoice's statistical voices, English and Brazilian Portuguese, of speakers that no other engine here has. Test only: never trained on."""

    name = "rhvoice"
    languages = ("en", "pt")
    _voices = {"en": ("clb",), "pt": ("leticia-f123",)}

    def say(self, text, lang, draw):
        voice = draw.choice(self._voices[lang])
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/a.wav"
            options = ["-p", voice, "-r", str(draw.randint(85, 120)), "-t", str(draw.randint(80, 125))]
            subprocess.run(["RHVoice-test", *options, "-o", path], input=text.encode(), check=True, capture_output=True, timeout=30)
            samples, rate = soundfile.read(path, dtype="float32")
        return to_rate(samples, rate), f"rhvoice/{voice}"


class Festival:
    """festival's diphone and statistical voices, with pronunciation rules of their own."""

    name = "festival"
    languages = ("en", "es", "it")
    _voices = {"en": ("kal_diphone", "rab_diphone", "ked_diphone", "don_diphone"), "es": ("el_diphone",), "it": ("lp_diphone", "pc_diphone")}

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


TRAINING_ENGINES = (Espeak, Mbrola, Flite, Festival)
TEST_ENGINES = (Pico, RHVoice)
TRAINING_SHARE = {"espeak": 0.25, "mbrola": 0.6, "flite": 0.12, "festival": 0.12}
