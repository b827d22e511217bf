"""Fakes of personal data. A fake depends on the value only, and the fake of a fake is itself."""

import hashlib
import ipaddress
import re
from urllib.parse import urlsplit

# The fakes of identifiers start with this. As the time of an object ID it is in the year 2101.
ID_PREFIX = "facade"
EMAIL_DOMAIN = "example.com"
# No provider in mainland China uses these numbers, and no country has this area code.
PHONE_PREFIX, FOREIGN_PREFIX = "154", "555"
# Fakes of words in Latin letters start with this. No language has such words.
WORD_PREFIX = "qx"
CITIZEN_PREFIX = "000000"
NETWORK_V4 = ipaddress.ip_network("240.0.0.0/4")  # reserved, never assigned
NETWORK_V6 = ipaddress.ip_network("2001:db8::/32")  # for documentation

_EMAIL_FAKE = re.compile(
    rf"user-([a-z2-7]{{10}})([a-z2-7]{{2}})@{re.escape(EMAIL_DOMAIN)}", re.IGNORECASE
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_CONSONANTS, _VOWELS = "bdfghklmnprstvz", "aeiou"
_SYLLABLES = 5

# Han characters that no name consists of: words for metals, horses, fish and birds in the
# traditional form, without those that are family names or popular.
_RARE = "".join(
    chr(code)
    for first, last in ((0x91D3, 0x9479), (0x9A6D, 0x9AA7), (0x9B5A, 0x9C7B), (0x9CE6, 0x9E1E))
    for code in range(first, last + 1)
    if chr(code) not in "鈞鈺鉅鉉銀銓銘銳鋒鋼錄錢錦錫鍾鎮鏡鐘鐵鑑鑫馮駱駿"
    "騰驊驍魯鮑鮮鯉鯨鳳鳴鴻鴛鴦鵑鵝鵬鶯鶴鷗鷹鷺鸚鸞"
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD = re.compile(r"[^\W_](?:[^\W]|[.'’-](?=\w))*")
_COUNTRY_CODE = re.compile(
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}"  # of ITU-T E.164
)
_DATE = re.compile(
    r"(?P<year>\d{4})(?P<first>[-/.年]?)(?P<month>\d{1,2})(?P<second>[-/.月]?)(?P<day>\d{1,2})"
)
# Nobody who was born in these years has an account.
_BIRTH_YEARS = range(1900, 1910)


def _number(kind: str, value: str) -> int:
    digest = hashlib.blake2b(f"{kind}:{value}".encode("utf-8", "surrogatepass"), digest_size=20)
    return int.from_bytes(digest.digest(), "big")


def _take(number: int, alphabet: str, length: int) -> str:
    characters: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        characters.append(alphabet[digit])
    return "".join(characters)


def _digits(kind: str, value: str, length: int) -> str:
    return _take(_number(kind, value), "0123456789", length)


def email(value: str) -> str:
    """Return an e-mail address at example.com."""
    match = _EMAIL_FAKE.fullmatch(value)
    if match is not None and _checksum(match[1].lower()) == match[2].lower():
        return value
    user = _take(_number("email", value.lower()), _LETTERS, 10)
    return f"user-{user}{_checksum(user)}@{EMAIL_DOMAIN}"


def _checksum(user: str) -> str:
    return _take(_number("checksum", user), _LETTERS, 2)


def phone(value: str) -> str:
    """Return a phone number with the same country code, length and punctuation."""
    digits = "".join(re.findall(r"\d", value))
    country = ""
    if digits.startswith("0086") or (digits.startswith("86") and len(digits) == 13):
        country = digits[: len(digits) - 11]
    elif value.lstrip(" (").startswith("+") and (match := _COUNTRY_CODE.match(digits)):
        country = match[0]
    national = digits[len(country) :]
    is_mainland = len(national) == 11 and national[0] == "1" and country in ("", "86", "0086")
    prefix = PHONE_PREFIX if is_mainland else FOREIGN_PREFIX
    if not is_mainland:
        zeros = len(national) - len(national.lstrip("0"))
        prefix = national[:zeros] + prefix
    if national.startswith(prefix) or len(national) <= len(prefix):
        return value
    new = country + prefix + _digits("phone", national, len(national) - len(prefix))
    replaced = iter(new)
    return re.sub(r"\d", lambda _: next(replaced), value)


def words(value: str) -> str:
    """Return a name, or other words: Han characters stay such, and so does the use of capitals."""
    if "@" in value:
        return email(value)
    if _is_phone(value):
        return phone(value)
    if _is_identifier(value):
        return identifier(value)
    pieces: list[str] = []
    for piece in re.split(r"([\u3400-\u4dbf\u4e00-\u9fff]+)", value):
        if _HAN.fullmatch(piece):
            pieces.append(_han(piece))
        else:
            pieces.append(_WORD.sub(lambda word: _word(word[0]), piece))
    return "".join(pieces)


def _is_phone(value: str) -> bool:
    return (
        re.fullmatch(r"\+?[\d ()-]{7,20}", value) is not None and sum(map(str.isdigit, value)) > 6
    )


def _is_identifier(value: str) -> bool:
    return (
        re.fullmatch(r"(?i)[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value)
        is not None
    )


def _han(text: str) -> str:
    if all(character in _RARE for character in text):
        return text
    return _take(_number("han", text), _RARE, len(text))


def _word(word: str) -> str:
    lower = word.lower()
    if re.fullmatch(rf"{WORD_PREFIX}(?:[{_CONSONANTS}][{_VOWELS}]){{{_SYLLABLES}}}", lower):
        return word
    number = _number("word", lower)
    fake = WORD_PREFIX
    for _ in range(_SYLLABLES):
        number, syllable = divmod(number, len(_CONSONANTS) * len(_VOWELS))
        fake += _CONSONANTS[syllable // len(_VOWELS)] + _VOWELS[syllable % len(_VOWELS)]
    if word.isupper() and len(word) > 1:
        return fake.upper()
    return fake.capitalize() if word[0].isupper() else fake


def identifier(value: str) -> str:
    """Return an identifier. Hexadecimal ones and UUIDs keep their form."""
    if value.lower().startswith(ID_PREFIX):
        return value
    digits = ID_PREFIX + f"{_number('id', value.lower()):040x}"
    if not _is_identifier(value):
        return digits[:20]
    fake = digits[:24]
    if "-" in value:
        # The version and the variant stay.
        plain = digits[:12] + value[14] + digits[13:16] + value[19] + digits[17:32]
        fake = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return fake.upper() if value.isupper() else fake


def ip_address(value: str) -> str:
    """Return an address of a range that is never assigned. Those of this machine stay."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return value
    if address.is_loopback or address.is_unspecified:
        return value
    network = NETWORK_V4 if address.version == 4 else NETWORK_V6
    if address in network:
        return value
    offset = _number("ip", str(address)) % (network.num_addresses - 2) + 1
    return str(network[offset])


def birthdate(value: str) -> str:
    """Return a date between 1900 and 1909 in the same format."""
    match = _DATE.match(value)
    if match is None or int(match["year"]) in _BIRTH_YEARS:
        return value
    number = _number("birthdate", match[0])
    month = number // 10 % 12 + 1
    day = number // 120 % 28 + 1
    year = _BIRTH_YEARS[number % len(_BIRTH_YEARS)]
    written = (
        f"{year}{match['first']}{month:0{len(match['month'])}}{match['second']}"
        f"{day:0{len(match['day'])}}"
    )
    return written + value[match.end() :]


def address(value: str) -> str:
    """Return an address whose words are replaced, and whose digits are zeros."""
    digits = re.sub(r"\d", "0", value)
    pieces = re.split(r"(\d+)", digits)
    return "".join(piece if piece.isdigit() else words(piece) for piece in pieces)


def link(value: str) -> str:
    """Return a URL at example.com with the extension of the original."""
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or parts.hostname == EMAIL_DOMAIN:
        return value
    extension = re.search(r"\.[A-Za-z0-9]{1,5}$", parts.path)
    return f"{parts.scheme}://{EMAIL_DOMAIN}/{identifier(value)}{extension[0] if extension else ''}"


def citizen_number(value: str) -> str:
    """Return a number in the form of a Chinese identity card, for a place that does not exist."""
    if value.startswith(CITIZEN_PREFIX):
        return value
    return CITIZEN_PREFIX + _digits("citizen", value.upper(), 11) + "X"
