"""Contracts in stores: S3 as Moto's server speaks it over HTTP (no Amazon), and fsspec's memory, file and zip."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dpa_checker import load_library
from dpa_checker.batch import PoolEngine, ScanProgress, Store, find_items, scan
from dpa_checker.batch.export import Results
from dpa_checker.batch.find import Item, NothingFound, read_location
from dpa_checker.batch.remote import StoreUnreachable
from dpa_checker.cli import main
from tests.batch.contracts import AUDIT, contract

fsspec = pytest.importorskip("fsspec")


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """Run Moto's server as a process of its own and yield a client of it; the environment leads s3fs there."""
    pytest.importorskip("s3fs")
    pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    told = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        _await(port)
        client = boto3.client("s3")
        client.create_bucket(Bucket="archive", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client
    finally:
        server.kill()
        server.wait()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _await(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("Moto's server did not start")


def _put(client: Any, key: str, text: str) -> None:
    client.put_object(Bucket="archive", Key=key, Body=text.encode())


def _scan(address: str, store_path: Path) -> tuple[dict[str, str], int]:
    last: list[ScanProgress] = []
    with Store(store_path) as store, PoolEngine(2) as pool:
        number, versions = scan(
            find_items([address]), store, pool, library_version=load_library().version, on_progress=last.append
        )
        return {kept.name: kept.error_code for kept in Results(store, number, versions)}, last[-1].checked


def test_objects_of_s3_are_found_and_checked_and_what_is_known_is_not_fetched_again(s3: Any, tmp_path: Path) -> None:
    for number in range(10):
        _put(s3, f"contracts/{number % 3}/{number}.txt", contract(number, AUDIT))
    _put(s3, "contracts/copy.txt", contract(4, AUDIT))
    _put(s3, "contracts/broken.pdf", "%PDF-1.7 nothing more")
    _put(s3, "contracts/notes.xyz", "no contract")
    _put(s3, "contracts/.hidden/x.txt", "hidden")
    _put(s3, "elsewhere/y.txt", contract(99))
    found, checked = _scan("s3://archive/contracts", tmp_path / "results.sqlite")
    names = [f"{number % 3}/{number}.txt" for number in range(10)]
    assert found == {**dict.fromkeys([*names, "copy.txt"], ""), "broken.pdf": "damaged-document"}
    assert checked == 11
    assert _scan("s3://archive/contracts", tmp_path / "results.sqlite")[1] == 0
    _put(s3, "contracts/0/0.txt", contract(1000))
    s3.delete_object(Bucket="archive", Key="contracts/copy.txt")
    found, checked = _scan("s3://archive/contracts/", tmp_path / "results.sqlite")
    assert (len(found), checked) == (11, 1)


def test_patterns_and_single_objects_of_s3(s3: Any) -> None:
    for key in ("p/a.txt", "p/b.pdf", "p/q/c.txt", "p/q/d.txt"):
        _put(s3, key, key)

    def keys(address: str, *, recursive: bool = True) -> list[str]:
        return [item.location.removeprefix("s3://archive/") for item in find_items([address], recursive=recursive)]

    assert keys("s3://archive/p") == ["p/a.txt", "p/b.pdf", "p/q/c.txt", "p/q/d.txt"]
    assert keys("s3://archive/p", recursive=False) == ["p/a.txt", "p/b.pdf"]
    assert keys("s3://archive/p/*.txt") == ["p/a.txt"]
    assert keys("s3://archive/p/**/*.txt") == ["p/a.txt", "p/q/c.txt", "p/q/d.txt"]
    assert keys("s3://archive/p/q/c.txt") == ["p/q/c.txt"]


@pytest.mark.parametrize("address", ["s3://archive/empty-place", "s3://archive/p/*.nothing"])
def test_where_nothing_is_the_message_says_so(s3: Any, address: str) -> None:
    with pytest.raises(NothingFound, match="Nothing is under"):
        list(find_items([address]))


def test_a_bucket_that_is_not_there_is_one_clear_line(
    s3: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["scan", "s3://no-such-bucket-here/x", "--output", str(tmp_path / "out")]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "unexpected" not in error


def test_an_object_that_goes_while_the_scan_runs_stops_nothing(s3: Any, tmp_path: Path) -> None:
    for number in range(3):
        _put(s3, f"gone/{number}.txt", contract(500 + number))
    items = list(find_items(["s3://archive/gone"]))
    s3.delete_object(Bucket="archive", Key="gone/1.txt")
    with Store(tmp_path / "results.sqlite") as store, PoolEngine(1) as pool:
        number, versions = scan(items, store, pool, library_version=load_library().version)
        codes = {kept.name: kept.error_code for kept in Results(store, number, versions)}
    assert codes == {"0.txt": "", "1.txt": "store-unreachable", "2.txt": ""}


def test_a_store_that_does_not_answer_is_told_without_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("s3fs")
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9" if "URL" in name else "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(StoreUnreachable, match=r"\(s3://\) could not be read") as caught:
        list(find_items(["s3://secret-name/folder"]))
    assert "secret-name" not in str(caught.value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_a_folder_by_file_address_gives_the_contents_of_the_folder(tmp_path: Path) -> None:
    for name in ("a.txt", "b/c.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contract(1, name))
    by_address = list(find_items([f"file://{tmp_path}/in"]))
    assert [item.name for item in by_address] == ["a.txt", "b/c.txt"]
    assert all(read_location(item.location) == (tmp_path / "in" / item.name).read_bytes() for item in by_address)


def test_memory_is_read_and_scanned(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    for number in range(3):
        memory.pipe(f"/contracts/{number}.txt", contract(number, AUDIT).encode())
    found, checked = _scan("memory://contracts", tmp_path / "results.sqlite")
    assert (list(found), checked) == (["0.txt", "1.txt", "2.txt"], 3)


def test_the_contracts_within_a_zip_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("deep/a.txt", contract(1, AUDIT))
        archive.writestr("b.txt", contract(2))
    items: list[Item] = list(find_items([f"zip://::{tmp_path}/archive.zip"]))
    assert sorted(item.name for item in items) == ["b.txt", "deep/a.txt"]
    assert {read_location(item.location) for item in items} == {
        contract(1, AUDIT).encode(),
        contract(2).encode(),
    }


@pytest.mark.parametrize(
    ("address", "message"),
    [("nonsense://x/y", "cannot be read"), ("s3://user:word@host/x", "must hold no password")],
)
def test_an_address_that_cannot_be_used_is_refused(address: str, message: str) -> None:
    with pytest.raises(StoreUnreachable, match=message):
        list(find_items([address]))
