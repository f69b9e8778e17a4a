"""Forced alignment by CTC: which frame each symbol of a known text lies on (Viterbi over the CTC lattice)."""
from __future__ import annotations

import torch
from torch import Tensor


@torch.no_grad()
def align(log_probs: Tensor, targets: Tensor, lengths: Tensor) -> Tensor:
    """log_probs [B,T,C] (blank 0), targets [B,U] zero-padded, lengths [B] → the middle frame of each symbol [B,U].

    States: blank, symbol, blank, … (2U + 1); Graves et al., 2006, with max in place of sum.
    """
    b, t, _ = log_probs.shape
    u = targets.shape[1]
    states = torch.zeros(b, 2 * u + 1, dtype=torch.long)
    states[:, 1::2] = targets
    emit = log_probs.float().gather(2, states[:, None].expand(b, t, 2 * u + 1))
    skip = torch.zeros(b, 2 * u + 1, dtype=torch.bool)
    skip[:, 3::2] = targets[:, 1:] != targets[:, :-1]
    worst = torch.full((b, 1), -1e9)
    score = torch.full((b, 2 * u + 1), -1e9)
    score[:, 0], score[:, 1] = emit[:, 0, 0], emit[:, 0, 1]
    back = torch.zeros(t, b, 2 * u + 1, dtype=torch.int8)
    for i in range(1, t):
        one = torch.cat([worst, score[:, :-1]], 1)
        two = torch.cat([worst, worst, score[:, :-2]], 1).masked_fill(~skip, -1e9)
        score, move = torch.stack([score, one, two]).max(0)
        back[i] = move.to(torch.int8)
        score = score + emit[:, i]
    rows = torch.arange(b)
    last = 2 * lengths
    state = torch.where(score[rows, last] > score[rows, (last - 1).clamp(min=0)], last, (last - 1).clamp(min=0))
    first = torch.full((b, 2 * u + 1), -1, dtype=torch.long)
    final = torch.full((b, 2 * u + 1), -1, dtype=torch.long)
    for i in range(t - 1, -1, -1):
        first[rows, state] = i
        final[rows, state] = torch.where(final[rows, state] < 0, i, final[rows, state])
        state = state - back[i][rows, state].long()
    return ((first + final) // 2)[:, 1::2]
