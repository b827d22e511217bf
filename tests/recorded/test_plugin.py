"""The pytest plugin: what is recorded, restored, reported and failed."""

import os
import subprocess
import sys
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from .service import POOL, SECRET, TOKEN, operations

# Like a project of a user: no conftest.py configures the plugin.
FIXTURES = """
import pytest
from tests.recorded.service import Service, client

SERVICE = Service()

@pytest.fixture
def made(request):
    mode = request.config.getoption("--record-mode")
    with client(None if mode in (None, "none") else SERVICE) as made:
        yield made
"""

TWO_PAGES = """
import pytest

@pytest.mark.vcr
def test_pages(made):
    assert made.users.list(page=1).total_count == 1
    assert made.users.list(page=2).total_count == 2
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not imported by a test for the first time, since the modules of each test are unloaded.
    import_module("cryptography.hazmat.primitives.asymmetric.padding")
    # Other plugins of this environment only take time.
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:cacheprovider -p no:xdist -p no:hypothesispytest")
    pytester.makeconftest(FIXTURES)


def run(pytester: pytest.Pytester, *arguments: str, **expected: int) -> pytest.RunResult:
    result = pytester.runpytest_inprocess(*arguments)
    result.assert_outcomes(**expected)
    return result


def cassette_of(pytester: pytest.Pytester, test: str, module: str = "test_it") -> Path:
    return pytester.path / "cassettes" / module / f"{test}.yaml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_tests_are_recorded_and_replayed_without_configuration(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    path = cassette_of(pytester, "test_pages")
    text = path.read_text("utf-8")
    assert operations(path) == ["GetAccessToken", "ListUsers", "ListUsers"]
    assert not any(secret in text for secret in (SECRET, TOKEN, POOL))
    run(pytester, "--block-network", "--authing-strict", passed=1)
    run(pytester, "--record-mode=rewrite", passed=1)
    assert path.read_text("utf-8") == text


def test_settings_of_the_user_are_kept(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture(scope="module")
        def vcr_config():
            return {
                "before_record_request": lambda request: request,
                "before_record_response": hide,
                "pseudonymize": False,
                "scrub": ["company"],
            }

        def hide(response):
            body = response["body"]["string"].replace(b"ada", b"eve")
            return {**response, "body": {"string": body}}

        @pytest.mark.vcr(filter_headers=["x-a"])
        def test_user(made, request):
            user = made.users.detail("1")
            assert user.username == ("eve" if not request.config.option.record_mode else "ada")
        """
    )
    run(pytester, "--record-mode=once", passed=1)
    text = cassette_of(pytester, "test_user").read_text("utf-8")
    assert not any(secret in text for secret in (SECRET, TOKEN, POOL))
    run(pytester, "--block-network", passed=1)


