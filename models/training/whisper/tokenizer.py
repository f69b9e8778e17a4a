"""The recogniser's own tokenizer: byte-level BPE on the grammar's text, with Whisper's special tokens in Whisper's order."""
from __future__ import annotations

import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from ..text.morphology import LANGUAGES

TEXT_TOKENS = 2048
WINDOW_SECONDS = 15
MAX_TARGETS = 160


class Vocabulary:
    """Token numbers. Text tokens first, then the special ones, then the timestamps, which must follow <|notimestamps|>."""

    def __init__(self, text_tokens: int):
        names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{lang}|>" for lang in LANGUAGES), "<|translate|>", "<|transcribe|>",
                 "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
        self.special = {name: text_tokens + i for i, name in enumerate(names)}
        first = text_tokens + len(names)
        self.special |= {f"<|{i * 0.02:.2f}|>": first + i for i in range(WINDOW_SECONDS * 50 + 1)}
        self.eot = self.special["<|endoftext|>"]
        self.sot = self.special["<|startoftranscript|>"]
        self.lang = {lang: self.special[f"<|{lang}|>"] for lang in LANGUAGES}
        self.transcribe = self.special["<|transcribe|>"]
        self.translate = self.special["<|translate|>"]
        self.nospeech = self.special["<|nospeech|>"]
        self.notimestamps = self.special["<|notimestamps|>"]
        self.size = first + WINDOW_SECONDS * 50 + 1


def train_tokenizer(lines: list[str], path: Path) -> None:
    """Writes the bare BPE model, without special tokens, to `path`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator((" " + line for line in lines), trainers.BpeTrainer(
        vocab_size=TEXT_TOKENS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=2))
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))


def load(path: Path) -> tuple[Tokenizer, Vocabulary]:
    tokenizer = Tokenizer.from_file(str(path))
    return tokenizer, Vocabulary(tokenizer.get_vocab_size())


def hub_files(path: Path, out: Path) -> None:
    """`tokenizer.json` and `tokenizer_config.json` as transformers and transformers.js read them."""
    data = json.loads(path.read_text("utf-8"))
    vocabulary = Vocabulary(len(data["model"]["vocab"]))
    token = lambda name, number, special: {"id": number, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special}
    data["added_tokens"] = [token(name, number, not name[2].isdigit()) for name, number in vocabulary.special.items()]
    prefix = [("<|startoftranscript|>", 0), ("<|notimestamps|>", 0)]
    data["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [*({"SpecialToken": {"id": n, "type_id": t}} for n, t in prefix), {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}],
        "pair": [*({"SpecialToken": {"id": n, "type_id": t}} for n, t in prefix), {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}],
        "special_tokens": {n: {"id": n, "ids": [vocabulary.special[n]], "tokens": [n]} for n in ("<|startoftranscript|>", "<|notimestamps|>", "<|endoftext|>")},
    }
    (out / "tokenizer.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    special = [n for n in vocabulary.special if not n[2].isdigit()]
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "WhisperTokenizer", "add_prefix_space": False, "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "clean_up_tokenization_spaces": False, "errors": "replace",
        "return_attention_mask": False, "additional_special_tokens": special, "model_max_length": MAX_TARGETS,
        "processor_class": "WhisperProcessor"}, indent=1), "utf-8")
