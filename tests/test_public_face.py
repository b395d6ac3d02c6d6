"""What the package offers to its callers; a change here is a change of the public interface."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib.metadata import version

import pytest

import dpa_checker
from dpa_checker import errors
from dpa_checker.version import ENGINE_VERSION


def test_the_public_names() -> None:
    assert dpa_checker.__all__ == [
        "DpaCheckerError",
        "Report",
        "SetReport",
        "check_file",
        "check_set",
        "check_text",
        "load_library",
    ]
    assert all(getattr(dpa_checker, name) is not None for name in dpa_checker.__all__)
    with pytest.raises(AttributeError, match="no attribute 'check_url'"):
        _ = dpa_checker.check_url


def test_the_signatures() -> None:
    assert list(inspect.signature(dpa_checker.check_file).parameters) == ["path", "language", "limits"]
    assert list(inspect.signature(dpa_checker.check_text).parameters) == ["text", "language"]
    assert list(inspect.signature(dpa_checker.check_set).parameters) == ["paths", "language", "name", "limits"]
    for function in (dpa_checker.check_file, dpa_checker.check_text, dpa_checker.check_set):
        assert inspect.signature(function).parameters["language"].default is None


def test_every_error_is_a_dpa_checker_error_and_drawn_in_the_tree() -> None:
    tree = errors.__doc__ or ""
    for name, value in vars(errors).items():
        if inspect.isclass(value) and issubclass(value, Exception):
            assert issubclass(value, dpa_checker.DpaCheckerError)
            assert name in tree


def test_document_errors_have_codes_of_their_own() -> None:
    kinds: list[type[errors.DocumentError]] = [errors.DocumentError, *errors.DocumentError.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_the_version_is_that_of_the_distribution() -> None:
    assert version("dpa-checker") == ENGINE_VERSION


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = ("pypdfium2", "pdfplumber", "numpy", "pydantic", "yaml", "lxml", "jinja2", "py3langid")
    code = f"import dpa_checker, sys; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_report_knows_its_findings() -> None:
    report = dpa_checker.check_text("The Processor processes personal data only on documented instructions.")
    assert len(report.findings) == 27
    assert report.finding("audits").mention == "audits"
    assert report.engine_version == ENGINE_VERSION
    with pytest.raises(KeyError):
        report.finding("no-such-mention")
