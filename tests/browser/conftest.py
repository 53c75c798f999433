"""The whole running system, started once for all tests of this folder that need it."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser.hands import Mouse
from tests.browser.running import Running
from tests.browser.walks import sign_in
from tests.browser.words import Words
from tests.embedded.prepared import prepared_folder
from tests.embedded.whole_system import start


@pytest.fixture(scope="package")
def running(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Started only where there is a Chromium to look at it with."""
    run = start(prepared_folder(tmp_path_factory, "seen"))
    try:
        run.wait_until_ready()
        yield Running(run.folder, run.base_port)
    finally:
        run.process.send_signal(signal.SIGTERM)
        run.process.wait(90)


@pytest.fixture(scope="package")
def officials(chromium: Browser, running: Running) -> dict[str, StorageState]:
    """The cookies of officer and regulator, each signed in once: a one-time code counts once."""
    signed_in: dict[str, StorageState] = {}
    for key in ("bo", "rita"):
        context = chromium.new_context(locale="en-GB")
        hands = Mouse(context.new_page())
        sign_in(hands, Words("en"), running, running.known(key))
        hands.page.wait_for_url(f"{running.portal}/**")
        signed_in[key] = context.storage_state()
        context.close()
    return signed_in
