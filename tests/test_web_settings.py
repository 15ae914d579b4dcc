"""Settings from the environment: right ones are read, wrong ones stop the start with one clear line."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.support.serving import manage, outcome
from ucmdash.environment import Environment


@pytest.fixture
def given(monkeypatch):
    """Puts one setting into the environment and returns the reader of it."""

    def give(**settings: str) -> Environment:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return Environment(None)

    return give


@pytest.mark.parametrize("word", ["true", "True", "1", "yes", "on", " true "])
def test_words_for_true(given, word):
    assert given(X=word).boolean("X", default=False) is True


@pytest.mark.parametrize("word", ["false", "False", "0", "no", "off"])
def test_words_for_false(given, word):
    assert given(X=word).boolean("X", default=True) is False


@pytest.mark.parametrize(("told", "code"), [("", "*54"), ("*99#", "*99#"), ("none", ""), ("None", "")])
def test_a_feature_code_is_what_can_be_dialled_or_none(given, told, code):
    assert given(X=told).feature_code("X", "*54") == code


@pytest.mark.parametrize("told", ["54a", "*5\n4", "1" * 11, "&"])
def test_what_cannot_be_dialled_is_no_feature_code(given, told):
    with pytest.raises(ImproperlyConfigured, match="X must be digits"):
        given(X=told).feature_code("X", "")


@pytest.mark.parametrize(("told", "region"), [("", ""), ("de", "DE"), ("US", "US")])
def test_a_region_is_a_country(given, told, region):
    assert given(X=told).region("X") == region


@pytest.mark.parametrize("told", ["XX", "Germany", "49"])
def test_what_is_no_country_is_no_region(given, told):
    with pytest.raises(ImproperlyConfigured, match="X must be the two letters of a country"):
        given(X=told).region("X")


@pytest.mark.parametrize(
    "told", ["", "https://crm.example/?phone={number}&queue={queue}", "http://crm.local/c/{number}"]
)
def test_an_address_may_have_blanks_to_fill_in(given, told):
    assert given(X=told).link_template("X", ("number", "queue")) == told


@pytest.mark.parametrize(
    "told", ["javascript:alert({number})", "crm.example/{number}", "https://{number}.example/", "https://a.b/?{secret}"]
)
def test_other_addresses_are_refused(given, told):
    with pytest.raises(ImproperlyConfigured, match="X must be an address"):
        given(X=told).link_template("X", ("number", "queue"))


def test_an_empty_setting_counts_as_missing(given):
    env = given(X=" ")
    assert env.boolean("X", default=True) is True
    assert env.text("X", "default") == "default"
    assert env.links("X") == {}


def test_a_file_may_hold_the_value(given, tmp_path):
    (tmp_path / "secret").write_text("  $tr0ng \n")
    assert given(X_FILE=str(tmp_path / "secret")).text("X") == "$tr0ng"


def test_a_dollar_in_a_value_means_itself(given):
    assert given(X="$HOME").text("X") == "$HOME"


def test_the_env_file_is_read_and_the_environment_wins(given, tmp_path):
    (tmp_path / ".env").write_text("UCMDASH_TEST_A=file\nUCMDASH_TEST_B='in quotes'\n# a comment\n")
    given(UCMDASH_TEST_A="environment")
    env = Environment(tmp_path / ".env")
    try:
        assert (env.text("UCMDASH_TEST_A"), env.text("UCMDASH_TEST_B")) == ("environment", "in quotes")
    finally:
        del os.environ["UCMDASH_TEST_B"]


def test_one_address_alone_is_the_pbx_called_pbx(given):
    url = "ami://user:a=b@10.0.0.5:7777?dialect=ucm"
    assert given(X=url).links("X") == {"pbx": url}


def test_several_addresses_have_names(given):
    env = given(X="berlin=ami://u:s@10.0.0.5:7777\n paris=amis://u:s@[::1]:5039?verify=no")
    assert env.links("X") == {"berlin": "ami://u:s@10.0.0.5:7777", "paris": "amis://u:s@[::1]:5039?verify=no"}


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        (lambda env: env.boolean("X", default=False), "ture"),
        (lambda env: env.number("X", default=1, least=0, most=10), "many"),
        (lambda env: env.number("X", default=1, least=0, most=10), "11"),
        (lambda env: env.number("X", default=1, least=0, most=10), "nan"),
        (lambda env: env.whole_number("X", default=1, least=0, most=10), "1.5"),
        (lambda env: env.time_zone("X", "UTC"), "Berlin"),
        (lambda env: env.time_zone("X", "UTC"), "../../etc/passwd"),
        (lambda env: env.origins("X"), "dash.example.com"),
        (lambda env: env.networks("X", ""), "10.0.0.0/24 somewhere"),
        (lambda env: env.networks("X", ""), "none 10.0.0.5"),
        (lambda env: env.redis_url("X"), "localhost:6379"),
        (lambda env: env.database("X", ""), "mysql://u:s@h/db"),
        (lambda env: env.database("X", ""), "postgresql://u:s@h:port/db"),
        (lambda env: env.links("X"), "http://u:sesame@h"),
        (lambda env: env.links("X"), "ami://u:sesame@h:no"),
        (lambda env: env.links("X"), "ami://u:sesame@h:0"),
        (lambda env: env.links("X"), "ami:///"),
        (lambda env: env.links("X"), "a=ami://u:sesame@h a=ami://u:sesame@i"),
        (lambda env: env.links("X"), "ami://u:sesame@h ami://u:sesame@i"),
        (lambda env: env.links("X"), "two/words=ami://u:sesame@h"),
        (lambda env: env.links("X"), "=ami://u:sesame@h"),
    ],
)
def test_wrong_values_are_named_in_one_line_without_secrets(given, read, wrong):
    env = given(X=wrong)
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(env)
    sentence = str(refusal.value)
    assert sentence.startswith("X")
    assert "\n" not in sentence
    assert "sesame" not in sentence


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(given, tmp_path, content):
    if content:
        (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match="X_FILE cannot be read"):
        given(X_FILE=str(tmp_path / "secret")).text("X")


def test_without_a_key_nothing_starts_and_one_line_says_why():
    status, errors = outcome(manage("check"))
    assert status == 1
    assert errors.startswith("Wrong settings: SECRET_KEY is missing")
    assert len(errors.splitlines()) == 1


def test_a_wrong_setting_stops_every_command_with_one_line():
    assert outcome(manage("serve", SECRET_KEY="x" * 50, TIME_ZONE="Mars/Olympus")) == (
        1,
        "Wrong settings: TIME_ZONE must be a name like \"Europe/Berlin\", not 'Mars/Olympus'.\n",
    )


def test_the_settings_of_an_installation_pass_the_checks(tmp_path):
    check = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        SECRET_KEY="x" * 30 + "abcdefghij0123456789",
        ALLOWED_HOSTS="dash.example.com",
        TRUST_PROXY_HEADERS="true",
        DATABASE_URL=f"sqlite:///{tmp_path / 'db.sqlite3'}",
        AMI_URL="ami://u:s@10.0.0.5",
    )
    assert outcome(check) == (0, "")


@pytest.mark.parametrize(
    ("environment", "https"),
    [
        ({}, "False"),
        ({"CSRF_TRUSTED_ORIGINS": "https://dash.example.com"}, "True"),
        ({"TRUST_PROXY_HEADERS": "true"}, "True"),
        ({"TRUST_PROXY_HEADERS": "true", "HTTPS": "false"}, "False"),
        ({"HTTPS": "true"}, "True"),
    ],
)
def test_cookies_are_for_https_only_as_soon_as_https_is_in_front(environment, https):
    code = "from ucmdash import settings as s; print(s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "SECRET_KEY": "x" * 50, "ENV_FILE": "none", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [https, https]
