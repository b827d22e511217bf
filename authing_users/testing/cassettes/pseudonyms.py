"""Replace personal data by fakes of the same form, consistently."""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from . import fakes
from .json_leaves import Leaf, looks_like_json, rewrite
from .secret_names import normalized
from .secret_shapes import DOCUMENT, FORM, RELATIVE_URL, URL, URL_PARTS

_PEOPLE = frozenset(
    {"displayname", "familyname", "firstname", "fullname", "givenname", "lastname", "middlename"}
    | {"nickname", "preferredusername", "realname", "username"}
)
_PHONES = frozenset({"mobile", "mobilephone", "phone", "phonenumber", "tel", "telephone"})
_IDS = frozenset({"externalid", "openid", "unionid", "useridinidp"})
_BIRTHDATES = frozenset({"birthdate", "birthday", "dateofbirth"})
_ADDRESSES = frozenset(
    {"address", "formatted", "locality", "postalcode", "streetaddress", "zipcode"}
)
_LINKS = frozenset({"avatar", "avatarurl", "headimgurl", "photo", "picture", "website"})
_SEARCHES = frozenset({"keyword", "keywords", "query", "search", "searchcontent"})

# Groups and roles have names, too. That of a person has one of these fields beside it, or is in one
# of the others.
_OF_PERSON = _PEOPLE | {"birthdate", "email", "gender", "openid", "phone", "photo", "unionid"}
_HOLDS_PERSON = frozenset({"input", "updates", "user", "userinfo", "userinfos", "users"})
# Texts that servers write, and that repeat values of the request.
_MESSAGES = frozenset({"description", "detail", "error", "errors", "message", "msg", "reason"})
# The picture of users who have not set one.
_DEFAULT_LINK = "/default-user-avatar"
# Names in messages are replaced if they are at least this long, or in Han characters.
_SHORTEST_REPEATED = 3
_MAX_REPEATED = 1000

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+'-])[A-Za-z0-9._%+'-]++@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{24}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"(?![0-9A-Za-z])"
)
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.+_-])(?:(?:\+|00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z_-])"
    r"|(?<![0-9A-Za-z.+])\+[1-9](?:[ ()-]{0,2}\d){6,14}(?![0-9A-Za-z])"
)
_CITIZEN = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
    r"(?![0-9A-Za-z])"
)
_IPV4 = re.compile(r"(?<![\w.-])(?<!\w/)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:.])")

_SHAPES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("e-mail address", _EMAIL, fakes.email),
    ("identifier", _ID, fakes.identifier),
    ("identity card", _CITIZEN, fakes.citizen_number),
    ("phone number", _PHONE, fakes.phone),
    ("IP address", _IPV4, fakes.ip_address),
    ("IP address", _IPV6, fakes.ip_address),
)


class FoundPerson(NamedTuple):
    """Personal data that has been found.

    Attributes:
        kind: Its kind, such as ``"e-mail address"``.
        path: Where it stands, such as ``data.user.email``.
        value: The data.
    """

    kind: str
    path: str
    value: str


