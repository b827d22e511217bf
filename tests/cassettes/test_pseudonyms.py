"""Personal data is replaced by fakes of the same form, consistently and without a table."""

import ipaddress
import json
import re
from datetime import date
from typing import Any

import pytest

from authing_users._runtime.secret import MASK
from authing_users.testing.cassettes import fakes
from authing_users.testing.cassettes.pseudonyms import FoundPerson, Pseudonyms
from authing_users.testing.cassettes.scrubbing import CassetteScrubber

PERSON: dict[str, Any] = {
    "id": "5f0e3a7c9b1d2e4f6a8c0b5d",
    "username": "zhang_san",
    "name": "张三丰",
    "givenName": "Alice",
    "familyName": "O'Neill-Smith",
    "nickname": "Nick王",
    "email": "Zhang.San+a@corp.example.cn",
    "phone": "13812345678",
    "lastIP": "8.8.4.4",
    "birthdate": "1990-05-17",
    "address": "上海市浦东新区世纪大道100号",
    "streetAddress": "12 Long Road",
    "postalCode": "200120",
    "photo": "https://cdn.corp.cn/faces/zhang.png",
    "website": "http://zhang.corp.cn",
    "openid": "oX-1234567",
    "unionid": "123e4567-e89b-42d3-a456-426614174000",
    "externalId": "E-100",
    "arn": "arn:cn:authing:59f86b4832eb28071bdd9214:user:6b04e5488aaf8f360100000d",
    "notes": "call +86 138 1234 5678 or 2400:3200::1, card 110101199003077758",
}
# Parts of the values above that say something about the person.
PERSONAL = [
    "5f0e3a7c", "zhang", "Zhang", "San", "san", "张", "三", "丰", "Alice", "Neill", "Smith",
    "Nick", "王", "corp", "1234", "5678", "8.8.4", "1990", "05-17", "浦东", "Long", "200120",
    "faces", "oX-", "123e4567", "E-100", "59f86b48", "6b04e548", "2400", "110101",
]  # fmt: skip


def replaced(content: Any) -> Any:
    result = Pseudonyms().json(content)
    assert Pseudonyms().json(result) == result, "the fake of a fake is itself"
    return result


def test_nothing_personal_remains_and_the_form_is_kept() -> None:
    fake = replaced({"data": {"user": PERSON}})["data"]["user"]
    shown = json.dumps(fake, ensure_ascii=False)
    assert [part for part in PERSONAL if part in shown] == []
    assert re.fullmatch(r"[0-9a-f]{24}", fake["id"])
    assert re.fullmatch(r"[\u4e00-\u9fff]{3}", fake["name"])
    assert re.fullmatch(r"[A-Z][a-z]+", fake["givenName"])
    assert re.fullmatch(r"[A-Z][a-z]+[\u4e00-\u9fff]", fake["nickname"])
    assert re.fullmatch(r"[^@\s]+@example\.com", fake["email"])
    assert re.fullmatch(r"1[3-9]\d{9}", fake["phone"])
    assert ipaddress.ip_address(fake["lastIP"]).version == 4
    assert 1900 <= date.fromisoformat(fake["birthdate"]).year < 1910
    assert len(fake["address"]) == len(PERSON["address"])
    assert re.fullmatch(r"https://example\.com/\w+\.png", fake["photo"])
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, fake["unionid"])
    assert re.fullmatch(r"arn:cn:authing:[0-9a-f]{24}:user:[0-9a-f]{24}", fake["arn"])
    assert re.fullmatch(
        r"call \+86 1\d\d \d{4} \d{4} or [0-9a-f:]+, card \d{17}[\dX]", fake["notes"]
    )


