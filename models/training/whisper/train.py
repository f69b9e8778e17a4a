"""Trains the recogniser: first the encoder by CTC (phonemes at its middle, letters at its top), then encoder and decoder together.

The decoder's cross-attention is shown where each token lies, by aligning the letters with the encoder's own CTC output.
"""
from __future__ import annotations

import json
import math
import random
import time
from argparse import Namespace
from pathlib import Path

import torch
import torch.nn.functional as F

from ..optimisers import make as optimisers_of, restore, set_rate
from ..shipped import take_weights
from ..text.generate import Generator
from ..text.grammar import load as load_grammar
from ..text.morphology import LANGUAGES
from .alignment import align
from .data import Batch, Clip, Symbols, batches, collate, read_shard, synthetic_hours
from .export import graphs
from .model import CTC_PLACES, GUIDED_HEADS, Config, Whisper
from .tokenizer import MAX_TARGETS, load, train_tokenizer

DECODER_RATE = 2.0  # it joins late and has to catch up
LANGUAGE_WEIGHT = 4.0  # one token decides all the others
SHARDS_AT_ONCE = 3
GUIDE_REACH = 3  # positions of 40 ms on either side


def losses(model: Whisper, batch: Batch, decode: bool, device: str, guide: bool = True) -> dict[str, torch.Tensor]:
    mel = batch.mel.to(device, next(model.parameters()).dtype)
    hidden, middle = model.encoder(mel)
    letters = model.encoder.ctc(model.encoder.characters, hidden)
    phones = model.encoder.ctc(model.encoder.phonemes, model.encoder.middle_norm(middle))
    frames = torch.full((mel.shape[0],), letters.shape[1], dtype=torch.long)
    ctc = lambda x, y, n: F.ctc_loss(x.transpose(0, 1), y.to(device), frames, n, zero_infinity=True, reduction="none").sum() / n.sum().clamp(min=1)
    found = {"letters": ctc(letters, batch.characters, batch.character_lengths), "phonemes": ctc(phones, batch.phonemes, batch.phoneme_lengths)}
    if not decode:
        return found
    logits, weights = model.decoder(batch.inputs.to(device), hidden)
    targets = batch.targets.to(device)
    asked = targets != -100  # nothing at all in a batch of real recordings
    each = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=-100, reduction="none").view_as(targets)
    each[:, 0] *= LANGUAGE_WEIGHT
    found["tokens"] = each.sum() / asked.sum().clamp(min=1)
    with torch.no_grad():
        found["accuracy"] = (logits.argmax(-1)[asked] == targets[asked]).float().sum() / asked.sum().clamp(min=1)
    if not guide:
        return found
    at = align(letters.detach().cpu(), batch.characters, batch.character_lengths)  # [B, letters]
    spans = batch.spans
    known = spans[..., 0] >= 0
    centre = (at.gather(1, spans[..., 0].clamp(min=0)) + at.gather(1, spans[..., 1].clamp(min=0))) // (2 * CTC_PLACES)
    near = ((torch.arange(hidden.shape[1])[None, None] - centre[..., None]).abs() <= GUIDE_REACH) & known[..., None]
    near, known = near.to(device), known.to(device)
    guided = [((weights[layer][:, head].float() * near).sum(-1) + 1e-4).log()[known].mean() for layer, head in GUIDED_HEADS]
    found["guide"] = -torch.stack(guided).mean()
    return found


def total(parts: dict[str, torch.Tensor], progress: float) -> torch.Tensor:
    loss = 0.5 * parts["letters"] + 0.5 * parts["phonemes"]
    if "tokens" in parts:
        loss = 0.5 * loss + parts["tokens"]
    if "guide" in parts:
        loss = loss + (0.5 if progress < 0.6 else 0.2) * parts["guide"]
    return loss


@torch.no_grad()
def check(model: Whisper, clips: list[Clip], tokenizer, vocabulary, symbols, decode: bool, device: str) -> str:
    """Letter accuracy of the CTC head and token accuracy (teacher-forced) on held-out clips of the test engines."""
    model.eval()
    sums: dict[str, float] = {}
    count = 0
    for i in range(0, len(clips), 32):
        batch = collate(clips[i : i + 32], tokenizer, vocabulary, symbols, random.Random(0), augment=False)
        for key, value in losses(model, batch, decode, device).items():
            sums[key] = sums.get(key, 0.0) + float(value)
        count += 1
    model.train()
    return ", ".join(f"{k} {v / count:.3f}" for k, v in sums.items())


