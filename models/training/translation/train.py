"""Trains the translator: each source sentence is encoded once and decoded into two of the other languages."""
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
from .export import graphs
from .model import Config, Translator
from .tokenizer import EOS, PAD, load, train_tokenizer

TARGETS = 2
ROWS = 32  # sources in a batch
CHUNK = 6000  # messages generated at a time, each used in PASSES draws of languages
PASSES = 3
LISTS = 0.3  # share that are lists of slot values
SENTENCES = (0.8, 0.2)  # the app translates sentence by sentence


def roughen(text: str, draw: random.Random) -> str:
    """What a recogniser or a hasty typist leaves out: the full stop, the capital, the commas."""
    if draw.random() < 0.5:
        text = text[:-1] if text[-1] in "." else text
    if draw.random() < 0.5:
        text = text[0].lower() + text[1:]
    return text.replace(",", "") if draw.random() < 0.3 else text


def pad(rows: list[list[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    width += -width % 4
    return torch.tensor([r + [PAD] * (width - len(r)) for r in rows])


def samples(generator: Generator, tokenizer, draw: random.Random) -> list[tuple[list[int], dict[str, list[int]], str]]:
    """(source tokens, target tokens per language, source language) for a chunk of messages."""
    messages = [m.text for m in generator.take(CHUNK)]
    if generator.part == "train":
        messages[: int(CHUNK * LISTS)] = [generator.words() for _ in range(int(CHUNK * LISTS))]
    ids = {lang: [e.ids for e in tokenizer.encode_batch([m[lang] for m in messages], add_special_tokens=False)] for lang in LANGUAGES}
    found = []
    for i, m in enumerate(messages):
        for lang in draw.sample(LANGUAGES, PASSES):
            source = ids[lang][i]
            if draw.random() < 0.12:
                source = tokenizer.encode(roughen(m[lang], draw), add_special_tokens=False).ids
            found.append((source, {other: ids[other][i] for other in LANGUAGES if other != lang}, lang))
    return found


def losses(model: Translator, group, code: dict[str, int], draw: random.Random, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    sources = pad([[code[lang], *tokens, EOS] for tokens, _, lang in group]).to(device)
    mask = sources != PAD
    hidden = model.encode(sources, mask)
    rows, at = [], []
    for i, (_, targets, _) in enumerate(group):
        for other in draw.sample(sorted(targets), TARGETS):
            rows.append([EOS, code[other], *targets[other], EOS])
            at.append(i)
    tokens = pad(rows).to(device)
    at_ = torch.tensor(at, device=device)
    logits = model.decode(tokens[:, :-1], hidden[at_], mask[at_])
    wanted = tokens[:, 1:].clone()
    wanted[:, 0] = PAD  # the language token is given, not predicted
    loss = F.cross_entropy(logits.float().flatten(0, 1), wanted.flatten(), ignore_index=PAD)
    asked = wanted != PAD
    return loss, (logits.argmax(-1)[asked] == wanted[asked]).float().mean()


def run(args: Namespace) -> None:
    folder = Path(args.work) / "translation"
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    grammar = load_grammar()
    bpe = folder / "bpe.json"
    if not bpe.exists():
        train_tokenizer([m.text[lang] for m in Generator(grammar, "train", args.seed).take(12000) for lang in LANGUAGES], bpe)
    tokenizer, code = load(bpe)
    config = Config(tokenizer.get_vocab_size())
    model, average = Translator(config).to(device), Translator(config).to(device)
    worker = Translator(config).to(device, torch.bfloat16)
    optimisers = optimisers_of([(model, 1.0)])
    state_path = folder / "state.pt"
    spent, step, chunk = 0.0, 0, 0
    if state_path.exists():
        state = torch.load(state_path, weights_only=False, map_location=device)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        restore(optimisers, state["optimisers"])
        spent, step, chunk = state["spent"], state["step"], state["chunk"]
    else:
        if args.start_from:
            missing = take_weights(model, lambda to: graphs(model, to), args.start_from / "translation" / "onnx", folder / "onnx")
            if missing:
                raise SystemExit(f"the shipped graphs hold no {', '.join(missing)}")
        average.load_state_dict(model.state_dict())
    worker.load_state_dict(model.state_dict())
    log = open(folder / "log.txt", "a", encoding="utf-8")
    say = lambda line: (print(line, flush=True), log.write(line + "\n"), log.flush())
    say(f"{sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters, {config.vocabulary} tokens, {device}")
    dev = samples(Generator(grammar, "dev", 7), tokenizer, random.Random(7))[:600]

    def save() -> None:
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimisers": [o.state_dict() for o in optimisers], "config": config.as_dict(),
                    "spent": spent, "step": step, "chunk": chunk}, folder / "state.tmp")
        (folder / "state.tmp").rename(state_path)

    def check() -> str:
        average.eval()
        with torch.no_grad():
            parts = [losses(average, dev[i : i + 60], code, random.Random(i), device) for i in range(0, len(dev), 60)]
        return f"held out: loss {sum(float(a) for a, _ in parts) / len(parts):.3f}, accuracy {sum(float(b) for _, b in parts) / len(parts):.4f}"

    pairs = list(zip(worker.parameters(), model.parameters()))
    worker.train()
    budget, shown, saved = args.minutes * 60, spent, spent
    recent = [0.0, 0.0]
    while spent < budget:
        started = time.monotonic()
        draw = random.Random(f"{args.seed}-{chunk}")
        pool = samples(Generator(grammar, "train", 1000 * args.seed + chunk, sentences=SENTENCES), tokenizer, draw)
        pool.sort(key=lambda s: len(s[0]) + draw.random() * 4)
        groups = [pool[i : i + ROWS] for i in range(0, len(pool), ROWS)]
        draw.shuffle(groups)
        chunk += 1
        for group in groups:
            progress = spent / budget
            rate = args.rate * min(1.0, (step + 1) / 500) * max(0.02, 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))
            set_rate(optimisers, rate)
            loss, accuracy = losses(worker, group, code, draw, device)
            loss.backward()
            for working, exact in pairs:
                exact.grad = working.grad.float()
                working.grad = None
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            for optimiser in optimisers:
                optimiser.step()
            step += 1
            with torch.no_grad():
                for working, exact in pairs:
                    working.copy_(exact)
                torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - min(0.999, (1 + step) / (10 + step)))
            recent = [0.98 * r + 0.02 * float(x.detach()) for r, x in zip(recent, (loss, accuracy))]
            spent += time.monotonic() - started
            started = time.monotonic()
            if spent - shown > 30:
                say(f"{spent / 60:.1f} min, step {step}, {chunk * CHUNK} messages, rate {rate:.1e}: loss {recent[0]:.3f}, accuracy {recent[1]:.4f}")
                shown = spent
            if spent >= budget:
                break
        if spent - saved > 180:
            save()
            say(check())
            saved = spent
    save()
    say(check())
    (folder / "done.json").write_text(json.dumps({"step": step, "minutes": spent / 60, "messages": chunk * CHUNK}))