def test_a_failed_test_leaves_its_cassette_as_it_was(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    path = cassette_of(pytester, "test_pages")
    before = path.read_bytes()
    pytester.makepyfile(
        test_it=TWO_PAGES + "    made.users.list(page=3)\n    assert False\n",
        test_new=TWO_PAGES + "    assert False\n",
        test_teardown="""
        import pytest
        from authing_users.testing import authing_cassette

        @pytest.fixture
        def broken():
            yield
            assert False

        @pytest.mark.vcr
        def test_pages(broken, made):
            made.users.list(page=1)

        def test_block(made, broken, tmp_path):
            with authing_cassette("block.yaml", record_mode="once"):
                made.users.list(page=1)

        @pytest.mark.vcr
        def test_skipped(made):
            made.users.list(page=1)
            pytest.skip("not now")
        """,
    )
    for mode in ("rewrite", "all", "new_episodes"):
        run(pytester, f"--record-mode={mode}", failed=2, passed=2, errors=2, skipped=1)
        assert path.read_bytes() == before
    assert list(pytester.path.rglob("*.yaml")) == [path]


def test_a_rewritten_test_without_calls_has_no_cassette(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    pytester.makepyfile(
        test_it="import pytest\n\n@pytest.mark.vcr\ndef test_pages(made):\n    pass"
    )
    run(pytester, "--record-mode=rewrite", passed=1)
    assert not cassette_of(pytester, "test_pages").exists()


CATCHING = """
import pytest
from unittest import TestCase
from concurrent.futures import ThreadPoolExecutor

def number_of_users(made, page):
    try:
        return made.users.list(page=page).total_count
    except Exception:
        return 0

@pytest.mark.vcr
def test_caught(made):
    assert number_of_users(made, page=PAGE) in (0, 1)

@pytest.mark.vcr
def test_expected(made):
    if PAGE == 1:
        made.users.list(page=1)
    else:
        with pytest.raises(AssertionError, match="ListUsers is not in the cassette"):
            made.users.list(page=PAGE)
        pytest.raises(AssertionError, made.users.list, PAGE + 5)
        with TestCase().assertRaises(AssertionError):
            made.users.list(page=PAGE + 6)

def value_or_none(function):
    try:
        return function()
    except Exception:
        return None

@pytest.mark.vcr
def test_callback(made):
    value_or_none(lambda: made.users.list(page=PAGE))

@pytest.mark.vcr
def test_thread(made):
    with ThreadPoolExecutor() as threads:
        threads.submit(lambda: made.users.list(page=PAGE))

def or_skip(function):
    try:
        function()
    except Exception:
        pytest.skip("The service cannot be reached")

@pytest.mark.vcr
def test_skipped(made):
    or_skip(lambda: made.users.list(page=PAGE))

@pytest.fixture
def reachable(made):
    or_skip(lambda: made.users.list(page=PAGE))

@pytest.mark.vcr
def test_skipped_by_fixture(reachable):
    pass

@pytest.fixture
def expecting(made):
    try:
        made.users.list(page=PAGE)
    except AssertionError:
        pass
    yield
    number_of_users(made, page=PAGE + 1)

@pytest.mark.vcr
def test_in_fixture(expecting):
    pass
"""


def test_a_mismatch_that_the_code_has_caught_fails_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=CATCHING.replace("PAGE", "1"))
    run(pytester, "--record-mode=once", passed=7)
    pytester.makepyfile(test_it=CATCHING.replace("PAGE", "2"))
    result = run(pytester, "-p", "no:randomly", failed=4, passed=2, errors=2)
    output = result.stdout.str()
    failures, _, _ = output.partition("short test summary info")
    assert failures.count("CassetteMismatchError: ListUsers is not in the cassette.") == 6
    assert "variables.page: 2, recorded 1" in output
    assert "variables.page: 3, recorded 1" in output
    assert "The code under test has caught this error." in output
    assert "pytest test_it.py::test_caught --record-mode=rewrite" in output


RERUNNING = """
from _pytest.runner import runtestprotocol

def pytest_runtest_protocol(item, nextitem):
    for attempt in range(2):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            break
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    return True
"""


def test_a_test_that_is_run_again_begins_anew(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURES + RERUNNING)
    pytester.makepyfile(
        test_it="""
        import pytest

        attempts = []

        @pytest.mark.vcr
        def test_flaky(made):
            attempts.append(made.users.list(page=1))
            assert len(attempts) == 2

        def call_safely(made):
            try:
                made.users.list(page=1)
            except Exception:
                pass

        @pytest.mark.vcr
        def test_caught(made):
            call_safely(made)
        """
    )
    run(pytester, "--record-mode=once", "-k", "flaky", passed=1)
    assert operations(cassette_of(pytester, "test_flaky")) == ["GetAccessToken", "ListUsers"]
    run(pytester, "-k", "caught", failed=1)


def test_an_interrupted_test_leaves_its_cassette_as_it_was(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.vcr
        def test_interrupted(made):
            made.users.list(page=1)
            pytest.exit("interrupted")
        """
    )
    run(pytester, "--record-mode=once")
    assert not cassette_of(pytester, "test_interrupted").exists()


def test_tests_can_share_a_cassette(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest
        from authing_users.testing import authing_cassette

        PASSES = False

        @pytest.fixture(scope="module", autouse=True)
        def shared():
            with authing_cassette("shared.yaml"):
                yield

        def test_first(made):
            made.users.list(page=1)
            assert PASSES

        def test_second(made):
            made.users.list(page=2)
        """
    )
    path = pytester.path / "shared.yaml"
    run(pytester, "--record-mode=once", "-p", "no:randomly", failed=1, passed=1)
    assert not path.exists()
    edit(pytester.path / "test_it.py", "PASSES = False", "PASSES = True")
    run(pytester, "--record-mode=once", passed=2)
    run(pytester, "--authing-strict", passed=2)
    edit(pytester.path / "test_it.py", "made.users.list(page=2)", "pass")
    run(pytester, "--authing-strict", passed=2, errors=1)


def test_tests_with_the_same_cassette_keep_the_calls_of_each_other(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        pytestmark = [pytest.mark.vcr, pytest.mark.default_cassette("shared.yaml")]

        def test_first(made):
            made.users.list(page=1)

        def test_second(made):
            made.users.list(page=2)

        def test_third(made):
            pass
        """
    )
    for _ in range(2):
        run(pytester, "--record-mode=rewrite", passed=3)
        run(pytester, passed=3)


def test_a_mode_of_the_user_does_not_keep_cassettes_from_being_recorded_again(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def vcr_config():
            return {"record_mode": "once"}

        @pytest.mark.vcr
        def test_page(made):
            made.users.list(page=1)
        """
    )
    run(pytester, "--record-mode=once", passed=1)
    edit(pytester.path / "test_it.py", "page=1", "page=2")
    run(pytester, "--record-mode=rewrite", passed=1)


def test_strict_tests_make_all_recorded_calls(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    pytester.makepyfile(test_it=TWO_PAGES.replace("    assert made.users.list(page=2)", "    #"))
    run(pytester, passed=1)
    result = run(pytester, "--authing-strict", passed=1, errors=1)
    result.stdout.fnmatch_lines(["*1 recorded call was not made: ListUsers. Cassette: *"])
    pytester.makeini("[pytest]\nauthing_strict = true")
    run(pytester, passed=1, errors=1)


def test_a_changed_document_warns_and_fails_strict_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    edit(cassette_of(pytester, "test_pages"), '"document": "sha256:', '"document": "sha256:0')
    result = run(pytester, "-Wdefault", passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*StaleDocumentWarning: ListUsers was recorded with another *"])
    result = run(pytester, "--authing-strict", passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ListUsers was recorded with another document*"])


def test_the_age_of_cassettes_is_reported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    today = date.today()  # noqa: DTZ011 - as it is recorded
    edit(cassette_of(pytester, "test_pages"), str(today), str(today - timedelta(days=100)))
    assert "old cassettes" not in run(pytester, "--authing-max-age=101d", passed=1).stdout.str()
    result = run(pytester, "--authing-max-age=90d", passed=1)
    result.stdout.fnmatch_lines(["*old cassettes*", f"*test_pages.yaml: recorded on {today:%Y}*"])
    run(pytester, "--authing-max-age=14w", "--authing-strict", passed=1, errors=1)
    result = pytester.runpytest_inprocess("--authing-max-age=soon")
    result.stderr.fnmatch_lines(["*Invalid --authing-max-age 'soon': expected days, such as 90d*"])


def test_personal_data_is_replaced_by_an_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import pytest

        @pytest.mark.vcr
        def test_user(made):
            made.users.detail("62f1a7c9b1d2e4f6a8c0b5d1")
        """
    )
    run(pytester, "--record-mode=once", "--authing-pseudonymize", passed=1)
    text = cassette_of(pytester, "test_user").read_text("utf-8")
    assert "62f1a7c9b1d2e4f6a8c0b5d1" not in text
    pytester.makeini("[pytest]\nauthing_pseudonymize = true")
    run(pytester, passed=1)


def test_clients_of_a_module_need_no_credentials(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import os, pytest
        from authing_users import ManagementClient
        from tests.recorded.service import Service, client

        @pytest.fixture(scope="module")
        def shared(request):
            if request.config.option.record_mode:
                with client(Service()) as made:
                    yield made
            else:
                with ManagementClient() as made:
                    yield made

        pytestmark = pytest.mark.vcr

        def test_first(shared):
            assert shared.users.list(page=1).total_count == 1

        def test_second(shared):
            assert shared.users.list(page=2).total_count == 2
        """
    )
    run(pytester, "--record-mode=once", passed=2)
    assert operations(cassette_of(pytester, "test_second")) == ["ListUsers"]
    run(pytester, "--block-network", passed=2)
    run(pytester, "--block-network", "-k", "second", passed=1)
    assert "AUTHING_USERPOOL_ID" not in os.environ


def test_a_real_pool_has_to_be_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TWO_PAGES)
    result = pytester.runpytest_inprocess("--authing-record=real")
    result.stderr.fnmatch_lines(["*--authing-record=real needs --authing-pool=ID*"])
    run(pytester, "--authing-record=real", f"--authing-pool={POOL}", passed=1)
    before = cassette_of(pytester, "test_pages").read_bytes()
    result = run(pytester, "--authing-record=real", "--authing-pool=another", failed=1)
    result.stdout.fnmatch_lines(
        ["*GetAccessToken was not sent: --authing-pool allows only the user pool another, not *"]
    )
    assert cassette_of(pytester, "test_pages").read_bytes() == before
    result = pytester.runpytest_inprocess("--authing-record=emulator", "--record-mode=once")
    result.stderr.fnmatch_lines(["*Pass either --authing-record or --record-mode*"])


def test_tests_are_recorded_from_an_emulator(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("")
    pytester.makepyfile(
        test_it="""
        import pytest
        from authing_users import ManagementClient
        from authing_users.testing import authing_cassette

        @pytest.fixture(scope="module")
        def made():
            with ManagementClient() as made:
                yield made

        @pytest.mark.vcr(ignore_localhost=True)
        def test_marked(made):
            assert made.users.list().total_count == 0
            user = made.users.create({"username": "bob", "password": "canary-password"})
            assert made.users.detail(user.id).username == "bob"

        def test_block():
            with authing_cassette("block.yaml"), ManagementClient() as made:
                assert made.users.list().total_count == 0

        @pytest.mark.vcr
        def test_elsewhere(monkeypatch):
            with pytest.raises(AssertionError, match="allows only the emulator") as caught:
                # A client of a test that takes nothing from the environment.
                monkeypatch.delenv("AUTHING_EMULATOR_HOST")
                with ManagementClient(
                    user_pool_id="p", secret="canary-s", host="http://127.0.0.1:9"
                ) as other:
                    other.users.list()
            assert "canary" not in str(caught.value)
        """
    )
    run(pytester, "-k", "not elsewhere", "--authing-record=emulator", passed=2)
    text = cassette_of(pytester, "test_marked").read_text("utf-8")
    assert "canary" not in text
    assert "127.0.0.1" not in text
    assert operations(pytester.path / "block.yaml") == ["GetAccessToken", "ListUsers"]
    # IDs and times depend on the requests only: recording again changes nothing.
    run(pytester, "-k", "not elsewhere", "--authing-record=emulator", passed=2)
    assert cassette_of(pytester, "test_marked").read_text("utf-8") == text
    run(pytester, "-k", "elsewhere", "--authing-record=emulator", passed=1)
    run(pytester, "-k", "not elsewhere", "--block-network", "--authing-strict", passed=2)


@pytest.mark.parametrize("place", ["conftest.py", "tests/conftest.py"])
def test_the_line_of_older_versions_does_no_harm(pytester: pytest.Pytester, place: str) -> None:
    path = pytester.path / place
    path.parent.mkdir(exist_ok=True)
    line = 'pytest_plugins = ["authing_users.testing.plugin"]\n'
    path.write_text(line + (FIXTURES if place == "conftest.py" else ""))
    test = path.with_name("test_it.py")
    test.write_text(TWO_PAGES)
    run(pytester, "--record-mode=once", passed=1)
    run(pytester, "--block-network", passed=1)


def test_tests_in_subfolders_are_recorded(pytester: pytest.Pytester) -> None:
    test = pytester.path / "tests" / "unit" / "test_it.py"
    test.parent.mkdir(parents=True)
    test.write_text(TWO_PAGES)
    (test.parent / "conftest.py").write_text("")
    run(pytester, "--record-mode=once", passed=1)
    assert operations(test.parent / "cassettes" / "test_it" / "test_pages.yaml")
    run(pytester, "--block-network", passed=1)


@pytest.mark.parametrize("missing", ["pytest_recording", "vcr"])
def test_the_plugin_is_inactive_without_the_extra(pytester: pytest.Pytester, missing: str) -> None:
    pytester.makeconftest("")
    pytester.makepyfile(
        test_it="""
        import pytest
        from authing_users.testing import cassette_settings

        def test_nothing():
            pass

        def test_settings():
            try:
                cassette_settings()
            except ImportError as error:
                assert "pip install 'authing-users[testing]'" in str(error)
        """
    )
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "import pytest\n"
        "sys.exit(pytest.main(['-q', '-p', 'authing_users.testing.plugin', 'test_it.py']))"
    )
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    finished = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_plugin_that_is_loaded_by_itself_is_light() -> None:
    code = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import authing_users.testing.plugin, authing_users.testing.cassettes.plugin\n"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(finished.stdout.split())
    assert not loaded & {"vcr", "yaml", "httpx", "pydantic", "starlette", "ariadne", "typer"}
