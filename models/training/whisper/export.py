"""Writes `models/starter/whisper`: the files, names and tensors of a hub model."""
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
from .model import GUIDED_HEADS, Config, Encoder, Whisper
from .tokenizer import MAX_TARGETS, WINDOW_SECONDS, hub_files, load

REPEATS = 2  # of a position: it is 40 ms, Whisper's 20


class EncoderGraph(nn.Module):
    """Whisper's encoder answers once in two mel frames, and whoever runs it counts on that: each position of ours is given twice. Attention does not mind."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_features: Tensor) -> Tensor:
        return self.encoder(input_features)[0].repeat_interleave(REPEATS, dim=1)[:, : input_features.shape[2] // 2]


class DecoderGraph(nn.Module):
    """One graph for every step: the past is empty at the first, and cross-attention's keys are only computed while it is."""

    def __init__(self, model: Whisper):
        super().__init__()
        self.decoder = model.decoder

    def forward(self, tokens: Tensor, source: Tensor, *past: Tensor):
        d = self.decoder
        done = past[0].shape[2]
        heard = past[2].shape[2]
        n = tokens.shape[1]
        x = d.embed_tokens(tokens) + d.embed_positions.weight[done : done + n]
        total = done + n
        rows = torch.arange(n).unsqueeze(1) + done
        mask = torch.where(torch.arange(total).unsqueeze(0) > rows, -1e9, 0.0)
        fresh = source[:, heard:]
        present, crosses = [], []
        for i, layer in enumerate(d.layers):
            dk, dv, ek, ev = past[4 * i : 4 * i + 4]
            a = layer.self_attn
            h = layer.self_attn_layer_norm(x)
            k = torch.cat([dk, a.split(a.k_proj(h))], 2)
            v = torch.cat([dv, a.split(a.v_proj(h))], 2)
            x = x + a.attend(a.split(a.q_proj(h)), k, v, mask)[0]
            c = layer.encoder_attn
            ek = torch.cat([ek, c.split(c.k_proj(fresh))], 2)
            ev = torch.cat([ev, c.split(c.v_proj(fresh))], 2)
            out, weights = c.attend(c.split(c.q_proj(layer.encoder_attn_layer_norm(x))), ek, ev)
            x = x + out
            x = x + layer.fc2(F.gelu(layer.fc1(layer.final_layer_norm(x))))
            present += [k, v, ek, ev]
            crosses.append(weights)
        logits = F.linear(d.layer_norm(x), d.embed_tokens.weight)
        return (logits, *present, *crosses)


def past_names(layers: int, prefix: str) -> list[str]:
    return [f"{prefix}.{i}.{side}.{kind}" for i in range(layers) for side in ("decoder", "encoder") for kind in ("key", "value")]


def graphs(model: Whisper, folder: Path) -> tuple[Path, Path]:
    """fp32 ONNX files of the encoder and the merged decoder."""
    c = model.config
    encoder, decoder = folder / "encoder_model.onnx", folder / "decoder_model_merged.onnx"
    export(EncoderGraph(model.encoder), (torch.zeros(1, c.mels, 200),), encoder, ["input_features"], ["last_hidden_state"],
           {"input_features": {0: "batch_size", 2: "frames"}, "last_hidden_state": {0: "batch_size", 1: "encoder_sequence_length"}})
    layers, width = c.decoder_layers, c.width // c.heads
    past = [torch.zeros(2, c.heads, 3 if i % 4 < 2 else 100, width) for i in range(4 * layers)]
    names, present = past_names(layers, "past_key_values"), past_names(layers, "present")
    crosses = [f"cross_attentions.{i}" for i in range(layers)]
    dynamic = {"input_ids": {0: "batch_size", 1: "decoder_sequence_length"}, "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
               "logits": {0: "batch_size", 1: "decoder_sequence_length"}}
    dynamic |= {n: {0: "batch_size", 2: f"past_{n.split('.')[-2]}_sequence_length"} for n in names}
    dynamic |= {n: {0: "batch_size", 2: f"present_{n.split('.')[-2]}_sequence_length"} for n in present}
    dynamic |= {n: {0: "batch_size", 2: "decoder_sequence_length", 3: "encoder_sequence_length"} for n in crosses}
    export(DecoderGraph(model), (torch.zeros(2, 4, dtype=torch.long), torch.zeros(2, 100, c.width), *past), decoder,
           ["input_ids", "encoder_hidden_states", *names], ["logits", *present, *crosses], dynamic)
    return encoder, decoder


