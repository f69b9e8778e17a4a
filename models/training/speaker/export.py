"""Writes `models/starter/speaker`: `feats` [B,T,80] → `embs` [B,192] in int8, in the hub's layout."""
from __future__ import annotations

import json
import shutil
from argparse import Namespace
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..contract.voice import WESPEAKER
from ..onnx_tools import export, quantise
from ..optimise import optimise
from .data import LOW, STEP, Features, prepare
from .fbank import feats
from .model import Config, Ecapa
from .trials import Embed, pieces

AGREEMENT = 0.99
"""Least mean cosine between int8 and fp32 embeddings, on speakers held out for such choices."""
KEEP = ((), ("/first/",), ("/first/", "/pool/", "/embed/"), ("/first/", "/pool/", "/embed/", "/parts"))
"""What stays fp32: the first list that agrees is taken."""


def embedder(path: Path) -> Embed:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda x: session.run(["embs"], {"feats": x})[0]


def agreement(one: Embed, other: Embed, inputs: list[np.ndarray]) -> float:
    cosines = [float((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in ((one(x)[0], other(x)[0]) for x in inputs)]
    return float(np.mean(cosines))


@torch.no_grad()
def centre(model: Ecapa, features: Features) -> None:
    """Takes the training speakers' mean embedding away, in the last layer's bias: what all voices have in common tells nothing."""
    found = []
    for versions in features.frames:
        x = versions[0][: 3 * 100].astype(np.float32) * STEP + LOW
        found.append(model(torch.from_numpy(x - x.mean(axis=0))[None]))
    model.embed.bias -= torch.cat(found).mean(dim=0)


def run(args: Namespace) -> None:
    work, out = Path(args.work) / "speaker", Path(args.out) / "speaker"
    if args.speech is None:
        raise SystemExit("int8 is chosen by listening to recordings: name their folder with --speech")
    state = torch.load(work / "state.pt", weights_only=False, map_location="cpu")
    model = Ecapa(Config(**state["config"]))
    model.load_state_dict(state["average"])
    model.eval()
    centre(model, prepare(args.speech, work / "features.npz", args.seed, print))
    full, small = work / "model.onnx", work / "model_quantized.onnx"
    export(model, (torch.zeros(2, 203, 80),), full, ["feats"], ["embs"], {"feats": {0: "B", 1: "T"}, "embs": {0: "B"}})
    sounds = [feats(sound)[None] for _, _, sound in pieces(args.speech, "dev", args.seed, 3.0)]
    exact = embedder(full)
    with torch.no_grad():
        same = agreement(exact, lambda x: model(torch.from_numpy(x)).numpy(), sounds[:10])
    assert same > 0.99999, f"the exported graph differs from the model: mean cosine {same}"
    for keep in KEEP:
        quantise(full, small, keep, ("MatMul",))
        found = agreement(exact, embedder(small), sounds)
        print(f"int8 but {', '.join(k.strip('/') for k in keep) or 'nothing'}: {small.stat().st_size / 1e6:.2f} MB, mean cosine to fp32 {found:.4f}")
        if found >= AGREEMENT:
            break
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(small, out / "onnx/model_quantized.onnx")
    optimise(out / "onnx/model_quantized.onnx")
    config = {"model_type": "wespeaker-ecapa", "architectures": ["ECAPA_TDNN"], "feat_dim": 80, "embed_dim": state["config"]["embedding"], "channels": state["config"]["width"],
              "pooling_func": "ASTP", "global_context_att": True, "frame_stride": 2}
    for name, content in (("config", config), ("preprocessor_config", WESPEAKER)):
        (out / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
