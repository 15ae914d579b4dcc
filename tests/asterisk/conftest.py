"""One real PBX for all tests of this folder. Where there can be none the tests skip with the reason;
with CI set they fail, because nobody would notice."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.asterisk.chroot import Unavailable
from tests.asterisk.pbx import RealPbx, running_pbx
from tests.asterisk.witness import Witness, witness


@pytest.fixture(scope="session")
def real_pbx() -> Iterator[RealPbx]:
    """The running PBX (ASTERISK=22 for the other release). Tests leave it as they found it."""
    try:
        with running_pbx(os.environ.get("ASTERISK", "16")) as pbx:
            yield pbx
    except Unavailable as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI must not skip the real Asterisk: {reason}")
        pytest.skip(f"no real Asterisk: {reason}")


@pytest.fixture
async def session(real_pbx: RealPbx) -> AsyncIterator[Witness]:
    """The tests' own AMI session."""
    async with witness(real_pbx.ami_port) as session:
        yield session
