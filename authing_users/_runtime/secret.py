"""Secrets that show as asterisks, and the removal of secrets from errors."""

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, is_dataclass
from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import Any, NoReturn, Self, SupportsIndex, cast, overload
from urllib.parse import quote

MASK = "**********"

# Fields of requests and responses whose names end like this hold secrets.
SECRET_ENDINGS = ("authorization", "oauth", "password", "secret", "token")


class Secret(str):
    """A string that shows as asterisks, and so do all strings that are derived from it.

    ``repr``, ``str``, f-strings and iteration show asterisks. Methods and operators that return a
    part or a variant, such as slices, ``+``, ``split`` and ``encode``, return secrets. ``reveal()``
    returns the plain string; the code that sends a request calls it.

    Functions that read the memory of a string see the plain text. JSON encoders are such functions,
    so that a request can be built from secrets; so are methods of another string, such as
    ``",".join([secret])``. ``SealedSecret`` is for secrets that are kept in options.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        # str(text) of a secret would be asterisks.
        return text if isinstance(text, cls) else super().__new__(cls, str.__str__(text))

    def reveal(self) -> str:
        """Return the plain string."""
        return str.__str__(self)

    def __radd__(self, other: object) -> "Secret":
        return Secret(str.__add__(other, self)) if isinstance(other, str) else NotImplemented

    def __iter__(self) -> Iterator[str]:
        return iter(MASK)

    def __repr__(self) -> str:
        return f"'{MASK}'"

    def __str__(self) -> str:
        return MASK

    def __format__(self, format_spec: str) -> str:
        return format(str(self), format_spec)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise _cannot_be_pickled()


def masked(value: object) -> object:
    """Return a string, or bytes, as a secret, and any other value as it is."""
    if isinstance(value, bytes | bytearray):  # no valid secret, but maybe the bytes of one
        return SecretBytes(value)
    return Secret(value) if isinstance(value, str) else value


class EncryptedPassword(Secret):
    """An encrypted password that knows the plain one, which errors must not show either.

    Attributes:
        password: The plain password.
    """

    __slots__ = ("password",)

    password: Secret


class SecretBytes(bytes):
    """Bytes that show as asterisks, like ``Secret``. HTTP clients read them to send them."""

    __slots__ = ()

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> "SecretBytes": ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> "int | SecretBytes":
        if isinstance(key, slice):
            return SecretBytes(super().__getitem__(key))
        return super().__getitem__(key)

    def __radd__(self, other: object) -> "SecretBytes":
        # A bytearray is extended in place.
        return SecretBytes(other + bytes(self)) if type(other) is bytes else NotImplemented

    def __rmod__(self, other: bytes) -> "SecretBytes":
        return SecretBytes(other % bytes(self))

    def __iter__(self) -> Iterator[int]:
        return iter(MASK.encode())

    def __repr__(self) -> str:
        return f"b'{MASK}'"

    # bytes.__str__ does not call __repr__.
    __str__ = __repr__

    def __copy__(self) -> "SecretBytes":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SecretBytes":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise _cannot_be_pickled()


# The name that messages about a value of the wrong type show.
SecretBytes.__name__ = "bytes"

_DERIVING = """
    __add__ __getnewargs__ __mod__ __mul__ __rmul__ capitalize center expandtabs join ljust lower
    lstrip partition removeprefix removesuffix replace rjust rpartition rsplit rstrip split
    splitlines strip swapcase title translate upper zfill