class Pseudonyms:
    """Replaces personal data by fakes of the same form.

    Replaced are e-mail addresses, phone numbers, names and user names, IP addresses, identifiers
    (24 hexadecimal digits, UUIDs, and those of other identity providers), dates of birth, postal
    addresses, pictures, websites, and numbers of Chinese identity cards. Addresses, numbers and
    identifiers are found in any text, names only in fields, in searches, and in messages that
    repeat one of them.

    The fake depends on the value only: the same value has the same fake in each request, response
    and run. The fake of a fake is the fake itself.

    Args:
        found: Is called for each value that is replaced. By default, nothing is reported.
    """

    def __init__(self, *, found: Callable[[FoundPerson], None] | None = None) -> None:
        self._found = found
        self._path: list[Leaf] = []
        self._repeated: dict[str, str] = {}
        self._kept: set[str] = set()

    def keep(self, value: str) -> None:
        """Do not replace a value, such as an ID that has an alias of its own."""
        self._kept.add(value)

    def json(self, value: Any) -> Any:
        """Return JSON content that has been decoded with fakes."""
        if isinstance(value, str):
            return self.text(value)
        text = json.dumps(value)
        replaced = self.json_text(text)
        return value if replaced == text else json.loads(replaced)

    def json_text(self, text: str) -> str:
        """Return JSON text with fakes. Its form is kept."""
        known = len(self._repeated)
        text = rewrite(text, self.leaf)
        if len(self._repeated) != known:  # a message may precede what it repeats
            text = rewrite(text, self.leaf)
        return text

    def text(self, text: str) -> str:
        """Return a text with fakes. It may be JSON, a form, HTML or prose."""
        if looks_like_json(text):
            return self.json_text(text)
        return self._with_repeated(self._text(text))

    def url(self, url: str) -> str:
        """Return a URL with fakes in its host, path, query and fragment."""
        match = URL_PARTS.fullmatch(url)
        if match is None:
            return self._text(url)
        start = url[: match.start("path")]
        segments = [unquote(segment) for segment in match["path"].split("/")]
        path = "/".join(
            raw if (new := self._shapes(segment)) == segment else quote(new, safe="@:*")
            for raw, segment in zip(match["path"].split("/"), segments, strict=True)
        )
        replaced = self._shapes(start) + path
        for mark, part in (("?", match["query"]), ("#", match["fragment"])):
            if part is not None:
                replaced += mark + self._form(part)
        return replaced

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return headers with fakes."""
        return {
            name: [self._field(name, value) for value in values] for name, values in headers.items()
        }

    def leaf(self, leaf: Leaf) -> str | int | float:
        """Return the name or value of a field in JSON, or its fake."""
        if not isinstance(leaf.value, str):
            is_phone = normalized(leaf.name) in _PHONES and isinstance(leaf.value, int)
            return int(fakes.phone(str(leaf.value))) if is_phone else leaf.value
        self._path.append(leaf)
        try:
            if leaf.is_key:
                return self._shapes(leaf.value)
            name = normalized(leaf.name)
            if name == "name" and _is_person(leaf):
                name = "nickname"
            elif name == "query" and DOCUMENT.match(leaf.value):
                name = "document"
            elif name == "ids" and "type" in leaf.siblings:  # the type is that of user names
                name = "username"
            if name in _MESSAGES:
                return self._with_repeated(self._field(name, leaf.value))
            return self._field(name, leaf.value)
        finally:
            self._path.pop()

    def _field(self, name: str, value: str) -> str:
        name = normalized(name)
        if not value or not any(character.isalnum() for character in value):
            return value
        if name in _PEOPLE or name in _SEARCHES:
            return self._person(value)
        if name in ("email", "mail", "emailaddress"):
            return self._replaced("e-mail address", value, fakes.words(value))
        if name in _PHONES and sum(character.isdigit() for character in value) > 6:
            return self._replaced("phone number", value, fakes.phone(value))
        if name in _IDS:
            return self._replaced("identifier", value, fakes.identifier(value))
        if name in _BIRTHDATES:
            return self._replaced("date of birth", value, fakes.birthdate(value))
        if name in _ADDRESSES and not looks_like_json(value):
            return self._replaced("postal address", value, fakes.address(value))
        if name in _LINKS and _DEFAULT_LINK not in value:
            return self._replaced("link", value, fakes.link(value))
        return self._text(value)

    def _person(self, value: str) -> str:
        fake = fakes.words(value)
        if fake == value or value in self._kept:
            return value
        is_long = len(value) >= _SHORTEST_REPEATED or not value.isascii()
        if is_long and len(self._repeated) < _MAX_REPEATED:
            self._repeated[value] = fake
        return self._replaced("name", value, fake)

    def _replaced(self, kind: str, value: str, fake: str) -> str:
        if value in self._kept:
            return value
        if fake != value and self._found is not None:
            path = " ".join(leaf.path for leaf in self._path)
            self._found(FoundPerson(kind, path, value))
        return fake

    def _with_repeated(self, text: str) -> str:
        for value, fake in self._repeated.items():
            if value in text:
                pattern = re.escape(value)
                if value.isascii():
                    pattern = rf"(?<![0-9A-Za-z@]){pattern}(?![0-9A-Za-z@])"
                text = re.sub(pattern, fake, text)
        return text

    def _text(self, text: str) -> str:
        if len(text) < 3:
            return text
        if looks_like_json(text):
            return self.json_text(text)
        if "=" in text and RELATIVE_URL.fullmatch(text):
            return self.url(text)
        if "=" in text and FORM.fullmatch(text):
            return self._form(text)
        if "://" in text:
            text = URL.sub(lambda url: self.url(url[0]), text)
        return self._shapes(text)

    def _shapes(self, text: str) -> str:
        if len(text) < 3:
            return text
        for kind, pattern, fake in _SHAPES:
            text = pattern.sub(partial(self._match, kind, fake), text)
        return text

    def _match(self, kind: str, fake: Callable[[str], str], match: re.Match[str]) -> str:
        return self._replaced(kind, match[0], fake(match[0]))

    def _form(self, form: str) -> str:
        fields = form.split("&")
        for index, field in enumerate(fields):
            name, equals, raw = field.partition("=")
            if not equals:
                fields[index] = self._shapes(field)
                continue
            value = unquote_plus(raw)
            new = self._field(unquote_plus(name), value)
            if new != value:
                fields[index] = f"{name}={quote(new, safe='*@:/,')}"
        return "&".join(fields)


def _is_person(leaf: Leaf) -> bool:
    beside = {normalized(name) for name in leaf.siblings}
    return bool(beside & _OF_PERSON) or normalized(leaf.container.name) in _HOLDS_PERSON