def test_the_same_value_has_the_same_fake_everywhere() -> None:
    created = replaced({"variables": {"userInfo": PERSON}})["variables"]["userInfo"]
    user = replaced({"data": {"users": {"list": [PERSON]}}})["data"]["users"]["list"][0]
    assert created == user
    pseudonyms = Pseudonyms()
    url = (
        f"https://core.authing.cn/api/v2/users/{PERSON['id']}?email=Zhang.San%2Ba%40corp.example.cn"
    )
    assert pseudonyms.url(url) == (
        f"https://core.authing.cn/api/v2/users/{user['id']}?email={user['email']}"
    )
    assert (
        pseudonyms.text(f"username={PERSON['username']}&a=1") == f"username={user['username']}&a=1"
    )
    assert replaced({"query": PERSON["name"], "page": 1}) == {"query": user["name"], "page": 1}
    assert replaced({"ids": ["zhang_san"], "type": "username"})["ids"] == [user["username"]]
    assert replaced({"input": {"name": PERSON["name"]}})["input"]["name"] == user["name"]
    assert replaced({"phone": "+86 138-1234-5678"})["phone"].replace(" ", "").replace("-", "") == (
        f"+86{user['phone']}"
    )
    assert replaced({"phone": 13812345678})["phone"] == int(user["phone"])
    assert replaced({"profile": json.dumps({"email": PERSON["email"]})}) == {
        "profile": json.dumps({"email": user["email"]})
    }
    assert replaced({"query": "query Find($id: ID) { user(id: $id) }", "variables": {}})[
        "query"
    ] == ("query Find($id: ID) { user(id: $id) }")


def test_a_message_that_repeats_a_value_shows_its_fake() -> None:
    response = {
        "errors": [{"message": "用户 张三丰 (zhang_san) 不存在，不是 zhang_sang"}],
        "data": {"user": {"username": "zhang_san", "name": "张三丰"}},
    }
    fake = replaced(response)
    user = fake["data"]["user"]
    assert fake["errors"][0]["message"] == (
        f"用户 {user['name']} ({user['username']}) 不存在，不是 zhang_sang"
    )
    pseudonyms = Pseudonyms()
    pseudonyms.json({"username": "zhang_san"})
    assert pseudonyms.text("<b>zhang_san</b>") == f"<b>{user['username']}</b>"


UNCHANGED: list[Any] = [
    {"roles": [{"name": "Admin", "code": "admin", "description": "all"}]},
    {"groups": [{"name": "VIP 客户", "code": "vip"}], "operationName": "ListUsers"},
    {"browser": "Chrome/120.0.0.0", "at": "12:30:45", "exp": 1796778952, "ms": 1796778952000},
    {"lastIP": "127.0.0.1", "host": "http://127.0.0.1:4466/graphql/v2", "cpp": "std::string"},
    {"photo": "https://files.authing.co/authing-console/default-user-avatar.png"},
    {"email": None, "phone": "", "name": None, "username": "", "birthdate": None},
    {"country": "CN", "city": "上海", "company": "Corp", "gender": "M", "token": MASK},
    {"hash": "d41d8cd98f00b204e9800998ecf8427e", "version": "1.2.3"},
]


@pytest.mark.parametrize("content", UNCHANGED, ids=repr)
def test_what_says_nothing_about_a_person_stays(content: Any) -> None:
    assert Pseudonyms().json(content) is content


@pytest.mark.parametrize(
    "phone",
    ["13812345678", "+8613812345678", "+86 138 1234 5678", "138-1234-5678", "008613812345678",
     "+1 (415) 555-2671", "+44 20 7946 0958", "010-12345678", "+852 2345 6789"],
)  # fmt: skip
def test_a_phone_number_keeps_its_pattern(phone: str) -> None:
    fake = fakes.phone(phone)
    assert re.sub(r"\d", "0", fake) == re.sub(r"\d", "0", phone)
    assert fake != phone
    assert fakes.phone(fake) == fake
    if phone.startswith("+"):
        assert fake.split()[0][:3] == phone.split()[0][:3]


