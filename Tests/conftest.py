"""Fixtures: a running fleet, a browser, pages in it."""

import os

import pytest
from playwright.sync_api import sync_playwright

from support import figures
from support.fleet import Fleet, binary
from support.guest_memory import GuestMemory
from support.viewer import CHROMIUM_ARGUMENTS, Viewer


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the fleet's log to the report of a test that failed."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name in ("fleet", "new_fleet"):
            value = getattr(item, "funcargs", {}).get(name)
            fleets = [value] if isinstance(value, Fleet) else getattr(value, "fleets", [])
            for one in fleets:
                report.sections.append((f"loco up on port {one.port}", one.log()))


def pytest_terminal_summary(terminalreporter):
    figures.write(terminalreporter)
    unsteady = terminalreporter.stats.get("rerun", [])
    if unsteady:
        terminalreporter.section("unsteady: failed once, and was tried again")
    for report in unsteady:
        reason = getattr(report.longrepr, "reprcrash", None)
        terminalreporter.write_line(f"{report.nodeid}: {str(reason.message if reason else report.longrepr)[:600]}")


@pytest.fixture(scope="session", autouse=True)
def _program(driver):
    # The driver has the main thread's event loop from its first browser test on. Always having it makes a test that would
    # not run then (`asyncio.run`: see support/background.py) fail alone, too.
    if not binary().exists():
        pytest.exit(f"{binary()} is missing: build it (swift build) or set LOCO_BIN", returncode=4)


@pytest.fixture(scope="module")
def fleet(request):
    """A fleet for all tests of a module: of its GUESTS (1 without), with its ARGUMENTS and its ENVIRONMENT."""
    module = request.module
    with Fleet(guests=getattr(module, "GUESTS", 1), arguments=getattr(module, "ARGUMENTS", ()),
               environment=getattr(module, "ENVIRONMENT", None)) as one:
        yield one


@pytest.fixture
def new_fleet():
    """Makes fleets that a test may break: `new_fleet(guests=2)`; not started yet."""

    def make(**options):
        make.fleets.append(Fleet(**options))
        return make.fleets[-1]

    make.fleets = []
    yield make
    for one in make.fleets:
        one.clean()


@pytest.fixture(scope="session")
def driver():
    """Playwright, which a process can have only once."""
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def chromium(driver):
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    browser = driver.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def new_viewer(chromium, request):
    """Makes pages: `new_viewer(fleet.url, width=1280, height=720, scheme="dark")`, closed after the test."""
    viewers = []

    def make(url, width=1280, height=800, scheme="dark", **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **options)
        viewers.append(Viewer(context, url))
        return viewers[-1]

    yield make
    for index, one in enumerate(viewers):
        try:
            one.screenshot(f"{request.node.name}-{index}")
        finally:
            one.close()


@pytest.fixture
def memory(fleet):
    """The first guest's memory; the module's ARGUMENTS have `SPARE_CONTROL` among them."""
    with GuestMemory(fleet) as one:
        yield one


@pytest.fixture
def viewer(new_viewer, fleet):
    return new_viewer(fleet.url)
