"""What every model folder has: JSON files as the hub writes them, a graph and its int8 copy, and word pieces for tiny tokenizers."""
from __future__ import annotations

import json
import logging
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

LANGUAGES = ("fr", "en", "es", "de", "pt", "it", "pl", "tr", "ru", "nl", "cs", "ar", "zh", "ja", "hu", "ko")
WORDS = ("the", "and", "on", "in", "is", "we", "you", "meet", "train", "late", "le", "la", "les", "de", "un", "une", "et", "est", "je")
SAMPLE = "Olá, ça va ? Où êtes-vous : à l'école ! Straße schön früh €5. Señor ¿mañana? però più città. Łódź świąt żółć. İşık ğ ç. Это поезд. český řeka. مرحبا. 你好。こんにちは。안녕. ő ű."


def write_json(folder: Path, **files: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=None if name == "tokenizer" else 1) + "\n", "utf-8")


def quantize(path: Path, keep: list[str] | None = None) -> None:
    """Writes `…_quantized.onnx` beside a graph: int8 weights of the matrix products and embeddings, activations quantised as they come."""
    logging.getLogger().setLevel(logging.ERROR)
    out = path.with_name(f"{path.stem}_quantized.onnx")
    quantize_dynamic(str(path), str(out), op_types_to_quantize=["MatMul", "Gather"], weight_type=QuantType.QInt8, nodes_to_exclude=keep or [],
                     extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True})
    model = onnx.load(str(out))
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString(deterministic=True))


def halve(path: Path) -> None:
    """Writes `…_fp16.onnx` beside a graph: its numbers, inputs and outputs in half precision."""
    model = convert_float_to_float16(onnx.load(str(path)), keep_io_types=False)
    onnx.checker.check_model(model)
    path.with_name(f"{path.stem}_fp16.onnx").write_bytes(model.SerializeToString(deterministic=True))


def weights_beside(path: Path) -> None:
    """Moves a graph's larger weights to `….onnx_data`, as the hub has them for large models."""
    model = onnx.load(str(path))
    path.with_name(f"{path.name}_data").unlink(missing_ok=True)
    onnx.save_model(model, str(path), save_as_external_data=True, location=f"{path.name}_data", size_threshold=1024)


def merges(words: tuple[str, ...], space: str) -> list[tuple[str, str]]:
    """BPE merges that build the words left to right, a space before each."""
    found: list[tuple[str, str]] = []
    for word in words:
        piece = space
        for letter in word:
            if (piece, letter) not in found:
                found.append((piece, letter))
            piece += letter
    return found


def added(name: str, number: int, special: bool = True) -> dict[str, object]:
    return {"id": number, "content": name, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special}


def template(before: list[tuple[str, int]], after: list[tuple[str, int]]) -> dict[str, object]:
    mark = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    part = lambda which: {"Sequence": {"id": which, "type_id": 0}}
    around = lambda *parts: [*(mark(n) for n, _ in before), *parts, *(mark(n) for n, _ in after)]
    return {"type": "TemplateProcessing", "single": around(part("A")), "pair": around(part("A"), part("B")),
            "special_tokens": {n: {"id": n, "ids": [i], "tokens": [n]} for n, i in before + after}}
