"""Writes `models/starter/translation`: the files, names and tensors of a hub's M2M100."""
from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..lean import lean
from ..optimise import optimise
from ..onnx_tools import export, quantise
from ..text.morphology import LANGUAGES
from ..whisper.export import past_names
from .model import Config, Translator
from .tokenizer import BOS, EOS, MAX_POSITIONS, PAD, hub_files, load


class EncoderGraph(nn.Module):
    def __init__(self, model: Translator):
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model.encode(input_ids, attention_mask)


class DecoderGraph(nn.Module):
    """Every step in one graph, as in the recogniser's export."""

    def __init__(self, model: Translator):
        super().__init__()
        self.stack = model.decoder

    def forward(self, source_mask: Tensor, tokens: Tensor, source: Tensor, *past: Tensor):
        s = self.stack
        done, heard, n = past[0].shape[2], past[2].shape[2], tokens.shape[1]
        x = s.embed_tokens(tokens) * s.scale + s.positions[done + 2 : done + 2 + n]
        rows = torch.arange(n).unsqueeze(1) + done
        mask = torch.where(torch.arange(done + n).unsqueeze(0) > rows, -1e4, 0.0)
        bias = (1 - source_mask.to(x.dtype)).unsqueeze(1).unsqueeze(1) * -1e4
        fresh = source[:, heard:]
        present = []
        for i, layer in enumerate(s.layers):
            dk, dv, ek, ev = past[4 * i : 4 * i + 4]
            a, c = layer.self_attn, layer.encoder_attn
            h = layer.self_attn_layer_norm(x)
            k = torch.cat([dk, a.split(a.k_proj(h))], 2)
            v = torch.cat([dv, a.split(a.v_proj(h))], 2)
            x = x + a.attend(a.split(a.q_proj(h)), k, v, mask)[0]
            ek = torch.cat([ek, c.split(c.k_proj(fresh))], 2)
            ev = torch.cat([ev, c.split(c.v_proj(fresh))], 2)
            x = x + c.attend(c.split(c.q_proj(layer.encoder_attn_layer_norm(x))), ek, ev, bias)[0]
            x = x + layer.fc2(F.relu(layer.fc1(layer.final_layer_norm(x))))
            present += [k, v, ek, ev]
        return (F.linear(s.layer_norm(x), s.embed_tokens.weight), *present)


def graphs(model: Translator, folder: Path) -> tuple[Path, Path]:
    """fp32 ONNX files of the encoder and the merged decoder."""
    c = model.config
    encoder, decoder = folder / "encoder_model.onnx", folder / "decoder_model_merged.onnx"
    tokens = torch.full((2, 7), 5)
    sequence = {0: "batch_size", 1: "encoder_sequence_length"}
    export(EncoderGraph(model), (tokens, torch.ones_like(tokens)), encoder, ["input_ids", "attention_mask"], ["last_hidden_state"],
           {"input_ids": sequence, "attention_mask": sequence, "last_hidden_state": sequence})
    past = [torch.zeros(2, c.heads, 3 if i % 4 < 2 else 7, c.width // c.heads) for i in range(4 * c.decoder_layers)]
    names, present = past_names(c.decoder_layers, "past_key_values"), past_names(c.decoder_layers, "present")
    dynamic = {"encoder_attention_mask": sequence, "input_ids": {0: "batch_size", 1: "decoder_sequence_length"}, "encoder_hidden_states": sequence,
               "logits": {0: "batch_size", 1: "decoder_sequence_length"}}
    dynamic |= {n: {0: "batch_size", 2: f"past_{n.split('.')[-2]}_sequence_length"} for n in names}
    dynamic |= {n: {0: "batch_size", 2: f"present_{n.split('.')[-2]}_sequence_length"} for n in present}
    export(DecoderGraph(model), (torch.ones_like(tokens), torch.full((2, 2), 5), torch.zeros(2, 7, c.width), *past), decoder,
           ["encoder_attention_mask", "input_ids", "encoder_hidden_states", *names], ["logits", *present], dynamic)
    return encoder, decoder


def configuration(c: Config, code: dict[str, int], out: Path) -> None:
    write = lambda name, data: (out / name).write_text(json.dumps(data, indent=1), "utf-8")
    write("config.json", {
        "architectures": ["M2M100ForConditionalGeneration"], "model_type": "m2m_100", "d_model": c.width, "encoder_layers": c.encoder_layers, "decoder_layers": c.decoder_layers,
        "num_hidden_layers": c.encoder_layers, "encoder_attention_heads": c.heads, "decoder_attention_heads": c.heads, "encoder_ffn_dim": 4 * c.width,
        "decoder_ffn_dim": 4 * c.width, "vocab_size": c.vocabulary, "max_position_embeddings": MAX_POSITIONS, "activation_function": "relu", "scale_embedding": True,
        "is_encoder_decoder": True, "use_cache": True, "bos_token_id": BOS, "pad_token_id": PAD, "eos_token_id": EOS, "decoder_start_token_id": EOS,
        "transformers.js_config": {"dtype": "q8"}})
    write("generation_config.json", {"bos_token_id": BOS, "pad_token_id": PAD, "eos_token_id": EOS, "decoder_start_token_id": EOS,
                                     "max_length": MAX_POSITIONS, "num_beams": 1, "languages": {lang: code[lang] for lang in LANGUAGES}})


def run(args: Namespace) -> None:
    work = Path(args.work) / "translation"
    out = Path(args.out) / "translation"
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    state = torch.load(work / "state.pt", weights_only=False, map_location="cpu")
    model = Translator(Config(**state["config"])).eval()
    model.load_state_dict(state["average"])
    encoder, decoder = graphs(model, work / "onnx")
    quantise(encoder, out / "onnx" / "encoder_model_quantized.onnx")
    quantise(decoder, out / "onnx" / "decoder_model_merged_quantized.onnx", keep=("encoder_attn/k_proj", "encoder_attn/v_proj"))
    lean(out / "onnx" / "decoder_model_merged_quantized.onnx")
    optimise(out / "onnx" / "encoder_model_quantized.onnx", model.config.width // model.config.heads)
    optimise(out / "onnx" / "decoder_model_merged_quantized.onnx")
    _, code = load(work / "bpe.json")
    configuration(model.config, code, out)
    hub_files(work / "bpe.json", out)
    for path in sorted(out.rglob("*.onnx")):
        print(f"{path.relative_to(out)}: {path.stat().st_size / 1e6:.1f} MB")
