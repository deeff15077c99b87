"""Watches the times of blocks, and changes the size while a model plays."""

from __future__ import annotations

import threading
import time
from types import TracebackType

import numpy as np
import numpy.typing as npt

from ..audio.arrays import Audio
from ..model import Model, check_model


class Governor:
    """Steps a model's size down when blocks take too long, and up again when there is time for a larger size.

    Use it as a context manager, and its ``process`` in place of the model's. The audio thread only notes the
    times of blocks. Another thread reads them every ``interval`` and changes the size.

    Parameters
    ----------
    model : a model that has several sizes; with any other model nothing changes.
    high : the size goes one step down when the 95th percentile of the loads (time of a block divided by its
        duration) is above this.
    low : the size goes one step up when that percentile has been below this for ``patience`` seconds, and the
        load of the next size, estimated from its multiply-adds, would stay below ``high``.
    interval, patience : seconds.

    Raises
    ------
    TypeError
        If ``model`` is not loaded.
    ValueError
        If not 0 < low < high.
    """

    __slots__ = (
        *("_calm_since", "_ended", "_high", "_interval", "_loads", "_low", "_model", "_noted", "_patience"),
        *("_seen", "_thread"),
    )

    def __init__(
        self,
        model: Model,
        high: float = 0.7,
        low: float = 0.4,
        *,
        interval: float = 0.05,
        patience: float = 1.0,
    ) -> None:
        check_model(model)
        if not 0.0 < low < high:
            raise ValueError(f"low must be above 0 and below high; found low {low}, high {high}")
        self._model = model
        self._high, self._low = high, low
        self._interval, self._patience = interval, patience
        self._loads = np.zeros(256)  # a ring of the newest loads
        self._noted = self._seen = 0
        self._calm_since: float | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def process(self, block: npt.ArrayLike, out: Audio | None = None) -> Audio:
        """As ``Model.process``; also notes the time it took, unless two sizes ran during a crossfade."""
        fading = self._model.switching
        start = time.perf_counter()
        result = self._model.process(block, out)
        frames = result.shape[-1]
        if frames and not fading:
            self.note((time.perf_counter() - start) * self._model.sample_rate / frames)
        return result

    def note(self, load: float) -> None:
        """Note the load of a block: the share of its duration that processing took."""
        self._loads[self._noted % len(self._loads)] = load
        self._noted += 1

    def step(self, now: float) -> None:
        """Read the loads noted since the last step, and change the size by one step if they are above
        ``high`` or below ``low``.

        The thread calls this; ``now`` is ``time.monotonic()``.
        """
        noted = self._noted
        count = min(noted - self._seen, len(self._loads))
        self._seen = noted
        if count == 0:
            return
        newest = self._loads[np.arange(noted - count, noted) % len(self._loads)]
        load = float(np.percentile(newest, 95))
        sizes = self._model.sizes
        present = max(i for i, size in enumerate(sizes) if size.low <= self._model.quality)
        if load >= self._low:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        if load > self._high and present > 0:
            self._model.quality = sizes[present - 1].low
        elif self._calm_since is not None and now - self._calm_since >= self._patience:
            if present + 1 < len(sizes):
                growth = sizes[present + 1].macs_per_frame / max(sizes[present].macs_per_frame, 1)
                if load * growth < self._high:
                    self._model.quality = sizes[present + 1].low
            self._calm_since = now

    def __enter__(self) -> Governor:
        self._ended.clear()
        self._thread = threading.Thread(target=self._watch, name="nam_core governor", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _watch(self) -> None:
        while not self._ended.wait(self._interval):
            self.step(time.monotonic())
