"""Secrets and personal data are found in cassettes of any origin, and removed from them."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from vcr.serializers import jsonserializer, yamlserializer

from authing_users import APIError
from authing_users._runtime.secret import MASK
from authing_users.testing.cassettes.check import (
    Finding,
    check_cassette,
    grouped,
    occurrences,
    scrub_cassette,
    totals,
)
from authing_users.testing.cassettes.files import CassetteFile, cassette_paths
from authing_users.testing.cassettes.places import UnreadableCassetteError
from authing_users.testing.cassettes.summary import summarize

from ..support.client_kinds import SECRET as POOL_SECRET, sync_client
from ..support.scripted_server import api_error, token
from .corpus import (
    PASSWORD,
    PLANTED,
    SECRET,
    SIGN_IN,
    TOKEN,
    Exchange,
    cassette_text,
    error,
    response,
    shown_parts,
    to_json,
    user,
    variables,
)

YAML: Any = yamlserializer


def cassette(tmp_path: Path, text: str, name: str = "c.yaml") -> CassetteFile:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return CassetteFile(path)


def check(tmp_path: Path, *exchanges: Exchange, **options: Any) -> list[Finding]:
    return check_cassette(cassette(tmp_path, cassette_text(list(exchanges))), **options)


def secrets_in(findings: list[Finding]) -> int:
    return sum(finding.count for finding in findings if not finding.is_personal)


def test_each_planted_secret_is_found_and_removed(tmp_path: Path) -> None:
    """The cassette is one of plain ``vcrpy``, which scrubs nothing."""
    harmless = response(user(id="5f0e3a7c9b1d2e4f6a8c0b5d", token=None))
    exchanges = [harmless, *SIGN_IN, *PLANTED.values()]
    names = ["harmless", *["sign in"] * len(SIGN_IN), *PLANTED]
    text = cassette_text(exchanges)
    for name, one in zip(names[1:], exchanges[1:], strict=True):
        assert any(shown_parts(cassette_text([one]))), f"nothing is planted in {name}"
    file = cassette(tmp_path, text)
    found = {
        int(place.leaf.path.split("[")[1].partition("]")[0])
        for place, _ in occurrences(file, personal=False)
    }
    assert [name for number, name in enumerate(names) if number not in found] == ["harmless"]
    assert scrub_cassette(file)
    assert set(shown_parts(file.path.read_text("utf-8"))) == set()
    file = CassetteFile(file.path)
    assert len(file.interactions) == len(exchanges)
    assert check_cassette(file, personal=False) == []
    assert not scrub_cassette(file), "a second time changes nothing"


def test_a_finding_says_where_and_never_shows_the_secret(tmp_path: Path) -> None:
    findings = check(tmp_path, variables(secret=SECRET), response(user(profile=f"jwt {TOKEN}")))
    assert [str(finding).replace(str(tmp_path), "") for finding in findings] == [
        f"/c.yaml:3: value of 'secret': request.body variables.secret: {MASK} (32 characters)",
        f"/c.yaml:23: JWT: response.body data.user.profile: {MASK} ({len(TOKEN)} characters)",
    ]
    lines = (tmp_path / "c.yaml").read_text().splitlines()
    assert SECRET in lines[2]
    assert TOKEN[:9] in lines[22]
    shown = json.dumps([finding.as_json() for finding in findings])
    assert not any(part in shown for part in (SECRET[:9], TOKEN[:9]))


def test_a_finding_in_a_long_value_has_its_own_line(tmp_path: Path) -> None:
    body = json.dumps({"data": {"a": "x " * 100, "token": SECRET}}, indent=2)
    indented = "\n".join(f"        {line}" for line in body.splitlines())
    text = (
        "interactions:\n- request:\n    body: null\n    headers: {}\n    method: GET\n"
        "    uri: https://a.example/\n  response:\n    body:\n      string: |-\n"
        f"{indented}\n    headers: {{}}\n    status: {{code: 200, message: OK}}\nversion: 1\n"
    )
    file = cassette(tmp_path, text)
    (finding,) = check_cassette(file)
    assert SECRET in text.splitlines()[finding.line - 1]
    assert scrub_cassette(file)
    assert file.path.read_text() == text.replace(SECRET, MASK)


def test_personal_data_is_found_unless_it_is_public(tmp_path: Path) -> None:
    person = user(email="a@corp.cn", phone="13812345678", name="张三", username="zhang",
                  lastIP="8.8.8.8", birthdate="1990-01-01")  # fmt: skip
    findings = check(tmp_path, response(person), error("ask b@corp.cn"))
    assert {finding.kind for finding in findings} == {
        "e-mail address", "phone number", "name", "IP address", "date of birth"
    }  # fmt: skip
    assert all(finding.is_personal for finding in findings)
    assert "a@corp" not in " ".join(map(str, findings))
    assert [finding.count for finding in grouped(findings) if finding.kind == "name"] == [2]
    assert totals(findings) == "Found: 0 secrets, 7 pieces of personal data."
    assert check(tmp_path, response(person), personal=False) == []
    public = user(
        id="5f0e3a7c9b1d2e4f6a8c0b5d", email="bob@example.com", lastIP="192.168.1.1", phone=None
    )
    assert check(tmp_path, response(public)) == []
    assert check(tmp_path, response(user(username="bob")), allow="b.b|eve") == []


def test_personal_data_is_replaced_on_demand(tmp_path: Path) -> None:
    file = cassette(
        tmp_path,
        cassette_text([
            Exchange(uri="https://core.authing.cn/api/v2/users/find?email=a@corp.cn"),
            response(user(email="a@corp.cn", name="张三", token=SECRET)),
        ]),
    )  # fmt: skip
    assert scrub_cassette(file, pseudonymize=True)
    file = CassetteFile(file.path)
    assert check_cassette(file) == []
    content = json.loads(file.interactions[1]["response"]["body"]["string"])["data"]["user"]
    assert content["email"].endswith("@example.com")
    assert content["token"] == MASK
    assert file.interactions[0]["request"]["uri"].endswith(f"?email={content['email']}")
    assert not scrub_cassette(file, pseudonymize=True)


def test_what_a_client_sends_is_found_in_a_recording_of_plain_vcrpy(tmp_path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if b"GetAccessToken" in request.content:
            return token(TOKEN)
        sent = json.loads(request.content)["variables"]["userInfo"]["password"]
        return api_error(2026, f"The password {sent} of {TOKEN[:50]} is too weak")

    path = tmp_path / "recorded.yaml"
    recorder: Any = vcr.VCR()
    with (
        recorder.use_cassette(str(path)),
        sync_client(respond) as client,
        pytest.raises(APIError),
    ):
        client.users.create({"username": "bob", "password": PASSWORD})
    text = path.read_text("utf-8")
    assert POOL_SECRET in text
    file = CassetteFile(path)
    findings = check_cassette(file, personal=False)
    assert sorted((finding.kind, finding.where) for finding in findings) == [
        ("JWT", "response.body errors[0].message.message"),
        ("encrypted password", "response.body errors[0].message.message"),
        ("value of 'accessToken'", "response.body data.accessToken.accessToken"),
        ("value of 'authorization'", "request.headers.authorization[0]"),
        ("value of 'password'", "request.body variables.userInfo.password"),
        ("value of 'secret'", "request.body variables.secret"),
    ]
    assert scrub_cassette(file)
    for secret in (POOL_SECRET, TOKEN[:9]):
        assert secret not in path.read_text("utf-8")
    calls = [line.operation for line in summarize(CassetteFile(path))]
    assert calls == ["GetAccessToken", "CreateUser"]


@pytest.mark.parametrize("name", ["AUTHING_USERPOOL_SECRET", "AUTHING_ACCESS_TOKEN"])
def test_the_secret_of_the_environment_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    message = error(f"bad {SECRET}")
    assert check(tmp_path, message) == []
    monkeypatch.setenv(name, SECRET)
    assert secrets_in(check(tmp_path, message)) == 1


def test_a_secret_may_stand_before_its_name(tmp_path: Path) -> None:
    file = cassette(tmp_path, cassette_text([error(f"bad {SECRET}"), variables(secret=SECRET)]))
    assert secrets_in(check_cassette(file)) == 2
    assert scrub_cassette(file)
    assert SECRET[:9] not in file.path.read_text("utf-8")


def test_names_can_be_added(tmp_path: Path) -> None:
    assert secrets_in(check(tmp_path, response(user(school="hill")), names=["school"])) == 1


def test_cassettes_in_json_are_checked_and_keep_their_layout(tmp_path: Path) -> None:
    text = cassette_text(
        [variables(secret=SECRET), response(user(name2="中", proof=TOKEN))], jsonserializer
    )
    file = cassette(tmp_path, text, "c.json")
    findings = check_cassette(file)
    assert [finding.kind for finding in findings] == ["value of 'secret'", "JWT"]
    assert all(
        text.splitlines()[finding.line - 1].strip()[:8] in ('"body": ', '"string"')
        for finding in findings
    )
    assert scrub_cassette(file)
    assert file.path.read_text("utf-8") == text.replace(SECRET, MASK).replace(TOKEN, MASK)


def test_a_cassette_of_vcrpy_is_laid_out_as_vcrpy_does_it(tmp_path: Path) -> None:
    body = user(a="x " * 60, proof=f"jwt {TOKEN}", b="y " * 60, c="中文")
    file = cassette(tmp_path, cassette_text([response(body), variables(secret=SECRET)]))
    assert scrub_cassette(file)
    text = file.path.read_text("utf-8")
    assert text.count(MASK) == 2
    assert YAML.serialize(YAML.deserialize(text)) == text


def test_only_values_with_secrets_change(tmp_path: Path) -> None:
    by_hand = f"""\
