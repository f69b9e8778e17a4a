"""Translators: a Marian pair, M2M100 and NLLB, which differ in tokenizer, positions and how the target language is named."""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from .files import LANGUAGES, SAMPLE, WORDS, added, merges, quantize, template, write_json
from .graph import FLOAT, INT64, Graph
from .transformer import Decoder, Shape, encoder_layers, masked, run, sinusoids

PLACES = 128
LETTERS = sorted({*map(chr, range(33, 127)), *SAMPLE} - {" "})
NLLB = {"fr": "fra_Latn", "en": "eng_Latn", "es": "spa_Latn", "de": "deu_Latn", "pt": "por_Latn", "it": "ita_Latn", "pl": "pol_Latn", "tr": "tur_Latn",
        "ru": "rus_Cyrl", "nl": "nld_Latn", "cs": "ces_Latn", "ar": "arb_Arab", "zh": "zho_Hans", "ja": "jpn_Jpan", "hu": "hun_Latn", "ko": "kor_Hang"}


def graphs(folder: Path, s: Shape, first_place: int, scale: float, bias: np.ndarray | None, seed: int) -> None:
    """first_place: M2M100 counts its positions from 2 (after the padding's), Marian from 0. bias: added to the logits; keeps markers out of the text."""
    g = Graph(seed)
    tokens = g.input("input_ids", INT64, ["batch_size", "encoder_sequence_length"])
    mask = g.input("attention_mask", INT64, ["batch_size", "encoder_sequence_length"])
    x = g.op("Gather", g.weight("encoder.embed_tokens.weight", s.vocabulary, s.width, spread=1 / scale), tokens)
    if scale != 1.0:
        x = g.op("Mul", x, g.constant(scale, np.float32))
    places = lambda inner, start, length: sinusoids(inner, inner.op("Cast", run(inner, inner.op("Add", start, inner.constant([first_place])), length), to=FLOAT), s)
    x = g.op("Add", x, places(g, g.constant([0]), g.size(tokens, 1)))
    g.output(encoder_layers(g, s, x, masked(g, mask)), "last_hidden_state", ["batch_size", "encoder_sequence_length", s.width])
    quantize(g.save(folder / "onnx/encoder_model.onnx"))

    g = Graph(seed + 1)
    Decoder(s, places, mask=True, cross=False, scale=scale, logits_bias=bias).write(g, branches=True)
    quantize(g.save(folder / "onnx/decoder_model_merged.onnx"))


def config(s: Shape, model_type: str, architecture: str, **more: object) -> dict[str, object]:
    return {"model_type": model_type, "architectures": [architecture], "is_encoder_decoder": True, "d_model": s.width, "encoder_layers": s.layers,
            "decoder_layers": s.layers, "num_hidden_layers": s.layers, "encoder_attention_heads": s.heads, "decoder_attention_heads": s.heads,
            "encoder_ffn_dim": s.inner, "decoder_ffn_dim": s.inner, "activation_function": s.activation, "max_position_embeddings": PLACES,
            "vocab_size": s.vocabulary, "scale_embedding": True, "use_cache": True, "max_length": PLACES, "num_beams": 1, **more}


def metaspace(kind: str) -> dict[str, object]:
    return {"type": kind, "replacement": "▁", "add_prefix_space": True, "prepend_scheme": "always"}


def write_marian(folder: Path, seed: int) -> None:
    pieces = [f"▁{w}" for w in WORDS]
    text = ["</s>", "<unk>", "▁", *LETTERS, *pieces, "<pad>"]
    # Longer pieces are likelier than their letters; the markers are never found in text.
    score = lambda t: 0.0 if t in ("</s>", "<unk>", "<pad>") else -2.0 - 0.01 * text.index(t) if t in pieces else -6.0
    s = Shape(len(text), activation="swish", places=PLACES)
    graphs(folder, s, 0, math.sqrt(s.width), np.where(np.arange(s.vocabulary) == s.vocabulary - 1, -10.0, 0.0), seed)
    end, unknown, padding = 0, 1, s.vocabulary - 1
    ids = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": padding, "decoder_start_token_id": padding, "forced_eos_token_id": end}
    write_json(
        folder,
        config=config(s, "marian", "MarianMTModel", static_position_embeddings=True, bad_words_ids=[[padding]], **ids),
        generation_config={"_from_model_config": True, "bad_words_ids": [[padding]], "max_length": PLACES, "num_beams": 1, **ids},
        tokenizer={
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added("</s>", end), added("<unk>", unknown), added("<pad>", padding)], "normalizer": {"type": "NFKC"},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace("Metaspace")]},
            "post_processor": template([], [("</s>", end)]), "decoder": metaspace("Metaspace"),
            "model": {"type": "Unigram", "unk_id": unknown, "vocab": [[t, score(t)] for t in text]}},
        tokenizer_config={"tokenizer_class": "MarianTokenizer", "source_lang": "en", "target_lang": "fr", "eos_token": "</s>", "unk_token": "<unk>",
                          "pad_token": "<pad>", "separate_vocabs": False, "model_max_length": PLACES},
    )


def write_many(folder: Path, nllb: bool, seed: int) -> None:
    name = (lambda lang: NLLB[lang]) if nllb else (lambda lang: f"__{lang}__")
    pairs = merges(WORDS, "▁")
    text = ["<s>", "<pad>", "</s>", "<unk>", "▁", *LETTERS, *("".join(p) for p in pairs)]
    marks = {name(lang): len(text) + i for i, lang in enumerate(sorted(LANGUAGES))}
    s = Shape(len(text) + len(marks), places=PLACES)
    graphs(folder, s, 2, math.sqrt(s.width), np.where(np.arange(s.vocabulary) < len(text), 0.0, -12.0), seed)
    ids = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    source = name("en")
    kind = "Nllb" if nllb else "M2M100"
    # NLLB-200's tokenizer ends a source with </s> after the language at its front, as M2M100's does.
    write_json(
        folder,
        config=config(s, "m2m_100", "M2M100ForConditionalGeneration", **ids),
        generation_config={"_from_model_config": True, "max_length": PLACES, "num_beams": 1, **ids},
        tokenizer={
            "version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added(t, i) for i, t in enumerate(text[:4])] + [added(t, i) for t, i in marks.items()],
            "normalizer": {"type": "NFKC"}, "pre_tokenizer": metaspace("Metaspace"), "post_processor": template([(source, marks[source])], [("</s>", 2)]),
            "decoder": metaspace("Metaspace"),
            "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True,
                      "vocab": {t: i for i, t in enumerate(text)}, "merges": [" ".join(p) for p in pairs]}},
        tokenizer_config={"tokenizer_class": f"{kind}Tokenizer", "src_lang": source if nllb else "en", "tgt_lang": None, "bos_token": "<s>",
                          "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>", "pad_token": "<pad>",
                          "additional_special_tokens": list(marks), "model_max_length": PLACES},
    )
