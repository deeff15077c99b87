"""The configs of LSTM, ConvNet and Linear (format 9)."""

from __future__ import annotations

from ..config import ConvNetConfig, LinearConfig, LstmConfig
from .activation import check_slopes, read_activation
from .cursor import Cursor
from .groups import check_groups


def read_lstm(cursor: Cursor) -> LstmConfig:
    """The LSTM (format 9.1)."""
    config = LstmConfig(
        num_layers=cursor["num_layers"].size(),
        input_size=cursor["input_size"].size(),
        hidden_size=cursor["hidden_size"].size(),
        out_channels=cursor["out_channels"].size(1),
    )
    if cursor["in_channels"].size(config.input_size) != config.input_size:
        raise cursor["in_channels"].wrong(f"{config.input_size}, the input_size")
    return config


def read_convnet(cursor: Cursor) -> ConvNetConfig:
    """The ConvNet (format 9.2)."""
    dilations = cursor["dilations"].sizes()
    if not dilations:
        raise cursor["dilations"].wrong("an array of at least one integer")
    config = ConvNetConfig(
        channels=cursor["channels"].size(),
        dilations=tuple(dilations),
        batchnorm=cursor["batchnorm"].boolean(),
        activation=read_activation(cursor["activation"], class_names=True),
        groups=cursor["groups"].size(1),
        in_channels=cursor["in_channels"].size(1),
        out_channels=cursor["out_channels"].size(1),
    )
    check_slopes(config.activation, config.channels, cursor["activation"])
    widths = (("in_channels", config.in_channels), ("channels", config.channels))
    check_groups(cursor["groups"], config.groups, *widths)
    return config


def read_linear(cursor: Cursor) -> LinearConfig:
    """The impulse responses (format 9.3, 15.2). ``implementation`` is a hint about speed, and ignored."""
    config = LinearConfig(
        receptive_field=cursor["receptive_field"].size(),
        bias=cursor["bias"].boolean(),
        in_channels=cursor["in_channels"].size(1),
        out_channels=cursor["out_channels"].size(1),
    )
    if config.in_channels != config.out_channels and 1 not in (config.in_channels, config.out_channels):
        raise cursor["out_channels"].wrong(
            f"1 or {config.in_channels}, because there are {config.in_channels} input channels"
        )
    return config
