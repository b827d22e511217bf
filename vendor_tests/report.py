"""What the side-by-side calls came to, for the end of the run."""

from dataclasses import dataclass, field

from .drivers import Sdk


@dataclass(frozen=True, slots=True)
class Line:
    """One method.

    Attributes:
        sdk: Which of the vendor's SDKs.
        vendors: The vendor's call.
        ours: Our call.
        verdict: Whether they agree.
        requests: How many requests the vendor's call and ours sent; ``None`` for none made.
    """

    sdk: Sdk
    vendors: str
    ours: str
    verdict: str
    requests: tuple[int, int] | None = None


@dataclass(slots=True)
class Report:
    """Collects one line for each method.

    Attributes:
        missing: The methods that ours lacks.
        used: The known differences that were met.
    """

    missing: list[str] = field(default_factory=list[str])
    used: set[int] = field(default_factory=set[int])
    _lines: list[Line] = field(default_factory=list[Line])

    def add(self, line: Line) -> None:
        """Add a method."""
        self._lines.append(line)

    def lines(self) -> list[str]:
        """Write it all as text."""
        written = [
            f"{line.sdk:<10}  {line.vendors:<48}  {line.ours:<52}  {line.verdict}"
            + (f"  (requests {line.requests[0]} : {line.requests[1]})" if line.requests else "")
            for line in self._lines
        ]
        agreed = sum(line.verdict.startswith("agree") for line in self._lines)
        written.append(f"{agreed} of {len(self._lines)} agree.")
        if self.missing:
            written.append(f"Missing in ours: {', '.join(sorted(set(self.missing)))}")
        return written