"""
_DERIVING_OF_STRINGS = "__getitem__ casefold encode format format_map"
_DERIVING_OF_BYTES = "decode hex"


def _deriving(method: Callable[..., Any]) -> Callable[..., Any]:
    def derive(*args: Any, **settings: Any) -> Any:
        return _derived(method(*args, **settings))

    return derive


def _derived(result: Any) -> Any:
    if isinstance(result, str):
        return Secret(result)
    if isinstance(result, bytes):
        return SecretBytes(result)
    if isinstance(result, list):
        return [_derived(item) for item in cast("list[object]", result)]
    if isinstance(result, tuple):
        return tuple(_derived(item) for item in cast("tuple[object, ...]", result))
    return result


for _name in (_DERIVING + _DERIVING_OF_STRINGS).split():
    setattr(Secret, _name, _deriving(getattr(str, _name)))
for _name in (_DERIVING + _DERIVING_OF_BYTES).split():
    setattr(SecretBytes, _name, _deriving(getattr(bytes, _name)))


class SealedSecret:
    """A secret that is not a string, so that no encoder or format can show it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = Secret(text)

    def reveal(self) -> str:
        """Return the plain string."""
        return self._text.reveal()

    def __eq__(self, other: object) -> bool:
        return self._text == (other._text if isinstance(other, SealedSecret) else other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"'{MASK}'"

    def __str__(self) -> str:
        return MASK

    def __copy__(self) -> "SealedSecret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SealedSecret":
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise _cannot_be_pickled()


def _cannot_be_pickled() -> TypeError:
    return TypeError(
        "A secret cannot be pickled: create the client, or its options, in the process that uses it"
    )


def secrets_in(content: object) -> Iterator[Secret]:
    """Yield the secrets in the content of a request, including the fields that hold one."""
    if isinstance(content, EncryptedPassword):
        yield content.password
    if isinstance(content, Secret):
        yield content
    elif isinstance(content, Mapping):
        for name, value in cast("Mapping[str, object]", content).items():
            if isinstance(value, str) and str(name).lower().endswith(SECRET_ENDINGS):
                value = Secret(value)
            yield from secrets_in(value)
    elif isinstance(content, list | tuple):
        for item in cast("Iterable[object]", content):
            yield from secrets_in(item)


# Secrets that are kept for each watcher. Old ones give way: a long recording uses many passwords.
MAX_WATCHED = 512


class WatchedSecrets:
    """The secrets that clients of this process use while they are watched.

    Iterating yields the least recently used secret first.

    Attributes:
        version: Changes if a secret is added.
    """

    def __init__(self) -> None:
        self._secrets: dict[Secret, None] = {}
        self.version: int = 0

    def add(self, secrets: Iterable[Secret]) -> None:
        """Add secrets, or mark them as used now."""
        for secret in secrets:
            if secret in self._secrets:
                self._secrets.pop(secret, None)  # another thread may have done that
            else:
                self.version += 1
            self._secrets[secret] = None
        while len(self._secrets) > MAX_WATCHED:
            self._secrets.pop(next(iter(self._secrets)), None)

    def __iter__(self) -> Iterator[Secret]:
        # Other threads add secrets meanwhile.
        return iter(list(self._secrets))

    def __len__(self) -> int:
        return len(self._secrets)


class SecretWatch:
    """Passes the secrets that clients use to all who watch.

    Attributes:
        watchers: A tuple that is replaced instead of changed, so that clients in all threads can
            read it at any time. It is empty as a rule: then clients report nothing.
    """

    def __init__(self) -> None:
        self.watchers: tuple[WatchedSecrets, ...] = ()
        self._lock = Lock()

    def report(self, secrets: Iterable[Secret]) -> None:
        """Add secrets to those of each watcher."""
        secrets = list(secrets)
        for watched in self.watchers:
            watched.add(secrets)

    def start(self) -> WatchedSecrets:
        """Add a watcher."""
        watched = WatchedSecrets()
        with self._lock:
            self.watchers = (*self.watchers, watched)
        return watched

    def stop(self, watched: WatchedSecrets) -> None:
        """Remove a watcher."""
        with self._lock:
            self.watchers = tuple(other for other in self.watchers if other is not watched)


SECRET_WATCH = SecretWatch()


@contextmanager
def watch_secrets() -> Generator[WatchedSecrets]:
    """Collect the secrets that clients of this process use until the block ends.

    These are pool secrets, management tokens, plain and encrypted passwords, and the tokens of
    users. A client reports them before it sends a request.
    """
    watched = SECRET_WATCH.start()
    try:
        yield watched
    finally:
        SECRET_WATCH.stop(watched)


# The length from which a part of a secret is masked. A shorter one could be an ordinary word.
PART = 9
# Each part contains this many characters that start at a multiple of it.
STEP = 5
# Characters from which the search in a text uses sets.
LONG_TEXT = 2000
# Secrets shorter than a part are masked too, but those that could be a part of an ordinary word
# only where they stand alone, and even shorter ones only where they are the whole text.
SHORTEST_WORD, LONGEST_WORD = 4, 7
# Values that contain themselves, or that are nested deeper, are replaced.
MAX_DEPTH = 50


class Scrubber:
    """Masks secrets, and parts of them that are longer than 8 characters.

    Args:
        secrets: The secrets.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._secrets = {form for secret in secrets for form in _forms(secret.reveal())} - {""}
        self._all = "\0".join(secret for secret in self._secrets if len(secret) >= PART)
        short = [_pattern(s) for s in self._secrets if SHORTEST_WORD <= len(s) < PART]
        self._short = re.compile("|".join(short)) if short else None
        self._open: set[int] = set()

    def text(self, text: str) -> str:
        """Return a text with asterisks in place of secrets."""
        if text in self._secrets:
            return MASK
        # The sets are worth their time only for long texts.
        is_long = len(text) > LONG_TEXT
        seeds, parts = (self._seeds, self._parts) if is_long else (self._all, self._all)
        found = [
            start
            for seed in range(0, len(text) - STEP + 1, STEP)
            if text[seed : seed + STEP] in seeds
            for start in range(max(0, seed - PART + STEP), min(seed, len(text) - PART) + 1)
            if text[start : start + PART] in parts
        ]
        if found:
            text = _masked(text, found)
        return text if self._short is None else self._short.sub(MASK, text)

    @cached_property
    def _parts(self) -> set[str]:
        return _parts(self._all, PART)

    @cached_property
    def _seeds(self) -> set[str]:
        return _parts(self._all, STEP)

    def value(self, value: Any) -> Any:
        """Return a copy of a value without secrets. Errors are changed in place.

        A number whose digits are part of a secret becomes ``None``.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes):
            text = value.decode("utf-8", "surrogateescape")
            masked = self.text(text)
            return value if masked == text else masked.encode("utf-8", "surrogateescape")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return None if self._is_secret_number(value) else value
        if id(value) in self._open or len(self._open) > MAX_DEPTH:
            return MASK
        self._open.add(id(value))
        try:
            return self._container(value)
        finally:
            self._open.discard(id(value))

    def _is_secret_number(self, value: float) -> bool:
        try:
            digits = str(value)
        except ValueError:  # too many digits
            return True
        is_whole = len(digits) > SHORTEST_WORD and digits in self._secrets
        return is_whole or (len(digits) >= PART and self.text(digits) != digits)

    def _container(self, value: Any) -> Any:
        if isinstance(value, BaseException):
            value.args = self.value(value.args)
            for name, attribute in list(vars(value).items()):
                value.__dict__[name] = self.value(attribute)
            self.value(value.__cause__)
            self.value(value.__context__)
        elif isinstance(value, Mapping):
            items = list(cast("Any", value).items())
            masked = {self.value(key): self.value(item) for key, item in items}
            return MappingProxyType(masked) if isinstance(value, MappingProxyType) else masked
        elif isinstance(value, list | tuple | set | frozenset):
            masked_items = [self.value(item) for item in cast("Iterable[Any]", value)]
            # A namedtuple takes its items one by one.
            kinds: tuple[Any, ...] = (list, set, frozenset)
            make = next((kind for kind in kinds if isinstance(value, kind)), tuple)
            return getattr(cast("Any", value), "_make", make)(masked_items)
        elif is_dataclass(value) and not isinstance(value, type):
            value = copy(value)
            for field in fields(value):
                object.__setattr__(value, field.name, self.value(getattr(value, field.name)))
        return value


def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret as plain text, in a URL, and in JSON that is a part of the text."""
    encoded = quote(secret, safe="", errors="surrogatepass")
    in_lower_case = re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), encoded)
    return secret, encoded, in_lower_case, json.dumps(secret)[1:-1]


def _parts(text: str, length: int) -> set[str]:
    return {text[start : start + length] for start in range(len(text) - length + 1)}


def _pattern(secret: str) -> str:
    pattern = re.escape(secret)
    if len(secret) > LONGEST_WORD:
        return pattern
    # ASCII, since letters of other alphabets may precede a word without a space.
    return rf"(?<![0-9A-Za-z]){pattern}(?![0-9A-Za-z])"


def _masked(text: str, starts: list[int]) -> str:
    """Return a text with asterisks in place of the parts that start at some positions."""
    pieces: list[str] = []
    end = 0
    for start in starts:
        if start > end or not pieces:
            pieces += [text[end:start], MASK]
        end = start + PART
    return "".join([*pieces, text[end:]])
