"""The page about results, and the example that shows them, work against the emulator."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..emulator.server import Server, running
from .distributions import ROOT
from .environments import environment, install_requirements, installed_python, run
from .test_docs import python_blocks

OTHER_LIBRARIES = re.compile(r"^(?:import|from) (fastapi|pandas|polars)\b", re.MULTILINE)
BLOCKS = python_blocks("docs/results.md")

# Appended to the block with the FastAPI application.
REQUESTS = """
from fastapi.testclient import TestClient

from authing_users import User

http = TestClient(app)
page = client.users.list()
public = [{"id": user.id, "username": user.username} for user in page]
assert http.get("/users").json() == public
assert http.get(f"/users/{page[0].id}").json() == public[0]
assert http.get(f"/users/{'0' * 24}").json() is None
app.get("/typed", response_model=User)(lambda: page[0])
assert http.get("/typed").json() == page[0].to_dict()
schema = http.get("/openapi.json").json()["components"]["schemas"]["User"]
assert schema["properties"]["givenName"]["description"] == "Given name."
assert schema["description"] == "A user of the user pool."
"""
DATA_FRAMES = """
import json
from typing import Any

import fastapi
import flask
import pandas
import polars
from fastapi.encoders import jsonable_encoder
from fastapi.testclient import TestClient

from authing_users import ManagementClient, User

client = ManagementClient()
page = client.users.list()
names = list(page[0].keys())
usernames = [user.username for user in page]
for frame in (
    pandas.DataFrame(page.to_dicts()),
    pandas.DataFrame([user.to_dict() for user in client.users.iter_list()]),
    polars.DataFrame(page.to_dicts()),
    polars.DataFrame([user.to_dict() for user in client.users.iter_list()]),
):
    assert list(frame.columns) == names, frame
    assert list(frame["username"]) == usernames, frame

assert jsonable_encoder(page) == page.to_dict()
app = fastapi.FastAPI()
app.get("/list")(lambda: page)


@app.get("/typed")
def typed() -> list[User]:
    return page


@app.get("/dict")
def as_dict() -> dict[str, Any]:
    return page[0].to_dict()


http = TestClient(app)
assert http.get("/list").json() == page.to_dict()
assert http.get("/typed").json() == page.to_dicts()
assert http.get("/dict").json() == page[0].to_dict()

site = flask.Flask("site")
site.get("/user")(lambda: page[0].to_dict())
assert site.test_client().get("/user").json == page[0].to_dict()
"""


def result_of(server: Server, *command: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a program against an emulator."""
    return subprocess.run(
        command,
        env={**os.environ, **server.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_blocks_of_the_page_work() -> None:
    blocks = [block for block in BLOCKS if not OTHER_LIBRARIES.search(block)]
    assert len(blocks) == 5
    with running("--seed-users", "3") as server:
        for block in blocks:
            ran = result_of(server, sys.executable, "-W", "error", "-c", block)
            assert ran.returncode == 0, (block, ran.stderr)


def test_the_example_prints_the_output_in_its_comments() -> None:
    text = (ROOT / "examples" / "results.py").read_text("utf-8")
    expected = re.findall(r"^# > ?(.*)$", text, re.MULTILINE)
    assert len(expected) > 20
    with running() as server:
        ran = result_of(server, sys.executable, "-W", "error", "-m", "examples.results")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == expected


@pytest.mark.slow
def test_the_blocks_with_other_libraries_work(wheel: Path, tmp_path: Path) -> None:
    blocks = [block for block in BLOCKS if OTHER_LIBRARIES.search(block)]
    assert len(blocks) == 3
    python = installed_python(wheel, tmp_path, ("emulator",))
    install_requirements(python, ROOT / "requirements" / "results.txt")
    with running("--seed-users", "3") as server:
        for block in [*blocks, DATA_FRAMES]:
            program = block + REQUESTS * ("@app.get(" in block and block is not DATA_FRAMES)
            run(python, "-c", program, env=environment(**server.environment), cwd=tmp_path)
