"""Find secrets and personal data in cassette files of any origin, and remove them."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ..._runtime.secret import MASK
from .files import CassetteFile, replace_file
from .places import Place
from .pseudonyms import FoundPerson, Pseudonyms
from .scrubbing import CassetteScrubber, FoundSecret

# A secret that is found late may stand in an earlier interaction.
MAX_READINGS = 3
# Addresses and numbers that belong to nobody.
_RESERVED_EMAIL = re.compile(
    r".*@(?:.+\.)?(?:example(?:\.(?:com|net|org))?|invalid|localhost|test)", re.IGNORECASE
)


@dataclass(frozen=True)
class Finding:
    """A secret or personal data in a cassette.

    Attributes:
        path: The file.
        line: The line.
        kind: Its kind, such as ``"JWT"``, or how it was recognised.
        where: Its place in the interaction, such as ``response.body data.user.token``.
        preview: How it looks, without its content.
        is_personal: Whether it is personal data.
        count: How often it occurs in the file.
    """

    path: Path
    line: int
    kind: str
    where: str
    preview: str
    is_personal: bool
    count: int = 1

    def __str__(self) -> str:
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        return f"{self.path}:{self.line}: {self.kind}: {self.where}: {self.preview}{more}"

    def as_json(self) -> dict[str, object]:
        """Return the finding as JSON content."""
        return {**asdict(self), "path": str(self.path)}


def check_cassette(
    cassette: CassetteFile, *, personal: bool = True, names: Iterable[str] = (), allow: str = ""
) -> list[Finding]:
    """Return the secrets and the personal data in a cassette.

    The secrets of ``AUTHING_USERPOOL_SECRET`` and ``AUTHING_ACCESS_TOKEN`` are found wherever they
    stand. Identifiers are not reported, nor are e-mail addresses of reserved domains and IP
    addresses of private networks.

    Args:
        cassette: The cassette.
        personal: Whether to report personal data, too.
        names: More names of fields, headers and parameters whose values are secret.
        allow: A regular expression for values that are not reported.
    """
    allowed = re.compile(allow) if allow else None
    findings: dict[tuple[str, str], Finding] = {}
    for place, item in occurrences(cassette, personal=personal, names=names):
        if allowed is not None and allowed.fullmatch(item.value):
            continue
        first = findings.get((item.kind, item.value))
        findings[item.kind, item.value] = Finding(
            path=cassette.path,
            line=first.line if first else cassette.line_of(place, item.value),
            kind=item.kind,
            where=first.where if first else _where(item.path or place.leaf.path),
            preview=_preview(item),
            is_personal=isinstance(item, FoundPerson),
            count=first.count + 1 if first else 1,
        )
    return sorted(findings.values(), key=lambda finding: finding.line)


def occurrences(
    cassette: CassetteFile, *, personal: bool = True, names: Iterable[str] = ()
) -> Iterator[tuple[Place, FoundSecret | FoundPerson]]:
    """Yield each secret and each piece of personal data with the value that contains it."""
    items: list[FoundSecret | FoundPerson] = []
    pseudonyms = Pseudonyms(found=items.append) if personal else None
    scrubber = _scrubber(cassette, names, pseudonyms=pseudonyms, found=items.append)
    for place in cassette.places:
        items.clear()
        scrubbed = _scrubbed(place, scrubber)
        if pseudonyms is not None:
            _replaced(place, scrubbed, pseudonyms)
        yield from [(place, item) for item in items if not _is_public(item)]


def scrub_cassette(
    cassette: CassetteFile, *, pseudonymize: bool = False, names: Iterable[str] = ()
) -> bool:
    """Mask the secrets of a cassette in its file. Everything else stays as it is.

    Args:
        cassette: The cassette.
        pseudonymize: Whether to replace personal data, too.
        names: More names of fields, headers and parameters whose values are secret.

    Returns:
        Whether the file was changed.

    Raises:
        OSError: The file cannot be written.
    """
    pseudonyms = Pseudonyms() if pseudonymize else None
    scrubber = _scrubber(cassette, names, pseudonyms=pseudonyms)
    changes: list[tuple[Place, str | bytes]] = []
    for place in cassette.places:
        old = place.leaf.value if place.data is None else place.data
        new = _scrubbed(place, scrubber)
        if pseudonyms is not None:
            new = _replaced(place, new, pseudonyms)
        if new != old:
            changes.append((place, new if isinstance(new, bytes) else str(new)))
    if not changes:
        return False
    replace_file(cassette.path, cassette.with_changes(changes))
    return True


def _scrubber(
    cassette: CassetteFile,
    names: Iterable[str],
    *,
    pseudonyms: Pseudonyms | None,
    found: Callable[[FoundSecret], None] | None = None,
) -> CassetteScrubber:
    """Return a scrubber that knows the secrets of the whole cassette."""
    scrubber = CassetteScrubber(names, pseudonyms=pseudonyms, found=found)
    for name in ("AUTHING_USERPOOL_SECRET", "AUTHING_ACCESS_TOKEN"):
        scrubber.learn(os.environ.get(name, ""))
    for _ in range(MAX_READINGS):
        known = scrubber.known
        for place in cassette.places:
            _scrubbed(place, scrubber)
        if scrubber.known == known:
            break
    return scrubber


def _scrubbed(place: Place, scrubber: CassetteScrubber) -> str | float | bytes:
    if place.data is not None:
        with scrubber.at(place.leaf.path):
            return scrubber.body(place.data, place.content_type, place.content_encoding)
    return scrubber.leaf(place.leaf)


def _replaced(
    place: Place, value: str | float | bytes, pseudonyms: Pseudonyms
) -> str | float | bytes:
    if isinstance(value, bytes):
        return value  # done by the scrubber
    return pseudonyms.leaf(place.leaf._replace(value=value))


def _where(path: str) -> str:
    """Return a path without the number of the interaction."""
    path = re.sub(r"^interactions\[\d+\]\.", "", path)
    return path.replace("body.string", "body")


def _preview(item: FoundSecret | FoundPerson) -> str:
    if item.kind == "unreadable body":
        return item.value
    if isinstance(item, FoundSecret):
        return f"{MASK} ({len(item.value)} characters)"
    return f"{item.value[:1]}{MASK} ({len(item.value)} characters)"


def _is_public(item: FoundSecret | FoundPerson) -> bool:
    """Return whether data says nothing about a person."""
    if isinstance(item, FoundSecret):
        return False
    if item.kind == "identifier":
        return True
    if item.kind == "e-mail address":
        return _RESERVED_EMAIL.fullmatch(item.value) is not None
    if item.kind == "IP address":
        try:
            return not ipaddress.ip_address(item.value).is_global
        except ValueError:
            return True
    return False


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding for each kind of personal data in a file, and all secrets."""
    groups: dict[object, Finding] = {}
    for finding in findings:
        key = (finding.path, finding.kind) if finding.is_personal else finding
        first = groups.get(key)
        count = finding.count + (first.count if first else 0)
        groups[key] = replace(first or finding, count=count)
    return list(groups.values())


def totals(findings: Iterable[Finding]) -> str:
    """Return the numbers of findings as a sentence."""
    secrets = personal = 0
    for finding in findings:
        if finding.is_personal:
            personal += finding.count
        else:
            secrets += finding.count
    return f"Found: {_number(secrets, 'secret')}, {_number(personal, 'piece')} of personal data."


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
