"""Find known secrets, in all forms that they take, and parts of them."""

import base64
import html
import json
import quopri
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from ..._runtime.secret import MASK

# Shorter values could be ordinary words: they are masked by name only.
SHORTEST = 6
# Longer values are masked by their name and their shape only.
LONGEST = 8192
# The length from which a part of a secret is masked.
PART = 9
# A part contains a seed that starts at a multiple of this.
SEED = 5
# Values from this length on are generated, not chosen by people.
LONG = 20
# Encoded forms that are shorter could be a part of something else.
SHORTEST_ENCODED = 11
# Old values give way: a long recording uses many passwords.
MAX_VALUES = 512
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


class _Forms(NamedTuple):
    """The forms of a value.

    Attributes:
        alone: The pattern of a value that is masked only where it stands alone.
        texts: Forms of which parts are masked, too.
        encoded: Forms that are masked as a whole.
    """

    alone: re.Pattern[str] | None
    texts: frozenset[str]
    encoded: frozenset[str]


class KnownValues:
    """Known secrets. Those that look like ordinary words are masked only where they stand alone.

    Attributes:
        version: Changes if values are added.
    """

    def __init__(self) -> None:
        self._forms: dict[str, _Forms] = {}
        self._seeds: dict[str, set[str]] = {}
        self.version: int = 0

    def add(self, value: str) -> None:
        """Add a value, unless it is too short or too long."""
        if not SHORTEST <= len(value) <= LONGEST or MASK in value:
            return
        known = self._forms.pop(value, None)
        self._forms[value] = known or _forms(value)
        if known is not None:
            return
        self.version += 1
        if len(self._forms) > MAX_VALUES:
            for old in list(self._forms)[: MAX_VALUES // 2]:
                del self._forms[old]
            self._seeds.clear()
            for forms in self._forms.values():
                self._add_seeds(forms)
        else:
            self._add_seeds(self._forms[value])

    def _add_seeds(self, forms: _Forms) -> None:
        for text in forms.texts:
            for start in range(len(text) - SEED + 1):
                self._seeds.setdefault(text[start : start + SEED], set()).add(text)

    def mask(
        self,
        text: str,
        *,
        parts: bool = True,
        words: bool = True,
        found: Callable[[str], None] | None = None,
    ) -> str:
        """Return a text with asterisks in place of known values.

        Args:
            text: The text.
            parts: Whether to mask parts of values that people choose. If not, those are masked
                only as a whole, since a password may contain the name of its user.
            words: Whether to mask values that look like words.
            found: Is called with each part of the text that is masked.
        """
        if not self._forms or len(text) < SHORTEST:
            return text
        spans = sorted([*self._whole(text, words), *self._parts(text, parts)])
        if not spans:
            return text
        pieces: list[str] = []
        end = 0
        for start, stop in spans:
            if start >= end:
                pieces += [text[end:start], MASK]
                if found is not None:
                    found(text[start:stop])
            end = max(end, stop)
        return "".join([*pieces, text[end:]])

    def _whole(self, text: str, words: bool) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for value, forms in self._forms.items():
            if words and forms.alone is not None and value in text:
                found += [match.span() for match in forms.alone.finditer(text)]
            for form in forms.encoded:
                start = text.find(form)
                while start >= 0:
                    found.append((start, start + len(form)))
                    start = text.find(form, start + len(form))
        return found

    def _parts(self, text: str, parts: bool) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        end = 0
        for seed in range(0, len(text) - SEED + 1, SEED):
            if seed + SEED <= end:
                continue
            longest = max(
                (
                    _common(text, seed, form)
                    for form in self._seeds.get(text[seed : seed + SEED], ())
                ),
                key=lambda part: part[1] - part[0] if _is_shown(text, part, parts) else 0,
                default=None,
            )
            if longest is not None and _is_shown(text, longest, parts):
                found.append(longest[:2])
                end = longest[1]
        return found

    def mask_bytes(self, data: bytes, found: Callable[[str], None]) -> bytes:
        """Return bytes with asterisks in place of known values in several encodings."""
        for value in self._forms:
            for encoding in ENCODINGS:
                try:
                    encoded = value.encode(encoding)
                except UnicodeEncodeError:
                    continue
                if encoded in data:
                    found(value)
                    data = data.replace(encoded, MASK.encode(encoding))
        return data


def _forms(value: str) -> _Forms:
    is_word = value.isalpha() or value.isdigit()
    if len(value) < PART and is_word:
        return _Forms(None, frozenset(), frozenset())
    quoted = quote(value, safe="", errors="surrogatepass")
    in_lower_case = re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), quoted)
    plus = quote_plus(value, safe="", errors="surrogatepass")
    escaped, unescaped = json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]
    twice = json.dumps(escaped)[1:-1]
    texts = {value, quoted, in_lower_case, plus, escaped, unescaped, twice, html.escape(value)}
    encoded = _encoded(value.encode("utf-8", "surrogatepass"))
    if len(value) >= PART and (not is_word or len(value) >= LONG):
        return _Forms(None, frozenset(texts), encoded)
    # ASCII, since letters of other alphabets may precede a word without a space.
    alternatives = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    alone = re.compile(rf"(?<![0-9A-Za-z])(?:{alternatives})(?![0-9A-Za-z])")
    return _Forms(alone, frozenset(), encoded)


def _encoded(data: bytes) -> frozenset[str]:
    forms = {data.hex(), data.hex().upper(), quopri.encodestring(data).decode("ascii")}
    for offset, start in enumerate((0, 2, 3)):
        # The characters that do not depend on the bytes before and after.
        end = (offset + len(data)) * 8 // 6
        form = base64.b64encode(bytes(offset) + data).decode("ascii")[start:end]
        forms |= {form, form.translate(str.maketrans("+/", "-_"))}
    text = data.decode("utf-8", "replace")
    return frozenset(form for form in forms if len(form) >= SHORTEST_ENCODED and form != text)


def _common(text: str, seed: int, form: str) -> tuple[int, int, int]:
    """Return the longest part of a text that contains a seed and is a part of a form.

    Returns:
        Its start, its end, and the length of the form.
    """
    best = (seed, seed, len(form))
    position = form.find(text[seed : seed + SEED])
    while position >= 0:
        start, left = seed, position
        while start > 0 and left > 0 and text[start - 1] == form[left - 1]:
            start, left = start - 1, left - 1
        stop, right = seed + SEED, position + SEED
        while stop < len(text) and right < len(form) and text[stop] == form[right]:
            stop, right = stop + 1, right + 1
        if stop - start > best[1] - best[0]:
            best = (start, stop, len(form))
        position = form.find(text[seed : seed + SEED], position + 1)
    return best


def _is_shown(text: str, part: tuple[int, int, int], parts: bool) -> bool:
    """Return whether a part of a form shows so much that it must be masked."""
    start, stop, whole = part
    length = stop - start
    if length == whole or whole >= LONG:
        return length >= PART
    return parts and length >= max(PART, whole // 2) and not text[start:stop].isalpha()
