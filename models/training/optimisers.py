"""The optimisers of the sequence models: Muon inside the layers, AdamW elsewhere."""
from __future__ import annotations

import torch
from torch import nn


def make(parts: list[tuple[nn.Module, float]]) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the matrices inside `layers`, AdamW for embeddings, convolutions, heads, norms and biases.

    parts: modules, each with what its learning rate is multiplied by. A parameter that several share belongs to the first.
    """
    groups: dict[bool, list[dict]] = {True: [], False: []}
    taken: set[nn.Parameter] = set()
    for part, scale in parts:
        found: dict[bool, list[nn.Parameter]] = {True: [], False: []}
        for name, parameter in part.named_parameters():
            if parameter not in taken:
                taken.add(parameter)
                found["layers." in name and parameter.ndim == 2].append(parameter)
        for inner, parameters in found.items():
            groups[inner].append({"params": parameters, "scale": scale})
    return [torch.optim.Muon(groups[True], lr=1e-3, weight_decay=0.05, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(groups[False], lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)]


def set_rate(optimisers: list[torch.optim.Optimizer], rate: float) -> None:
    for group in (g for o in optimisers for g in o.param_groups):
        group["lr"] = rate * group["scale"]


def restore(optimisers: list[torch.optim.Optimizer], states: list[dict]) -> None:
    """The moments of a checkpoint; rates and decays are this run's."""
    for optimiser, state in zip(optimisers, states, strict=True):
        optimiser.load_state_dict({"state": state["state"], "param_groups": optimiser.state_dict()["param_groups"]})
