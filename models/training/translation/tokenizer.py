"""The translator's tokenizer: BPE over `▁`-marked words, with M2M100's special tokens and `__en__`-like language tokens."""
from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from ..text.morphology import LANGUAGES

TOKENS = 4000
BOS, PAD, EOS, UNK = 0, 1, 2, 3
MAX_POSITIONS = 160


def train_tokenizer(lines: list[str], path: Path) -> None:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation("isolated")])
    tokenizer.decoder = decoders.Metaspace()
    alphabet = [chr(c) for c in range(33, 127)] + list("àâäáãçéèêëíìîïñóòôöõúùûüœæßÀÂÄÁÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜŒÆ¿¡€")
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=TOKENS, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], initial_alphabet=alphabet, show_progress=False, min_frequency=2))
    tokenizer.add_special_tokens([f"__{lang}__" for lang in LANGUAGES])
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))


def load(path: Path) -> tuple[Tokenizer, dict[str, int]]:
    """The tokenizer and the numbers of the language tokens."""
    tokenizer = Tokenizer.from_file(str(path))
    return tokenizer, {lang: tokenizer.token_to_id(f"__{lang}__") for lang in LANGUAGES}


def hub_files(path: Path, out: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    number = {t["content"]: t["id"] for t in data["added_tokens"]}
    special = ["__en__", "</s>"]
    data["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "__en__", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": "__en__", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "special_tokens": {t: {"id": t, "ids": [number[t]], "tokens": [t]} for t in special},
    }
    (out / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "M2M100Tokenizer", "bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
        "src_lang": "en", "tgt_lang": None, "additional_special_tokens": [f"__{lang}__" for lang in LANGUAGES], "model_max_length": MAX_POSITIONS,
        "clean_up_tokenization_spaces": False}, indent=1), "utf-8")