def run(args: Namespace) -> None:
    work = Path(args.work)
    folder = work / "whisper"
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    bpe = folder / "bpe.json"
    if not bpe.exists():
        generator = Generator(load_grammar(), "train", args.seed)
        train_tokenizer([m.text[lang] for m in generator.take(12000) for lang in LANGUAGES], bpe)
    tokenizer, vocabulary = load(bpe)
    shards = lambda: sorted((work / "speech").glob("train-*.npz"))
    real_path = work / "speech" / "real-train.npz"
    real = read_shard(real_path) if real_path.exists() else []
    dev = sorted(read_shard(work / "speech" / "dev-0000.npz")[:192], key=lambda c: len(c.mel))
    state_path = folder / "state.pt"
    if state_path.exists():
        state = torch.load(state_path, weights_only=False, map_location=device)
        symbols = Symbols(**state["symbols"])
        config = Config(**state["config"])
    else:
        first = [c for p in shards()[:6] for c in read_shard(p)]
        symbols = Symbols.of(first + real)
        config = Config(vocabulary.size, len(symbols.characters) + 1, len(symbols.phonemes) + 1, max_target=MAX_TARGETS)
        state = None
    model = Whisper(config).to(device)
    average = Whisper(config).to(device)
    worker = Whisper(config).to(device, torch.bfloat16)  # computes; `model` keeps the exact weights
    optimisers = optimisers_of([(model.encoder, 1.0), (model.decoder, DECODER_RATE)])
    spent, step = 0.0, 0
    heard: dict[str, int] = {}  # how often each shard was
    if state:
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        restore(optimisers, state["optimisers"])
        spent, step, heard = state["spent"], state["step"], state["heard"]
    else:
        if args.start_from:  # the heads of CTC are not shipped: they start anew
            take_weights(model, lambda to: graphs(model, to), args.start_from / "whisper" / "onnx", folder / "onnx")
        average.load_state_dict(model.state_dict())
    budget = args.minutes * 60
    log = open(folder / "log.txt", "a", encoding="utf-8")
    say = lambda line: (print(line, flush=True), log.write(line + "\n"), log.flush())
    say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters, {len(shards())} shards, {len(real)} real clips, {vocabulary.size} tokens, "
        f"{config.characters} letters, {config.phonemes} phonemes, {device}")

    def save() -> None:
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimisers": [o.state_dict() for o in optimisers], "config": config.as_dict(),
                    "symbols": symbols.__dict__, "spent": spent, "step": step, "heard": heard}, folder / "state.tmp")
        (folder / "state.tmp").rename(state_path)

    pairs = list(zip(worker.parameters(), model.parameters()))
    with torch.no_grad():
        worker.load_state_dict(model.state_dict())
    worker.train()
    saved = shown = before = spent
    started = time.monotonic()
    recent: dict[str, float] = {}
    seen = 0
    while spent < budget:
        # Those heard least come first, so that shards written while this runs are taken up.
        draw = random.Random(f"{args.seed}-{step}")
        paths = sorted(shards(), key=lambda p: (heard.get(p.name, 0), draw.random()))[:SHARDS_AT_ONCE]
        for batch in batches(paths, real, tokenizer, vocabulary, symbols, args.seed + step, args.frames):
            progress = spent / budget
            decode = progress >= args.ctc_share
            rate = args.rate * min(1.0, (step + 1) / 400) * max(0.03, 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))
            set_rate(optimisers, rate)
            parts = losses(worker, batch, decode, device, guide=step % 2 == 0)  # aligning costs; every other step will do
            total(parts, progress).backward()
            for working, exact in pairs:
                exact.grad = None if working.grad is None else working.grad.float()
                working.grad = None
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            for optimiser in optimisers:
                optimiser.step()
            step += 1
            seen += batch.mel.shape[0] * batch.mel.shape[2]
            with torch.no_grad():
                for working, exact in pairs:
                    working.copy_(exact)
                decay = min(0.997, (1 + step) / (10 + step))
                torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)
            for key, value in parts.items():
                now = float(value.detach())
                recent[key] = 0.98 * recent.get(key, now) + 0.02 * now
            spent = before + time.monotonic() - started
            if spent - shown > 30:
                say(f"{spent / 60:.1f} min, step {step}, {seen / 360000:.1f} h heard, rate {rate:.1e}: "
                    + ", ".join(f"{k} {v:.3f}" for k, v in recent.items()))
                shown = spent
            if spent - saved > 240:
                save()
                say("held-out engines: " + check(average, dev, tokenizer, vocabulary, symbols, decode, device))
                saved = spent
            if spent >= budget:
                break
        for path in paths:
            heard[path.name] = heard.get(path.name, 0) + 1
    save()
    say("held-out engines: " + check(average, dev, tokenizer, vocabulary, symbols, True, device))
    (folder / "done.json").write_text(json.dumps({"step": step, "minutes": spent / 60, "synthetic_hours": synthetic_hours(shards())}))
