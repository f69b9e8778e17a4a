"""The recogniser's figures, from the exported files through onnxruntime: greedy decoding, one clip at a time, no voice-activity gate."""
from __future__ import annotations

import json
import random
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ..speech.augment import nothing
from ..speech.engines import Pico
from ..speech.features import log_mel, pack, unpack
from ..speech.recordings import transcribed
from ..text.morphology import LANGUAGES
from ..whisper.data import Clip, read_shard, spoken
from .measures import align_words, area


@dataclass
class Heard:
    text: str
    language: str
    no_speech: float
    words: list[tuple[str, float]]
    """Each word with the smallest probability of its tokens."""
    score: float
    """Mean log-probability of the tokens."""


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Recogniser:
    def __init__(self, model: Path, encoder: Path | None = None, decoder: Path | None = None):
        self.encoder = session(encoder or model / "onnx" / "encoder_model_quantized.onnx")
        self.decoder = session(decoder or model / "onnx" / "decoder_model_merged_quantized.onnx")
        self.tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        config = json.loads((model / "config.json").read_text())
        self.generation = json.loads((model / "generation_config.json").read_text())
        self.heads, self.width, self.layers = config["decoder_attention_heads"], config["d_model"] // config["decoder_attention_heads"], config["decoder_layers"]
        self.limit = config["max_target_positions"]
        self.nospeech = self.tokenizer.token_to_id("<|nospeech|>")
        self.codes = {lang: self.generation["lang_to_id"][f"<|{lang}|>"] for lang in LANGUAGES}
        self.names = [i.name for i in self.decoder.get_inputs() if i.name.startswith("past_key_values")]

    def hear(self, mel: np.ndarray) -> Heard:
        """mel [T,80], T ≤ 1500."""
        g = self.generation
        hidden = self.encoder.run(None, {"input_features": np.ascontiguousarray(mel.T[None])})[0]
        past = {n: np.zeros((1, self.heads, 0, self.width), np.float32) for n in self.names}

        def step(tokens: list[int]) -> np.ndarray:
            out = self.decoder.run(None, {"input_ids": np.array([tokens]), "encoder_hidden_states": hidden, **past})
            for name, value in zip(self.names, out[1 : 1 + len(self.names)]):
                if ".decoder." in name or not past[name].size:  # the encoder's are of the first step
                    past[name] = value
            logits = out[0][0, -1].astype(np.float64)
            p = np.exp(logits - logits.max())
            return p / p.sum()

        first = step([g["decoder_start_token_id"]])
        languages = {lang: first[code] for lang, code in self.codes.items()}
        language = max(languages, key=languages.get)
        none = float(first[self.nospeech])
        ids: list[int] = []
        probabilities: list[float] = []
        p = step([self.codes[language], g["task_to_id"]["transcribe"], g["no_timestamps_token_id"]])
        while len(ids) < self.limit - 5:
            token = int(p.argmax())
            if token == g["eos_token_id"]:
                break
            ids.append(token)
            probabilities.append(float(p[token]))
            p = step([token])
        pieces = [self.tokenizer.decode([i]) for i in ids]
        words: list[tuple[str, float]] = []
        raw = [self.tokenizer.id_to_token(i) for i in ids]
        for piece, mark, probability in zip(pieces, raw, probabilities):
            if mark.startswith("Ġ") or not words:
                words.append((piece, probability))
            else:
                words[-1] = (words[-1][0] + piece, min(words[-1][1], probability))
        score = float(np.mean(np.log(np.maximum(probabilities, 1e-9)))) if probabilities else -10.0
        return Heard(self.tokenizer.decode(ids).strip(), language, none, words, score)


def silent(heard: Heard) -> bool:
    return heard.no_speech > 0.5 or not spoken(heard.text)


def word_errors(model: Recogniser, clips: list[Clip]) -> dict:
    errors = {lang: [0, 0, 0, 0] for lang in LANGUAGES}  # errors, words, right languages, clips
    right: list[float] = []
    wrong: list[float] = []
    scores: list[float] = []
    for clip in clips:
        heard = model.hear(unpack(clip.mel, clip.top))
        reference = spoken(clip.text).split()
        said = [(w, p) for word, p in heard.words for w in spoken(word).split()]
        distance, agree = align_words(reference, [w for w, _ in said])
        row = errors[clip.lang]
        row[0] += distance
        row[1] += len(reference)
        row[2] += heard.language == clip.lang
        row[3] += 1
        for (_, p), good in zip(said, agree):
            (right if good else wrong).append(p)
        scores.append(heard.score)
    share = lambda a, b: a / b if b else None
    return {"wer": {lang: share(e[0], e[1]) for lang, e in errors.items() if e[1]}, "wer_all": share(sum(e[0] for e in errors.values()), sum(e[1] for e in errors.values())),
            "language": {lang: share(e[2], e[3]) for lang, e in errors.items() if e[3]},
            "language_all": share(sum(e[2] for e in errors.values()), sum(e[3] for e in errors.values())),
            "clips": len(clips), "word_auc": area(right, wrong), "scores": scores}


def out_of_grammar(speech: Path, count: int = 150) -> list[Clip]:
    """Sentences of the transcribed sets, spoken by a test engine: the voices are the same, only the words are foreign to the grammar."""
    engine, draw, clips = Pico(), random.Random(5), []
    for folder, lang in (("en-cathy", "en"), ("de-kerstin", "de")):
        for i, (_, text) in enumerate(transcribed(speech / folder)):
            if i % 7 == 0 and len(clips) < (count if lang == "en" else 2 * count):
                samples, voice = engine.say(text, lang, draw)
                if len(samples) < 14 * 16000:
                    mel, top = pack(log_mel(samples))
                    clips.append(Clip(mel, top, lang, text, "", voice, []))
    return clips


def run(args: Namespace) -> dict:
    work, model = Path(args.work), Path(args.out) / "whisper"
    q8 = Recogniser(model)
    clips = [c for p in sorted((work / "speech").glob("test-*.npz")) for c in read_shard(p)][: args.clips]
    figures = word_errors(q8, clips)
    scores = figures.pop("scores")
    exact = work / "whisper" / "onnx"
    if (exact / "encoder_model.onnx").exists():
        part = clips[: max(1, len(clips) // 3)]
        fp32 = Recogniser(model, exact / "encoder_model.onnx", exact / "decoder_model_merged.onnx")
        figures["wer_fp32_part"], figures["wer_int8_part"] = word_errors(fp32, part)["wer_all"], word_errors(q8, part)["wer_all"]
    real = work / "speech" / "real-test.npz"
    if real.exists():
        heard = word_errors(q8, read_shard(real)[:240])
        figures["real"] = {k: heard[k] for k in ("wer", "wer_all", "language", "clips")}
    if args.speech:
        strange = [q8.hear(unpack(c.mel, c.top)).score for c in out_of_grammar(Path(args.speech))]
        figures["grammar_auc"], figures["out_of_grammar_clips"] = area(scores, strange), len(strange)
    rng = np.random.default_rng(99)
    quiet = [silent(q8.hear(unpack(*pack(log_mel(nothing(rng)))))) for _ in range(300)]
    figures["nothing"], figures["nothing_clips"] = float(np.mean(quiet)), len(quiet)
    figures["speech_called_nothing"] = float(np.mean([silent(q8.hear(unpack(c.mel, c.top))) for c in clips[:200]]))
    return figures