# recorded by hand
version: 1
interactions:
    -   request: &shared
            method: POST
            uri: "https://a.example/?token={SECRET}"   # a comment
            body: 'jwt {TOKEN}'
            headers: {{Authorization: ["Bearer {TOKEN}"], Accept: ['*/*']}}
        response:
            status: {{code: 200, message: 好}}
            headers: {{}}
            body: {{string: !!binary aGVsbG8=}}
"""
    file = cassette(tmp_path, by_hand)
    assert scrub_cassette(file)
    text = file.path.read_text("utf-8")
    assert text == (
        by_hand.replace(f"token={SECRET}", f"token={MASK}")
        .replace(f"jwt {TOKEN}", f"jwt {MASK}")
        .replace(f"Bearer {TOKEN}", MASK)
    )


def test_an_odd_layout_is_written_again_rather_than_damaged(tmp_path: Path) -> None:
    text = (
        "interactions:\n        - request: {body: &a 'password=pa55-word-1', method: GET,"
        " uri: 'https://a.example/', headers: {x: *a}}\n          response:\n            body:\n"
        f"                      string: >-\n                         jwt\n{' ' * 25}{TOKEN}\n"
        "            headers: {}\n            status: {code: 200, message: OK}\nversion: 1\n"
    )
    file = cassette(tmp_path, text)
    before = YAML.deserialize(text)
    assert scrub_cassette(file)
    after = YAML.deserialize(file.path.read_text("utf-8"))
    assert after["interactions"][0]["response"]["body"]["string"] == f"jwt {MASK}"
    assert after["interactions"][0]["request"]["body"] == f"password={MASK}"
    assert after["interactions"][0]["request"]["uri"] == before["interactions"][0]["request"]["uri"]
    assert check_cassette(CassetteFile(file.path)) == []


def test_nothing_is_written_if_nothing_is_found(tmp_path: Path) -> None:
    text = "# mine\n" + cassette_text([response(user(id="1"))])
    file = cassette(tmp_path, text)
    os.utime(file.path, (1, 1))
    assert not scrub_cassette(file)
    assert file.path.read_text() == text
    assert file.path.stat().st_mtime == 1


def test_the_file_is_replaced_in_one_step_with_its_permissions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = cassette(tmp_path, cassette_text([response(user(token=SECRET))]))
    before = file.path.read_text()
    file.path.chmod(0o640)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="No space"):
            scrub_cassette(file)
    assert file.path.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]
    link = tmp_path / "link.yaml"
    link.symlink_to(file.path)
    assert scrub_cassette(CassetteFile(link))
    assert link.is_symlink()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640
    assert SECRET not in file.path.read_text()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.yaml", b"interactions:\n- a: [\n- b", ":3: "),
        ("a.yaml", b"a: !!python/object/apply:os.system ['true']\n", ":1: could not determine"),
        ("a.yaml", b"a: \x00\n", "characters are not allowed"),
        ("a.yaml", b"a: \xff\n", ": the file is not text in UTF-8"),
        ("a.json", b'{\n "a": ]', ":2: invalid JSON"),
        ("a.json", b"[" * 20_000, ": the content is nested too deeply"),
        ("a.yaml", b"[" * 2_000, ": "),
    ],
)
def test_a_broken_file_is_a_clear_error(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableCassetteError) as caught:
        CassetteFile(path)
    assert str(caught.value).startswith(f"{path}:")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folders_are_searched_for_cassettes(tmp_path: Path) -> None:
    for name in ("b/cassettes/c.yaml", "b/a.yml", "x.json", "x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    names = [path.relative_to(tmp_path).as_posix() for path in cassette_paths(tmp_path)]
    assert names == ["b/a.yml", "b/cassettes/c.yaml", "x.json"]
    assert list(cassette_paths(tmp_path / "x.txt")) == [tmp_path / "x.txt"]
    with pytest.raises(UnreadableCassetteError, match="does not exist"):
        list(cassette_paths(tmp_path / "y"))
    assert not CassetteFile(tmp_path / "x.json").is_cassette


def test_aliases_that_grow_are_read_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)
    ]
    file = cassette(tmp_path, "\n".join(["interactions: []", *lines]))
    assert check_cassette(file) == []


def test_the_summary_shows_operations_without_secrets(tmp_path: Path) -> None:
    file = cassette(
        tmp_path,
        cassette_text([
            variables(secret=SECRET, page=1),
            Exchange(uri=f"https://a.example/api/v2/users?token={SECRET}&page=2", method="GET"),
            Exchange(request_body=to_json({"operationName": "A", "variables": {"q": "x" * 200}})),
        ]),
    )  # fmt: skip
    first, second, third = summarize(file)
    assert first == ("M", f'{{"secret": "{MASK}", "page": 1}}', "200", 11)
    assert second == ("GET /api/v2/users", f"token={MASK}&page=2", "200", 11)
    assert len(third.variables) == 60
    assert PASSWORD not in str(third)