@pytest.mark.parametrize(
    ("birthdate", "pattern"),
    [("1990/5/7", r"190\d/\d{1,2}/\d{1,2}"), ("19900517", r"190\d{5}"),
     ("1990年5月17日", r"190\d年\d+月\d\d日"),
     ("1990-05-17T00:00:00.000Z", r"190\d-\d\d-\d\dT00:00:00.000Z")],
)  # fmt: skip
def test_a_birthdate_keeps_its_format(birthdate: str, pattern: str) -> None:
    fake = fakes.birthdate(birthdate)
    assert re.fullmatch(pattern, fake)
    assert fakes.birthdate(fake) == fake


@pytest.mark.parametrize("fake", [fakes.email, fakes.words, fakes.identifier, fakes.ip_address])
def test_fakes_of_different_values_differ(fake: Any) -> None:
    if fake is fakes.email:
        values = [f"user{number}@corp.cn" for number in range(3_000)]
    elif fake is fakes.ip_address:
        values = [f"8.8.{number // 250}.{number % 250}" for number in range(1_000)]
    else:
        values = [f"user-{number}" for number in range(3_000)]
    made = [fake(value) for value in values]
    assert len(set(made)) == len(values)
    assert [fake(value) for value in made] == made
    assert len({fakes.words(chr(0x4E00 + i) + chr(0x5200 + 7 * i)) for i in range(200)}) == 200
    assert len({fakes.phone(f"138{number:08}") for number in range(1_000)}) == 1_000


def test_the_use_of_capitals_is_kept() -> None:
    lower, title, upper = (fakes.words(word) for word in ("bob", "Bob", "BOB"))
    assert lower.islower()
    assert title == lower.capitalize()
    assert upper == lower.upper()
    assert fakes.identifier("5F0E3A7C9B1D2E4F6A8C0B5D").isupper()


def test_some_values_can_be_kept() -> None:
    pool = "59f86b4832eb28071bdd9214"
    pseudonyms = Pseudonyms()
    for value in (pool, "root"):
        pseudonyms.keep(value)
    content = {"userPoolId": pool, "arn": f"arn:{pool}", "username": "root", "message": "root"}
    assert pseudonyms.json(content) is content
    assert pseudonyms.url(f"https://a.example/{pool}") == f"https://a.example/{pool}"


def test_found_data_is_reported_with_its_place() -> None:
    found: list[FoundPerson] = []
    Pseudonyms(found=found.append).json({"user": {"email": "a@corp.cn", "m": "ask b@corp.cn"}})
    assert [tuple(person) for person in found] == [
        ("e-mail address", "user.email", "a@corp.cn"),
        ("e-mail address", "user.m", "b@corp.cn"),
    ]


def test_a_scrubber_replaces_personal_data_after_secrets() -> None:
    scrubber = CassetteScrubber(pseudonyms=Pseudonyms())
    fake = fakes.email("a@corp.cn")
    content = {"email": "a@corp.cn", "password": "pass-1234567"}
    assert scrubber.json(content) == {"email": fake, "password": MASK}
    assert (
        scrubber.body(b"email=a%40corp.cn&token=x", None) == f"email={fake}&token={MASK}".encode()
    )
    assert scrubber.body("邮箱：a@corp.cn".encode("gbk"), "text/plain; charset=gbk") == (
        f"邮箱：{fake}".encode("gbk")
    )
    assert scrubber.url("https://op:pw@core.authing.cn/?email=a@corp.cn") == (
        f"https://{MASK}@core.authing.cn/?email={fake}"
    )
    assert scrubber.headers(
        {"X-Forwarded-For": ["8.8.8.8"], "Location": ["/u?email=a@corp.cn"]}
    ) == {
        "X-Forwarded-For": [fakes.ip_address("8.8.8.8")],
        "Location": [f"/u?email={fake}"],
    }
    binary = b"\x00\xff a@corp.cn"
    assert scrubber.body(binary, None) == binary
