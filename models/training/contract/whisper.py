"""Whisper in three layouts: Optimum's, for windows of exactly 30 s; the timestamped one without `If`, for any length up to 15 s; and, for windows
of exactly 4 s, one whose encoder adds a table of positions, with the decoder's weights in a file of their own and a half-precision copy of both."""
from __future__ import annotations

from pathlib import Path

import numpy as np

from .files import LANGUAGES, WORDS, added, halve, merges, quantize, template, weights_beside, write_json
from .graph import FLOAT, Graph
from .transformer import Decoder, Shape, encoder_layers, gelu, run, sinusoids

MELS = 80
PLACES = 448


def bytes_to_letters() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in the vocabulary's order."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in kept]
    return [chr(b) for b in kept] + [chr(256 + i) for i in range(len(rest))]


def tokens(seconds: int) -> tuple[list[str], list[tuple[str, str]], dict[str, int]]:
    """Text tokens, merges, and the numbers of the special tokens and timestamps that follow."""
    pairs = merges(WORDS, "Ġ")
    text = [*bytes_to_letters(), *("".join(p) for p in pairs)]
    names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{lang}|>" for lang in LANGUAGES), "<|translate|>", "<|transcribe|>",
             "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>", *(f"<|{i * 0.02:.2f}|>" for i in range(seconds * 50 + 1))]
    return text, pairs, {name: len(text) + i for i, name in enumerate(names)}


def encoder(path: Path, s: Shape, positions: int, fixed: bool, seed: int) -> None:
    g = Graph(seed)
    x = g.input("input_features", FLOAT, ["batch_size", MELS, 2 * positions if fixed else "frames"])
    x = gelu(g, g.conv(x, "encoder.conv1", MELS, s.width, [3], pads=[1, 1]))
    x = gelu(g, g.conv(x, "encoder.conv2", s.width, s.width, [3], pads=[1, 1], strides=[2]))
    x = g.op("Transpose", x, perm=[0, 2, 1])
    length = g.constant([positions]) if fixed else g.size(x, 1)  # an encoder for fixed windows adds all its positions
    x = g.op("Add", x, sinusoids(g, g.op("Cast", run(g, g.constant([0]), length), to=FLOAT), s))
    g.output(encoder_layers(g, s, x, None), "last_hidden_state", ["batch_size", "encoder_sequence_length", s.width])
    quantize(g.save(path))


def encoder_with_table(path: Path, s: Shape, positions: int, seed: int, int8: bool = False) -> None:
    """As torch writes it: the positions are a weight, all of which is added."""
    g = Graph(seed)
    x = g.input("input_features", FLOAT, ["batch_size", MELS, 2 * positions])
    x = gelu(g, g.conv(x, "encoder.conv1", MELS, s.width, [3], pads=[1, 1]))
    x = gelu(g, g.conv(x, "encoder.conv2", s.width, s.width, [3], pads=[1, 1], strides=[2]))
    x = g.op("Add", g.op("Transpose", x, perm=[0, 2, 1]), g.weight("encoder.embed_positions.weight", positions, s.width, spread=0.5))
    g.output(encoder_layers(g, s, x, None), "last_hidden_state", ["batch_size", positions, s.width])
    (quantize if int8 else halve)(g.save(path))


def decoder(path: Path, s: Shape, text_tokens: int, branches: bool, cross: bool, seed: int, large: bool = False, end_after: int | None = None) -> None:
    g = Graph(seed)
    bias = np.where(np.arange(s.vocabulary) <= text_tokens, 0.0, -12.0)  # text and its end; timestamps where they are asked for
    if end_after is not None:
        bias = np.tile(bias, (PLACES, 1))
        bias[:, text_tokens] = np.where(np.arange(PLACES) < end_after, -1000.0, 1000.0)
        # A word at each place, and sure of it: a model that doubts itself is heard again and again.
        said = np.random.default_rng(seed).integers(256, text_tokens, PLACES)
        bias[np.arange(end_after), said[:end_after]] = 1000.0
    table = g.weight("decoder.embed_positions.weight", PLACES, s.width, spread=0.5)
    Decoder(s, lambda inner, start, length: inner.op("Gather", table, run(inner, start, length)), mask=False, cross=cross, logits_bias=bias).write(g, branches)
    g.save(path)
    if large:
        halve(path)
        weights_beside(path)
        return
    # Keys and values of what is left of the encoder's output: nothing, after the first step, which dynamic quantisation can't take.
    empty = [n.name for n in g.nodes if any(".encoder_attn." in i and ("k_proj" in i or "v_proj" in i) for i in n.input)]
    quantize(path, empty if not branches else None)


