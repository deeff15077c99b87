"""One dilated layer of a WaveNet's array (cpp/architectures/wavenet/layer.cpp, format 4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ...format.config import FILM_NAMES
from .activations import Gating
from .arithmetic import add
from .convolution import Convolution, Film
from .weights import ConvWeights, WeightReader, fold

if TYPE_CHECKING:
    from ...engine import description


def newest(x: torch.Tensor, frames: int) -> torch.Tensor:
    """The last ``frames`` frames."""
    return x[..., x.shape[-1] - frames :]


class Layer(torch.nn.Module):  # type: ignore[misc]
    """Convolution, mixin, activation, head term and residual, with the FiLMs between them.

    ``rechannel``, if given, is folded into the convolution, which then reads the array's input instead of h.
    """

    def __init__(
        self,
        reader: WeightReader,
        array: description.LayerArrayConfig,
        layer: description.LayerConfig,
        rechannel: ConvWeights | None = None,
    ) -> None:
        super().__init__()
        channels, bottleneck, condition_size = array.channels, array.bottleneck, array.condition_size
        rows = bottleneck if layer.gating_mode == "none" else 2 * bottleneck
        conv = reader.conv(channels, rows, layer.kernel_size, array.groups_input, bias=True)
        if rechannel is not None:
            conv = fold(rechannel, conv)
        mixin = reader.conv(condition_size, rows, 1, array.groups_input_mixin, bias=False)
        self._residual = layer.residual
        self.layer1x1 = self.head1x1 = None
        if self._residual == "layer1x1":
            self.layer1x1 = Convolution(
                reader.conv(bottleneck, channels, 1, array.layer1x1_groups, bias=True)
            )
        head_rows = array.head1x1_channels
        if head_rows:
            self.head1x1 = Convolution(reader.conv(bottleneck, head_rows, 1, array.head1x1_groups, bias=True))
        widths = (channels, rows, condition_size, rows, rows, bottleneck, channels, head_rows)
        places = zip(FILM_NAMES, widths, strict=True)
        self.films = torch.nn.ModuleDict(
            {
                name: Film(reader, layer.films[name].shift, layer.films[name].groups, condition_size, width)
                for name, width in places
                if name in layer.films
            }
        )
        # Where nothing comes between convolution and mixin, they are one sum.
        apart = "conv_post_film" in self.films or "input_mixin_post_film" in self.films
        self.conv = Convolution(conv, layer.dilation, None if apart else mixin)
        self.input_mixin = Convolution(mixin) if apart else None
        self.gating = Gating(layer)
        self.lookback = self.conv.lookback

    def forward(
        self,
        h: torch.Tensor,
        condition: torch.Tensor,
        head_sum: torch.Tensor | None,
        folded: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Run the layer.

        Parameters
        ----------
        h : ``(..., channels, frames + lookback)``. condition : ``(..., condition_size, at least as many)``.
        head_sum : ``(..., head rows, at least frames)``; None if there is nothing yet.
        folded : what the rechannel reads, if that is folded: ``(..., input_size, frames + lookback)``.

        Returns
        -------
        The next h and the new head sum, both with ``frames`` frames.
        """
        frames = h.shape[-1] - self.lookback
        u = folded
        if u is None:
            u = self._modulate("conv_pre_film", h, newest(condition, h.shape[-1]))
        h, condition = newest(h, frames), newest(condition, frames)
        p = self.gating(self._pre_activation(u, condition))
        p = self._modulate("activation_post_film", p, condition)
        term = p
        if self.head1x1 is not None:
            term = self._modulate("head1x1_post_film", self.head1x1(p), condition)
        head_sum = term if head_sum is None else add(newest(head_sum, frames), term)
        return self._next_residual(h, p, condition), head_sum

    def _pre_activation(self, u: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        mixin_in = self._modulate("input_mixin_pre_film", condition, condition)
        if self.input_mixin is None:
            z = self.conv(u, mixin_in)
        else:
            z = self._modulate("conv_post_film", self.conv(u), condition)
            z = add(z, self._modulate("input_mixin_post_film", self.input_mixin(mixin_in), condition))
        return self._modulate("activation_pre_film", z, condition)

    def _next_residual(self, h: torch.Tensor, p: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        if self._residual == "none":
            return h
        if self.layer1x1 is None:
            return add(h, p)
        if "layer1x1_post_film" in self.films:
            return add(h, self._modulate("layer1x1_post_film", self.layer1x1(p), condition))
        return self.layer1x1(p, residual=h)

    def _modulate(self, place: str, u: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        return self.films[place](u, condition) if place in self.films else u
