"""What this process's metrics say, as Prometheus reads them."""

from __future__ import annotations

from prometheus_client import REGISTRY, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families


def scraped() -> list[Metric]:
    """Our own metrics, by way of the text Prometheus gets."""
    families = text_string_to_metric_families(generate_latest().decode())
    return [family for family in families if family.name.startswith("ucmdash_")]


def value(name: str, **labels: str) -> float:
    """One sample; 0 if it is not there."""
    return REGISTRY.get_sample_value(f"ucmdash_{name}", labels) or 0.0


def is_told(name: str, **labels: str) -> bool:
    return REGISTRY.get_sample_value(f"ucmdash_{name}", labels) is not None


class Growth:
    """How much a sample has grown since this was made; counters of a process never begin anew."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name, self._labels = name, labels
        self._before = value(name, **labels)

    def __call__(self) -> float:
        return value(self._name, **self._labels) - self._before