def write_sized(folder: Path, seed: int) -> None:
    """As large as Whisper tiny, for the bench: what it says has no sense and is 30 tokens long, whatever it hears."""
    write(folder, 30, False, seed, True, Shape(51_865, 384, 6, 4, 1536, "gelu", PLACES), end_after=30)


def write(folder: Path, seconds: int, timestamps: bool, seed: int, table: bool = False, sized: Shape | None = None, end_after: int | None = None) -> None:
    text, pairs, special = tokens(seconds)
    s = sized or Shape(len(text) + len(special), activation="gelu", places=PLACES)
    positions = seconds * 50
    if sized:
        encoder_with_table(folder / "onnx/encoder_model.onnx", s, positions, seed, int8=True)
    elif table:
        encoder_with_table(folder / "onnx/encoder_model.onnx", s, positions, seed)
    else:
        encoder(folder / "onnx/encoder_model.onnx", s, positions, not timestamps, seed)
    branches = not timestamps and (not table or sized is not None)
    decoder(folder / "onnx/decoder_model_merged.onnx", s, len(text), branches, timestamps or table, seed + 1, table and not sized, end_after)
    eot, sot, notimestamps = special["<|endoftext|>"], special["<|startoftranscript|>"], special["<|notimestamps|>"]
    control = [n for n in special if not n[2].isdigit()]
    lang = {f"<|{code}|>": special[f"<|{code}|>"] for code in LANGUAGES}
    ids = {"bos_token_id": eot, "eos_token_id": eot, "pad_token_id": eot, "decoder_start_token_id": sot}
    begin = [text.index("Ġ"), eot]
    config = {
        "model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "is_encoder_decoder": True, "activation_function": "gelu",
        "d_model": s.width, "encoder_layers": s.layers, "decoder_layers": s.layers, "encoder_attention_heads": s.heads, "decoder_attention_heads": s.heads,
        "encoder_ffn_dim": s.inner, "decoder_ffn_dim": s.inner, "num_hidden_layers": s.layers, "num_mel_bins": MELS, "max_source_positions": positions,
        "max_target_positions": PLACES, "vocab_size": s.vocabulary, "scale_embedding": False, "use_cache": True, "median_filter_width": 7,
        "begin_suppress_tokens": begin, **ids}
    if timestamps:
        config |= {"timbre_variable_length": True, "timbre_prompts": True}
    write_json(
        folder,
        config=config,
        generation_config={
            "_from_model_config": False, **ids, "max_length": PLACES, "is_multilingual": True, "lang_to_id": lang,
            "task_to_id": {"transcribe": special["<|transcribe|>"], "translate": special["<|translate|>"]}, "no_timestamps_token_id": notimestamps,
            "prev_sot_token_id": special["<|startofprev|>"], "max_initial_timestamp_index": 50, "return_timestamps": False,
            "alignment_heads": [[1, 0], [1, 1]], "begin_suppress_tokens": begin, "suppress_tokens": sorted(special[n] for n in control if n != "<|endoftext|>")},
        preprocessor_config={
            "feature_extractor_type": "WhisperFeatureExtractor", "processor_class": "WhisperProcessor", "feature_size": MELS, "sampling_rate": 16000,
            "hop_length": 160, "n_fft": 400, "chunk_length": seconds, "n_samples": seconds * 16000, "nb_max_frames": seconds * 100,
            "padding_side": "right", "padding_value": 0.0, "return_attention_mask": False},
        tokenizer={
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [added(n, i, not n[2].isdigit()) for n, i in special.items()],
            "normalizer": None, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            "post_processor": template([("<|startoftranscript|>", sot), ("<|notimestamps|>", notimestamps)], [("<|endoftext|>", eot)]),
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": False,
                      "vocab": {t: i for i, t in enumerate(text)}, "merges": [" ".join(p) for p in pairs]}},
        tokenizer_config={
            "tokenizer_class": "WhisperTokenizer", "processor_class": "WhisperProcessor", "add_prefix_space": False, "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "additional_special_tokens": control,
            "clean_up_tokenization_spaces": False, "errors": "replace", "model_max_length": 1024, "return_attention_mask": False},
    )
