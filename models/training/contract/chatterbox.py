"""Chatterbox Multilingual's four graphs, as `onnx-community/chatterbox-multilingual-ONNX` has them (resemble-ai/chatterbox, MIT).

`speech_encoder`: a voice as what the language model is told before a text, what it says in speech tokens (25 a second), an embedding, and
frames (50 a second). `embed_tokens`: text up to its end, which is token 0, and speech behind it. `language_model`: the next speech token.
`conditional_decoder`: speech tokens as sound of 24 kHz, those of the voice left out.

The numbers of tokens, shapes and rates are the published ones; widths are a few channels. A language model of random weights never ends: this
one ends at two tokens for each of the text, which it counts in a channel of its first layer's values.
"""
from __future__ import annotations

import math
import unicodedata
from pathlib import Path

import numpy as np

from .files import LANGUAGES, SAMPLE, added, template, write_json
from .graph import FLOAT, INT64, Graph
from .transformer import Shape, attend, feed, project, run

RATE_HZ, TOKEN_SAMPLES, FRAME_SAMPLES = 24000, 960, 480
STOP, START = 0, 255
START_SPEECH, END_SPEECH, EXAGGERATION, SILENCE = 6561, 6562, 6563, 4299
SPEECH_VOCABULARY = 8194
PRIMES = (17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
"""A token's place in each of these rounds is what it is known by, so that no table of tokens is needed."""
POSITION, IS_TEXT, MARKS = 0, 1, 2
"""The first channels of an embedding: a speech token's position, in 64ths, and whether it is text."""
HEARD, PREFIX, SPEAKER, BANDS = 8, 5, 192, 80
LANGUAGE_TAGS = 704

S = Shape(vocabulary=SPEECH_VOCABULARY, width=MARKS + len(PRIMES), heads=2, layers=2, inner=32, activation="swish")


def write(folder: Path, seed: int) -> None:
    speech_encoder(folder / "onnx/speech_encoder.onnx", seed)
    embed_tokens(folder / "onnx/embed_tokens.onnx", seed + 1)
    language_model(folder / "onnx/language_model.onnx", seed + 2)
    conditional_decoder(folder / "onnx/conditional_decoder.onnx", seed + 3)
    text = {"model_type": "llama", "hidden_size": S.width, "num_hidden_layers": S.layers, "num_attention_heads": S.heads, "num_key_value_heads": S.heads,
            "head_dim": S.head, "vocab_size": SPEECH_VOCABULARY}
    write_json(folder, config={"architectures": ["ChatterboxModel"], "model_type": "chatterbox", "text_config": text},
               generation_config={"eos_token_id": [END_SPEECH], "repetition_penalty": 1.2},
               preprocessor_config={"feature_extractor_type": "ChatterboxFeatureExtractor", "processor_class": "ChatterboxProcessor", "sampling_rate": RATE_HZ},
               tokenizer=tokenizer(), tokenizer_config={"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]", "clean_up_tokenization_spaces": False})


def speech_encoder(path: Path, seed: int) -> None:
    g = Graph(seed)
    audio = g.op("Unsqueeze", g.input("audio_values", FLOAT, ["batch_size", "num_samples"]), g.constant([1]))
    frames = g.conv(audio, "frames", 1, HEARD, [FRAME_SAMPLES], strides=[FRAME_SAMPLES])
    frames = g.op("Tanh", g.op("Mul", frames, g.constant(8, np.float32)))  # [B,8,F]
    mean = g.op("ReduceMean", g.op("Abs", frames), axes=[2], keepdims=0)

    quiet = np.ones(S.width, np.float32)
    quiet[:MARKS] = 0
    prefix = g.op("Reshape", g.linear(mean, "cond", HEARD, PREFIX * S.width), g.constant([0, PREFIX, S.width]))
    g.output(g.op("Mul", prefix, g.keep("quiet", quiet)), "audio_features", ["batch_size", "sequence_length", S.width])

    kinds = g.op("ArgMax", g.conv(frames, "tokens", HEARD, 64, [2], strides=[2]), axis=1, keepdims=0)
    g.output(g.op("Mul", kinds, g.constant(101)), "audio_tokens", ["batch_size", "audio_sequence_length"], INT64)
    g.output(g.linear(mean, "speaker", HEARD, SPEAKER), "speaker_embeddings", ["batch_size", SPEAKER])
    bands = g.op("Transpose", g.conv(frames, "bands", HEARD, BANDS, [1]), perm=[0, 2, 1])
    g.output(bands, "speaker_features", ["batch_size", "feature_dim", BANDS])
    g.save(path)


def embed_tokens(path: Path, seed: int) -> None:
    g = Graph(seed)
    ids = g.input("input_ids", INT64, ["batch_size", "sequence_length"])
    positions = g.input("position_ids", INT64, ["batch_size", "sequence_length"])
    exaggeration = g.input("exaggeration", FLOAT, ["batch_size"])
    ends = g.op("Cast", g.op("Equal", ids, g.constant(STOP)), to=INT64)
    before = g.op("CumSum", ends, g.constant(1), exclusive=1)
    has_end = g.op("Greater", g.op("ReduceMax", ends, axes=[1], keepdims=1), g.constant(0))
    is_mood = g.op("Equal", ids, g.constant(EXAGGERATION))
    is_text = g.op("And", g.op("And", g.op("Equal", before, g.constant(0)), has_end), g.op("Not", is_mood))
    text = g.op("Unsqueeze", g.op("Cast", is_text, to=FLOAT), g.constant([2]))  # [B,S,1]

    place = g.op("Unsqueeze", g.op("Cast", positions, to=FLOAT), g.constant([2]))
    known = g.op("Mul", rounds(g, g.op("Unsqueeze", ids, g.constant([2]))), g.op("Add", g.op("Mul", text, g.constant(0.5, np.float32)), g.constant(1, np.float32)))
    known = g.op("Sin", g.op("Add", known, g.op("Mul", place, g.weight("places", len(PRIMES), spread=0.3))))
    spoken = g.op("Mul", g.op("Sub", g.constant(1, np.float32), text), g.op("Mul", place, g.constant(1 / 64, np.float32)))
    embedded = g.op("Concat", spoken, text, known, axis=2)
    mood = g.op("Mul", g.op("Unsqueeze", exaggeration, g.constant([1, 2])), g.weight("mood", S.width, spread=1.0))
    mood = g.op("Mul", mood, g.keep("quiet", np.r_[np.zeros(MARKS), np.ones(len(PRIMES))].astype(np.float32)))
    g.output(g.op("Where", g.op("Unsqueeze", is_mood, g.constant([2])), mood, embedded), "inputs_embeds", ["batch_size", "sequence_length", S.width])
    g.save(path)


def rounds(g: Graph, ids: str) -> str:
    """ids […,1] → angles […,14]: how far round each of the primes."""
    places = g.op("Cast", g.op("Mod", ids, g.constant(PRIMES)), to=FLOAT)
    return g.op("Mul", places, g.keep("turns", (2 * math.pi / np.array(PRIMES)).astype(np.float32)))


def language_model(path: Path, seed: int) -> None:
    g = Graph(seed)
    embeds = g.input("inputs_embeds", FLOAT, ["batch_size", "sequence_length", S.width])
    mask = g.input("attention_mask", INT64, ["batch_size", "total_sequence_length"])
    past = {(i, what): g.input(f"past_key_values.{i}.{what}", FLOAT, ["batch_size", S.heads, "past_sequence_length", S.head])
            for i in range(S.layers) for what in ("key", "value")}
    length, start = g.size(embeds, 1), g.size(past[0, "key"], 2)
    rows = g.op("Unsqueeze", run(g, start, length), g.constant([1]))
    columns = g.op("Unsqueeze", run(g, g.constant([0]), g.size(mask, 1)), g.constant([0]))
    causal = g.op("Where", g.op("Greater", columns, rows), g.constant(-1e4, np.float32), g.constant(0, np.float32))

    x, counted = embeds, ""
    for i in range(S.layers):
        name = f"layers.{i}"
        y = g.norm(x, f"{name}.input_norm", S.width)
        q, k, v = (project(g, f"{name}.self_attn", part, y, S) for part in "qkv")
        if i == 0:
            flag = g.op("Unsqueeze", channel(g, embeds, IS_TEXT), g.constant([1]))  # [B,1,S,1]
            rest = g.slice(v, g.constant([0]), g.constant([S.head - 1]), 3)
            v = g.op("Concat", rest, g.op("Concat", *[flag] * S.heads, axis=1), axis=3)
        k, v = (g.op("Concat", past[i, what], new, axis=2) for what, new in (("key", k), ("value", v)))
        counted = counted or v
        x = g.op("Add", x, attend(g, f"{name}.self_attn", S, q, k, v, causal)[0])
        x = feed(g, name, S, x)
        for what, value in (("key", k), ("value", v)):
            g.output(value, f"present.{i}.{what}", ["batch_size", S.heads, "total_sequence_length", S.head])

    tokens = g.op("Range", g.constant(0), g.constant(SPEECH_VOCABULARY), g.constant(1))
    basis = g.op("Cos", g.op("Add", rounds(g, g.op("Unsqueeze", tokens, g.constant([1]))), g.weight("turned", len(PRIMES), spread=2.0)))  # [V,14]
    wanted = g.op("Mul", g.linear(g.norm(x, "norm", S.width), "head", S.width, len(PRIMES)), g.constant(1.5, np.float32))
    logits = g.op("MatMul", wanted, g.op("Transpose", basis, perm=[1, 0]))
    is_end = g.op("Equal", tokens, g.constant(END_SPEECH))
    nothing = g.op("And", g.op("Greater", tokens, g.constant(START_SPEECH - 1)), g.op("Not", is_end))
    logits = g.op("Add", logits, g.op("Mul", g.op("Cast", nothing, to=FLOAT), g.constant(-1000, np.float32)))
    logits = g.op("Add", logits, g.op("Mul", urge_to_end(g, embeds, counted), g.op("Cast", is_end, to=FLOAT)))
    g.output(logits, "logits", ["batch_size", "sequence_length", SPEECH_VOCABULARY])
    g.save(path)


def channel(g: Graph, embeds: str, which: int) -> str:
    return g.slice(embeds, g.constant([which]), g.constant([which + 1]), 2)


def urge_to_end(g: Graph, embeds: str, values: str) -> str:
    """[B,S,1]: 3 for each token said beyond two for each of the text's."""
    flags = g.slice(g.slice(values, g.constant([0]), g.constant([1]), 1), g.constant([S.head - 1]), g.constant([S.head]), 3)
    text = g.op("ReduceSum", g.op("Squeeze", flags, g.constant([1])), g.constant([1]))  # [B,1,1]
    said = g.op("Mul", channel(g, embeds, POSITION), g.constant(64, np.float32))
    return g.op("Mul", g.op("Sub", said, g.op("Mul", text, g.constant(2, np.float32))), g.constant(3, np.float32))


def conditional_decoder(path: Path, seed: int) -> None:
    g = Graph(seed)
    tokens = g.input("speech_tokens", INT64, ["batch_size", "num_speech_tokens"])
    speaker = g.input("speaker_embeddings", FLOAT, ["batch_size", SPEAKER])
    features = g.input("speaker_features", FLOAT, ["batch_size", "feature_dim", BANDS])
    heard = g.op("Div", g.size(features, 1), g.constant([TOKEN_SAMPLES // FRAME_SAMPLES]))
    said = g.op("Unsqueeze", g.slice(tokens, heard, g.size(tokens, 1), 1), g.constant([2]))  # [B,N,1]

    mood = g.op("Unsqueeze", g.op("Sigmoid", g.linear(speaker, "pitch", SPEAKER, 1)), g.constant([2]))
    step = g.op("Cast", g.op("Mod", said, g.constant(97)), to=FLOAT)
    hertz = g.op("Add", g.op("Mul", step, g.constant(2, np.float32)), g.op("Add", g.op("Mul", mood, g.constant(150, np.float32)), g.constant(80, np.float32)))
    loud = g.op("Unsqueeze", g.op("Sigmoid", g.linear(g.op("ReduceMean", features, axes=[1], keepdims=0), "loudness", BANDS, 1)), g.constant([2]))
    sounds = g.op("Cast", g.op("Not", g.op("Equal", said, g.constant(SILENCE))), to=FLOAT)
    level = g.op("Mul", sounds, g.op("Add", g.op("Mul", loud, g.constant(0.2, np.float32)), g.constant(0.2, np.float32)))

    times = g.op("Cast", g.op("Range", g.constant(0), g.constant(TOKEN_SAMPLES), g.constant(1)), to=FLOAT)
    swell = g.op("Sin", g.op("Mul", g.op("Add", times, g.constant(0.5, np.float32)), g.constant(math.pi / TOKEN_SAMPLES, np.float32)))
    phase = g.op("Mul", g.op("Mul", hertz, times), g.constant(2 * math.pi / RATE_HZ, np.float32))
    waves = g.op("Mul", g.op("Mul", g.op("Sin", phase), swell), level)  # [B,N,960]
    g.output(g.op("Reshape", waves, g.constant([0, -1])), "waveform", ["batch_size", "num_samples"])
    g.save(path)


def tokenizer() -> dict[str, object]:
    """Letters alone; upper case is in the vocabulary, as in the published one, though the model was not trained on it."""
    plain = unicodedata.normalize("NFKD", f"{SAMPLE} abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()-")
    letters = sorted(set(plain + plain.lower()) - {" "})
    vocabulary = {"[STOP]": STOP, "[UNK]": 1, "[SPACE]": 2}
    numbers = (n for n in range(3, LANGUAGE_TAGS) if n != START)
    vocabulary |= dict(zip(letters, numbers))
    tags = {f"[{language}]": LANGUAGE_TAGS + i for i, language in enumerate(LANGUAGES)}
    special = {"[START]": START, **tags, "[START_SPEECH]": START_SPEECH, "[EXAGGERATION]": EXAGGERATION}
    vocabulary |= special
    marks = ("[STOP]", "[UNK]", "[SPACE]", *special)
    around = template([("[EXAGGERATION]", EXAGGERATION), ("[START]", START)], [("[STOP]", STOP), ("[START_SPEECH]", START_SPEECH), ("[START_SPEECH]", START_SPEECH)])
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [added(name, vocabulary[name]) for name in sorted(marks, key=vocabulary.get)],
            "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "[SPACE]"}, "pre_tokenizer": None, "post_processor": around, "decoder": None,
            "model": {"type": "BPE", "dropout": None, "unk_token": "[UNK]", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                      "vocab": vocabulary, "merges": []}}
