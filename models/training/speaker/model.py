"""ECAPA-TDNN (Desplanques et al., 2020), small, on [batch, time, channels]: every convolution is a matrix product over neighbouring frames."""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Config:
    width: int = 192
    pooled: int = 384
    scale: int = 8
    squeeze: int = 64
    attention: int = 96
    embedding: int = 192
    dilations: tuple[int, ...] = (2, 3, 4)

    def as_dict(self) -> dict:
        return asdict(self)


def neighbours(x: Tensor, size: int, dilation: int, stride: int = 1) -> Tensor:
    """[B,T,C] → [B,⌈T/stride⌉,size·C]: each frame beside those around it; zeros beyond the ends."""
    reach = (size - 1) // 2 * dilation
    length = x.shape[1]
    x = F.pad(x, (0, 0, reach, reach))
    return torch.cat([x[:, i * dilation : i * dilation + length : stride] for i in range(size)], dim=2)


class Norm(nn.BatchNorm1d):
    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.flatten(0, 1)).view_as(x)


class Layer(nn.Module):
    """A convolution over time, ReLU and batch normalisation."""

    def __init__(self, width: int, to: int, size: int = 1, dilation: int = 1, stride: int = 1):
        super().__init__()
        self.linear = nn.Linear(size * width, to)
        self.norm = Norm(to)
        self.size, self.dilation, self.stride = size, dilation, stride

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(F.relu(self.linear(neighbours(x, self.size, self.dilation, self.stride) if self.size > 1 else x)))


class Block(nn.Module):
    """Res2Net within a residual, its channels weighted by what the whole utterance has of them (squeeze and excitation)."""

    def __init__(self, c: Config, dilation: int):
        super().__init__()
        part = c.width // c.scale
        self.part = part
        self.before = Layer(c.width, c.width)
        self.parts = nn.ModuleList(Layer(part, part, 3, dilation) for _ in range(c.scale - 1))
        self.after = Layer(c.width, c.width)
        self.squeeze = nn.Linear(c.width, c.squeeze)
        self.excite = nn.Linear(c.squeeze, c.width)

    def forward(self, x: Tensor) -> Tensor:
        first, *rest = self.before(x).split(self.part, dim=2)
        done = [first]
        for i, (layer, part) in enumerate(zip(self.parts, rest, strict=True)):
            done.append(layer(part if i == 0 else part + done[-1]))
        y = self.after(torch.cat(done, dim=2))
        gate = torch.sigmoid(self.excite(F.relu(self.squeeze(y.mean(dim=1, keepdim=True)))))
        return x + y * gate


class Pooling(nn.Module):
    """Attentive statistics: mean and deviation over time, weighted channel by channel, seen against those of the whole utterance."""

    def __init__(self, width: int, attention: int):
        super().__init__()
        self.local = nn.Linear(width, attention)
        self.whole = nn.Linear(2 * width, attention, bias=False)
        self.weigh = nn.Linear(attention, width)

    def forward(self, x: Tensor) -> Tensor:
        square = x.square()
        mean = x.mean(dim=1, keepdim=True)
        spread = deviation(mean, square.mean(dim=1, keepdim=True))
        scores = self.weigh(torch.tanh(self.local(x) + self.whole(torch.cat([mean, spread], dim=2))))
        weights = scores.softmax(dim=1)
        mean = (weights * x).sum(dim=1)
        return torch.cat([mean, deviation(mean, (weights * square).sum(dim=1))], dim=1)


def deviation(mean: Tensor, square: Tensor) -> Tensor:
    return (square.float() - mean.float().square()).clamp(min=1e-4).sqrt().to(mean.dtype)


class Ecapa(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.config = c
        self.first = Layer(80, c.width, 5, stride=2)  # from here on a frame is 20 ms: half the work
        self.blocks = nn.ModuleList(Block(c, d) for d in c.dilations)
        self.join = nn.Linear(len(c.dilations) * c.width, c.pooled)
        self.pool = Pooling(c.pooled, c.attention)
        self.pool_norm = nn.BatchNorm1d(2 * c.pooled)
        self.dropout = nn.Dropout(0.25)
        self.embed = nn.Linear(2 * c.pooled, c.embedding)

    def forward(self, feats: Tensor) -> Tensor:
        """feats [B,T,80] → embs [B,192], of any length; compare them by their cosine."""
        x = self.first(feats)
        found = []
        for block in self.blocks:
            x = block(x)
            found.append(x)
        x = F.relu(self.join(torch.cat(found, dim=2)))
        return self.embed(self.dropout(self.pool_norm(self.pool(x))))


class Margin(nn.Module):
    """AAM-softmax (Deng et al., 2019): the angle to one's own class must be smaller by a margin. Each class has several centres, the nearest counts."""

    def __init__(self, embedding: int, classes: int, centres: int = 2, scale: float = 30.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes * centres, embedding) * embedding**-0.5)
        self.centres, self.scale = centres, scale

    def forward(self, embs: Tensor, labels: Tensor, margin: float) -> tuple[Tensor, Tensor]:
        """The loss, and the share of right answers without the margin."""
        cosine = F.linear(F.normalize(embs), F.normalize(self.weight))
        cosine = cosine.view(len(embs), -1, self.centres).amax(dim=2).clamp(-1 + 1e-6, 1 - 1e-6)
        own = cosine.gather(1, labels[:, None])
        harder = torch.cos(torch.acos(own) + margin)
        harder = torch.where(torch.acos(own) + margin < torch.pi, harder, own - margin)
        logits = cosine.scatter(1, labels[:, None], harder) * self.scale
        return F.cross_entropy(logits, labels), (cosine.argmax(1) == labels).float().mean()


class Pairs(nn.Module):
    """Angular prototypical loss (Chung et al., 2020): among the second crops of a batch, each speaker's first crop finds its own."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.shift = nn.Parameter(torch.tensor(-5.0))

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        cosine = F.linear(F.normalize(first), F.normalize(second)) * self.scale.clamp(min=1e-3) + self.shift
        own = torch.arange(len(first), device=first.device)
        return 0.5 * (F.cross_entropy(cosine, own) + F.cross_entropy(cosine.T, own))
