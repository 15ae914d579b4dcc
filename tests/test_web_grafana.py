"""The Grafana dashboard asks only for metrics there are, by labels they have, and shows every one of them."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from prometheus_client.metrics import MetricWrapperBase

from queues import metrics

DASHBOARD = Path(settings.BASE_DIR) / "ucmdash" / "grafana-dashboard.json"
#: What Prometheus itself adds to every sample, and to histograms.
ADDED_LABELS = {"instance", "le"}


def series() -> dict[str, set[str]]:
    """The name of every series of ours with its labels."""
    found: dict[str, set[str]] = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            endings = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}[family.type]
            found |= {family.name + ending: set(metric._labelnames) for ending in endings}
    return found


def panels() -> list[dict]:
    return [panel for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"] if panel["type"] != "row"]


def queries() -> list[str]:
    return [target["expr"] for panel in panels() for target in panel["targets"]]


@pytest.mark.parametrize("query", queries())
def test_every_query_names_series_and_labels_there_are(query):
    names = re.findall(r"ucmdash_\w+", query)
    assert names
    for name in names:
        assert name in series(), f"there is no {name}"
        labels = {label for group in re.findall(r"by \(([^)]+)\)", query) for label in re.split(r",\s*", group)}
        labels |= set(re.findall(r"(\w+)=~?\"", query))
        assert labels <= series()[name] | ADDED_LABELS


def test_every_metric_is_on_it():
    shown = {name for query in queries() for name in re.findall(r"ucmdash_\w+", query)}
    missing = {name for name in series() if not name.endswith(("_bucket", "_sum", "_count"))} - shown
    assert not missing


def test_panels_have_titles_and_do_not_lie_on_each_other():
    assert all(panel["title"] for panel in panels())
    places = [tuple(panel["gridPos"].values()) for panel in panels()]
    taken = [(column, line) for x, y, w, h in places for column in range(x, x + w) for line in range(y, y + h)]
    assert len(taken) == len(set(taken))


def test_the_choice_of_pbxs_comes_from_a_metric_too():
    (choice,) = [v for v in json.loads(DASHBOARD.read_text("utf-8"))["templating"]["list"] if v["name"] == "pbx"]
    assert choice["definition"] == "label_values(ucmdash_link_changes_total, pbx)"
    assert "pbx" in series()["ucmdash_link_changes_total"]


def test_it_is_not_among_the_public_files(client):
    assert client.get(f"{settings.STATIC_URL}grafana-dashboard.json").status_code == 404
    assert not list((settings.BASE_DIR / "static").rglob("*grafana*"))
