"""Convolutions with long responses (cpp/layers/long_response): a direct head, and tiers of partitions."""

from __future__ import annotations

import torch

from ... import _core
from .arithmetic import add, fma, subtract
from .convolution import Convolution
from .transform import Complex, Transform, response_spectrum
from .weights import ConvWeights


class LongConvolution(torch.nn.Module):  # type: ignore[misc]
    """A valid convolution of any length.

    ``start`` is the frame of the input that is the first one of the stream: tiers cut the stream into blocks
    from there on. What comes before is the settled past; where nothing does, silence.
    """

    def __init__(self, conv: ConvWeights) -> None:
        super().__init__()
        taps = conv.weight.shape[-1]
        sizes = _core.response_sizes(taps)
        self.lookback = taps - 1
        self.start = self.lookback
        head = conv.weight[..., taps - sizes["direct_taps"] :]
        self.head = Convolution(ConvWeights(head, conv.bias, conv.groups))
        self.tiers = torch.nn.ModuleList(_Tier(conv, *tier) for tier in sizes["tiers"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(..., in_channels, frames + lookback)`` to ``(..., out_channels, frames)``."""
        y = self.head(x[..., self.lookback - self.head.lookback :])
        for tier in self.tiers:
            y = add(y, tier(x, self.start, y.shape[-1]))
        return y


class _Tier(torch.nn.Module):  # type: ignore[misc]
    """Partitions of ``block`` taps from ``first_tap`` on, counted from the newest."""

    def __init__(self, conv: ConvWeights, block: int, first_tap: int, partitions: int) -> None:
        super().__init__()
        out, inner, _ = conv.weight.shape
        self._block, self._delay, self._partitions = block, first_tap // block, partitions
        self._rows = [o // (out // conv.groups) * inner for o in range(out)]  # the first input of each output
        taps = conv.weight.flip(-1)[..., first_tap : first_tap + partitions * block]
        taps = torch.nn.functional.pad(taps, (0, partitions * block - taps.shape[-1]))
        passes = (block.bit_length() - 1) // 2
        self._transform = Transform(passes)
        # (out, inner, partitions, bins)
        self._spectra = response_spectrum(taps.reshape(out, inner, partitions, block).numpy(), passes)

    def forward(self, x: torch.Tensor, start: int, frames: int) -> torch.Tensor:
        """The tier's part of the last ``frames`` frames, ``(..., out_channels, frames)``."""
        block = self._block
        first = x.shape[-1] - frames - start  # in the stream
        blocks = range(first // block, (x.shape[-1] - start - 1) // block + 1)
        oldest = blocks.start - self._delay - self._partitions  # the block that the first window begins with
        past = x[..., :1] if start > 0 else torch.zeros_like(x[..., :1])
        windows = self._windows(past, x, start + oldest * block, len(blocks) + self._partitions - 1)
        spectra = self._transform.forward(Complex(windows[..., :block], windows[..., block:]))
        y = torch.stack([self._output(spectra, o, len(blocks)) for o in range(len(self._rows))], dim=-3)
        y = y.flatten(-2)
        before = -blocks.start * block
        if before > 0 and bool((x[..., :start] == x[..., :1]).all()):
            # The engine settles on what the first frame of a block is.
            y = torch.cat([y[..., :1].expand(*y.shape[:-1], before), y[..., before:]], dim=-1)
        skipped = first - blocks.start * block
        return y[..., skipped : skipped + frames]

    def _windows(self, past: torch.Tensor, x: torch.Tensor, begin: int, count: int) -> torch.Tensor:
        """``(..., in_channels, count, 2 block)``: each begins a block after the one before."""
        end = begin + (count + 1) * self._block
        missing = max(0, -begin)
        past = past.expand(*x.shape[:-1], missing)
        return torch.cat([past, x[..., begin + missing : end]], dim=-1).unfold(
            -1, 2 * self._block, self._block
        )

    def _output(self, spectra: Complex, output: int, blocks: int) -> torch.Tensor:
        """Of one output: ``(..., blocks, block)``."""
        zeros = torch.zeros_like(spectra.re[..., 0, :blocks, :])
        re_re = im_im = re_im = im_re = zeros
        for i in range(self._spectra.re.shape[1]):
            row = self._rows[output] + i
            for p in range(self._partitions):
                newest = self._partitions - 1 - p
                re = spectra.re[..., row, newest : newest + blocks, :]
                im = spectra.im[..., row, newest : newest + blocks, :]
                by_re, by_im = self._spectra.re[output, i, p], self._spectra.im[output, i, p]
                re_re, im_im = fma(re, by_re, re_re), fma(im, by_im, im_im)
                re_im, im_re = fma(re, by_im, re_im), fma(im, by_re, im_re)
        return self._transform.backward(Complex(subtract(re_re, im_im), add(re_im, im_re))).im