def configuration(c: Config, vocabulary, out: Path) -> None:
    write = lambda name, data: (out / name).write_text(json.dumps(data, indent=1), "utf-8")
    write("config.json", {
        "architectures": ["WhisperForConditionalGeneration"], "model_type": "whisper", "d_model": c.width, "encoder_layers": len(c.encoder),
        "decoder_layers": c.decoder_layers, "num_hidden_layers": len(c.encoder), "encoder_attention_heads": c.heads, "decoder_attention_heads": c.heads,
        "encoder_ffn_dim": c.expansion * c.width, "decoder_ffn_dim": 4 * c.width, "num_mel_bins": c.mels, "max_source_positions": REPEATS * c.max_source,
        "max_target_positions": MAX_TARGETS, "vocab_size": c.vocabulary, "activation_function": "gelu", "is_encoder_decoder": True, "use_cache": True,
        "scale_embedding": False, "bos_token_id": vocabulary.eot, "eos_token_id": vocabulary.eot, "pad_token_id": vocabulary.eot,
        "decoder_start_token_id": vocabulary.sot, "begin_suppress_tokens": [], "suppress_tokens": [], "timbre_variable_length": True,
        "timbre_position_repeats": REPEATS,
        "transformers.js_config": {"dtype": "q8"}})
    write("generation_config.json", {
        "alignment_heads": [list(h) for h in GUIDED_HEADS], "begin_suppress_tokens": [], "suppress_tokens": [], "bos_token_id": vocabulary.eot,
        "eos_token_id": vocabulary.eot, "pad_token_id": vocabulary.eot, "decoder_start_token_id": vocabulary.sot, "is_multilingual": True,
        "lang_to_id": {f"<|{lang}|>": vocabulary.lang[lang] for lang in LANGUAGES}, "max_initial_timestamp_index": 50, "max_length": MAX_TARGETS,
        "no_timestamps_token_id": vocabulary.notimestamps, "prev_sot_token_id": vocabulary.special["<|startofprev|>"], "return_timestamps": False,
        "task_to_id": {"transcribe": vocabulary.transcribe, "translate": vocabulary.translate}})
    write("preprocessor_config.json", {
        "chunk_length": WINDOW_SECONDS, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": c.mels, "hop_length": 160, "n_fft": 400,
        "n_samples": WINDOW_SECONDS * 16000, "nb_max_frames": WINDOW_SECONDS * 100, "padding_side": "right", "padding_value": 0.0,
        "processor_class": "WhisperProcessor", "return_attention_mask": False, "sampling_rate": 16000})


def run(args: Namespace) -> None:
    work = Path(args.work) / "whisper"
    out = Path(args.out) / "whisper"
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    state = torch.load(work / "state.pt", weights_only=False, map_location="cpu")
    model = Whisper(Config(**state["config"])).eval()
    model.load_state_dict(state["average"])
    encoder, decoder = graphs(model, work / "onnx")
    quantise(encoder, out / "onnx" / "encoder_model_quantized.onnx")
    quantise(decoder, out / "onnx" / "decoder_model_merged_quantized.onnx", keep=("encoder_attn/k_proj", "encoder_attn/v_proj"))
    lean(out / "onnx" / "decoder_model_merged_quantized.onnx")
    optimise(out / "onnx" / "encoder_model_quantized.onnx", model.config.width // model.config.heads)
    optimise(out / "onnx" / "decoder_model_merged_quantized.onnx")
    _, vocabulary = load(work / "bpe.json")
    configuration(model.config, vocabulary, out)
    hub_files(work / "bpe.json", out)
    for path in sorted(out.rglob("*.onnx")):
        print(f"{path.relative_to(out)}: {path.stat().st_size / 1e6:.1f} MB")
