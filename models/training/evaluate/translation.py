"""The translator's figures, from the exported files through onnxruntime: greedy, sentence by sentence as in the app."""
from __future__ import annotations

import json
import re
from argparse import Namespace
from pathlib import Path

import numpy as np
from sacrebleu.metrics import CHRF
from tokenizers import Tokenizer

from ..text.morphology import LANGUAGES
from .recognition import session


class Translator:
    def __init__(self, model: Path, encoder: Path | None = None, decoder: Path | None = None):
        self.encoder = session(encoder or model / "onnx" / "encoder_model_quantized.onnx")
        self.decoder = session(decoder or model / "onnx" / "decoder_model_merged_quantized.onnx")
        self.tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
        config = json.loads((model / "config.json").read_text())
        self.heads, self.width = config["decoder_attention_heads"], config["d_model"] // config["decoder_attention_heads"]
        self.pad, self.eos, self.limit = config["pad_token_id"], config["eos_token_id"], config["max_position_embeddings"]
        self.code = {lang: self.tokenizer.token_to_id(f"__{lang}__") for lang in LANGUAGES}
        self.names = [i.name for i in self.decoder.get_inputs() if i.name.startswith("past_key_values")]

    def translate(self, sentences: list[str], source: str, target: str) -> list[str]:
        rows = [[self.code[source], *self.tokenizer.encode(s, add_special_tokens=False).ids, self.eos] for s in sentences]
        width = max(map(len, rows))
        ids = np.array([r + [self.pad] * (width - len(r)) for r in rows])
        mask = (ids != self.pad).astype(np.int64)
        hidden = self.encoder.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        past = {n: np.zeros((len(rows), self.heads, 0, self.width), np.float32) for n in self.names}
        tokens = np.array([[self.eos, self.code[target]]] * len(rows))
        out: list[list[int]] = [[] for _ in rows]
        open_ = np.ones(len(rows), bool)
        for _ in range(min(self.limit - 3, 3 * width + 10)):
            result = self.decoder.run(None, {"encoder_attention_mask": mask, "input_ids": tokens, "encoder_hidden_states": hidden, **past})
            # The encoder's keys and values are of the first step.
            past |= {name: value for name, value in zip(self.names, result[1:]) if ".decoder." in name or not past[name].size}
            best = result[0][:, -1].argmax(-1)
            open_ &= best != self.eos
            for i in np.flatnonzero(open_):
                out[i].append(int(best[i]))
            if not open_.any():
                break
            tokens = np.where(open_, best, self.eos)[:, None]
        return [self.tokenizer.decode(o).strip() for o in out]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def measure(model: Translator, messages: list[dict], per_direction: int) -> dict:
    chrf = CHRF()
    table: dict[str, float] = {}
    kept = total = 0
    for s in LANGUAGES:
        for k, t in enumerate(LANGUAGES):
            if s == t:
                continue
            start = (LANGUAGES.index(s) * 6 + k) * 31
            chosen = [messages[(start + i) % len(messages)] for i in range(per_direction)]
            parts = [sentences(m["text"][s]) for m in chosen]
            flat = model.translate([x for p in parts for x in p], s, t)
            outputs, at = [], 0
            for p in parts:
                outputs.append(" ".join(flat[at : at + len(p)]))
                at += len(p)
            table[f"{s}-{t}"] = chrf.corpus_score(outputs, [[m["text"][t] for m in chosen]]).score
            for m, o in zip(chosen, outputs):
                for k_ in m["kept"][t]:
                    total += 1
                    kept += k_.lower() in o.lower()
    return {"chrf": table, "chrf_mean": float(np.mean(list(table.values()))), "kept": kept / max(1, total), "kept_of": total, "messages_a_direction": per_direction}


def run(args: Namespace) -> dict:
    work, model = Path(args.work), Path(args.out) / "translation"
    messages = [json.loads(line) for line in open(work / "text" / "test.jsonl", encoding="utf-8")]
    figures = measure(Translator(model), messages, args.messages)
    exact = work / "translation" / "onnx"
    if (exact / "encoder_model.onnx").exists():
        part = max(5, args.messages // 4)
        fp32 = Translator(model, exact / "encoder_model.onnx", exact / "decoder_model_merged.onnx")
        figures["chrf_fp32_part"], figures["chrf_int8_part"] = measure(fp32, messages, part)["chrf_mean"], measure(Translator(model), messages, part)["chrf_mean"]
    return figures
