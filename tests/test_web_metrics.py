"""/metrics: what is told, who may read it, and the port of a worker without pages."""

import re
import shutil
import urllib.error
import urllib.request
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from django.test import Client
from prometheus_client.metrics import MetricWrapperBase

from agents import tokens
from queues import metrics
from queues.monitoring import CannotListen, are_allowed, serving_metrics
from tests.support.scraping import scraped
from tests.support.serving import KEY, serving

pytestmark = pytest.mark.django_db
AFAR = "203.0.113.9"


@pytest.fixture
def afar(settings) -> Client:
    """A browser of an address that METRICS_ALLOWED does not name."""
    return Client(REMOTE_ADDR=AFAR)


def test_this_machine_reads_them_without_an_account(client):
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert "# TYPE ucmdash_sockets gauge" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("person", "status"), [("admin", 200), ("supervisor", 200), ("agent_user", 403), ("outsider", 403), (None, 403)]
)
def test_from_elsewhere_supervisors_read_them_by_session_and_token(afar, request, person, status):
    if person is None:
        assert afar.get("/metrics").status_code == status
        return
    user = request.getfixturevalue(person)
    token = tokens.create_token(user, "", datetime.now(UTC))
    assert afar.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == status
    afar.force_login(user)
    assert afar.get("/metrics").status_code == status


def test_who_is_refused_leaves_one_line_in_the_log(afar, caplog):
    afar.get("/metrics")
    assert [record.message for record in caplog.records] == ["Forbidden: /metrics"]
    assert caplog.records[0].exc_info is None


def test_a_wrong_token_opens_nothing_even_beside_a_session(afar, admin):
    afar.force_login(admin)
    assert afar.get("/metrics", headers={"Authorization": "Bearer nonsense"}).status_code == 403


def test_nothing_is_written_there(client):
    assert client.post("/metrics").status_code == 405


def test_whom_a_proxy_speaks_for_must_be_allowed_too(client):
    assert client.get("/metrics", headers={"X-Forwarded-For": AFAR}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": f"127.0.0.1, {AFAR}"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-Proto", "X-Real-IP", "Via"])
def test_a_proxy_that_does_not_say_for_whom_it_speaks_is_not_trusted(client, header):
    assert client.get("/metrics", headers={header: "anything"}).status_code == 403


def test_an_address_that_is_only_claimed_opens_nothing(afar):
    assert afar.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


@pytest.mark.parametrize("text", ["", "localhost", "unix:", "127.0.0.1:80", "10.1.0.1", "::2"])
def test_what_is_no_address_of_the_networks_is_not_allowed(text, settings):
    settings.METRICS_ALLOWED = [ip_network("10.0.0.0/16"), ip_network("::1")]
    assert not are_allowed([text])


@pytest.mark.parametrize("text", ["10.0.255.1", "::1", "::ffff:10.0.0.1"])
def test_an_address_of_the_networks_is_allowed(text, settings):
    settings.METRICS_ALLOWED = [ip_network("10.0.0.0/16"), ip_network("::1")]
    assert are_allowed([text])


def test_every_metric_has_our_prefix_a_sentence_and_few_labels():
    named = [found for found in vars(metrics).values() if isinstance(found, MetricWrapperBase)]
    assert len(named) > 20
    for metric in named:
        (family,) = metric.describe()
        assert re.fullmatch(r"ucmdash_[a-z_]+", family.name)
        assert family.documentation.endswith(".")
        assert set(metric._labelnames) <= {"pbx", "state", "reason", "kind", "outcome", "code", "side"}


def test_each_is_named_once_in_one_place():
    assert len({family.name for family in scraped()}) == len(scraped())


def read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_worker_has_a_port_of_its_own(settings):
    with serving_metrics("127.0.0.1", 0) as url:
        status, text = read(url)
        assert (status, "ucmdash_sockets" in text) == (200, True)
        settings.METRICS_ALLOWED = []
        status, text = read(url)
        assert (status, "ucmdash_" in text) == (403, False)
        with pytest.raises(CannotListen, match="cannot be listened on"), serving_metrics("127.0.0.1", int(url[17:-8])):
            pass


def test_run_ami_worker_tells_where_its_metrics_are(tmp_path, migrated):
    environment = {
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{shutil.copy(migrated, tmp_path)}",
        "REDIS_URL": "redis://127.0.0.1:1",
        "AMI_URL": "main=ami://user:sesame@127.0.0.1:1",
    }
    with serving("run_ami_worker", "--metrics-port", "0", **environment) as site:
        status, text = read(site.url + "metrics")
        assert status == 200
        assert "ucmdash_link_state" in text
        site.stop()
    assert "sesame" not in site.errors
