"""Webhooks reach the local network and the world, never what clouds and machines tell only themselves."""

from ipaddress import ip_address

import pytest

from queues.alerts.addresses import BadAddress, Place, read_url, why_refused


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://hooks.example.com/a/b?c=d", Place(True, "hooks.example.com", 443, "/a/b?c=d", "hooks.example.com")),
        ("http://crm:8080", Place(False, "crm", 8080, "/", "crm:8080")),
        ("http://10.0.0.5/x#y", Place(False, "10.0.0.5", 80, "/x", "10.0.0.5")),
        ("http://[fd00::5]:81/", Place(False, "fd00::5", 81, "/", "[fd00::5]:81")),
    ],
)
def test_an_address_is_read_into_its_parts(url, place):
    assert read_url(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:///x",
        "https://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com:99999/",
        "https://[::1",
        "https://example.com/a b",
        "https://example.com/a\r\nX-Evil: 1",
        "https://exämple.com/",
        "",
    ],
)
def test_what_is_no_plain_http_address_is_refused_in_words(url):
    with pytest.raises(BadAddress, match=r"\."):
        read_url(url)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.1.1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
        "::ffff:169.254.169.254",
        "::a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
    ],
)
def test_addresses_of_nobodys_machine_are_refused_however_they_are_written(address):
    assert why_refused(ip_address(address), allow_loopback=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_reached_only_where_the_settings_say_so(address):
    assert "WEBHOOKS_TO_THIS_MACHINE" in why_refused(ip_address(address), allow_loopback=False)
    assert why_refused(ip_address(address), allow_loopback=True) == ""


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "192.168.1.9", "172.16.0.1", "fd12::9", "100.64.0.9", "93.184.216.34", "2606:4700::1"]
)
def test_the_local_network_and_the_world_are_reached(address):
    assert why_refused(ip_address(address), allow_loopback=False) == ""
