"""Trains the speaker encoder to tell apart the training speakers, each at three speeds as three people."""
from __future__ import annotations

import json
import math
import time
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch

from .data import PAIRS, TRUE, batches, prepare
from .model import Config, Ecapa, Margin, Pairs
from .trials import equal_error, pieces, scores

MARGIN = 0.2
RATE = 1e-3
DEV_SECONDS = 3.0


def run(args: Namespace) -> None:
    folder = Path(args.work) / "speaker"
    folder.mkdir(parents=True, exist_ok=True)
    if args.speech is None:
        raise SystemExit("the speaker encoder is trained on real recordings: name their folder with --speech")
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    log = open(folder / "log.txt", "a", encoding="utf-8")
    say = lambda line: (print(line, flush=True), log.write(line + "\n"), log.flush())
    features = prepare(args.speech, folder / "features.npz", args.seed, say)
    classes = len(features.frames)
    model, average = Ecapa(Config()).to(device), Ecapa(Config()).to(device)
    margin, pairs = Margin(model.config.embedding, classes).to(device), Pairs().to(device)
    flat = [p for p in model.parameters() if p.ndim < 2]
    deep = [p for p in model.parameters() if p.ndim >= 2] + [margin.weight]
    optimiser = torch.optim.AdamW([{"params": deep, "weight_decay": 0.05}, {"params": [*flat, *pairs.parameters()], "weight_decay": 0.0}], lr=RATE)
    spent, step = 0.0, 0
    state_path = folder / "state.pt"
    if state_path.exists():
        state = torch.load(state_path, weights_only=False, map_location=device)
        for name, part in (("model", model), ("average", average), ("margin", margin), ("pairs", pairs), ("optimiser", optimiser)):
            part.load_state_dict(state[name])
        spent, step = state["spent"], state["step"]
    else:
        average.load_state_dict(model.state_dict())
    say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, {classes} classes, {device}")
    dev = pieces(args.speech, "dev", args.seed, DEV_SECONDS)

    def save() -> None:
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "margin": margin.state_dict(), "pairs": pairs.state_dict(),
                    "optimiser": optimiser.state_dict(), "config": model.config.as_dict(), "spent": spent, "step": step}, folder / "state.tmp")
        (folder / "state.tmp").rename(state_path)

    @torch.no_grad()
    def check() -> str:
        average.eval()
        embed = lambda x: average(torch.from_numpy(x).to(device)).cpu().numpy()
        rates = [equal_error(*scores(dev, embed, DEV_SECONDS, other_place))[0] for other_place in (False, True)]
        return f"held-out speakers: EER {100 * rates[0]:.1f} %, in another place {100 * rates[1]:.1f} %"

    model.train()
    recent: dict[str, float] = {}
    budget, shown, saved = args.minutes * 60, spent, spent
    source = batches(features, np.random.default_rng([args.seed, step]))
    while spent < budget:
        started = time.monotonic()
        progress = spent / budget
        rate = RATE * min(1.0, (step + 1) / 200) * max(0.01, 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimiser.param_groups:
            group["lr"] = rate
        crops, labels = next(source)
        crops, labels = crops.to(device), labels.to(device)
        with torch.autocast(device, torch.bfloat16):
            embs = model(crops)
        first, second = embs.float().split(PAIRS)
        told, right = margin(torch.cat([first[:TRUE], second[:TRUE]]), labels.repeat(2), MARGIN * min(1.0, progress / 0.3))
        found = pairs(first, second)
        optimiser.zero_grad()
        (told + found).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            share = 1 - min(0.998, (1 + step) / (10 + step))
            for kept, now in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                kept.lerp_(now, share) if kept.is_floating_point() else kept.copy_(now)
        for key, value in (("classes", told), ("pairs", found), ("right", right)):
            now = float(value.detach())
            recent[key] = 0.98 * recent.get(key, now) + 0.02 * now
        spent += time.monotonic() - started
        if spent - shown > 30:
            say(f"{spent / 60:.1f} min, step {step}, rate {rate:.1e}: " + ", ".join(f"{k} {v:.3f}" for k, v in recent.items()))
            shown = spent
        if spent - saved > 240:
            save()
            say(check())
            saved = spent
    save()
    say(check())
    (folder / "done.json").write_text(json.dumps({"step": step, "minutes": spent / 60, "classes": classes}))
