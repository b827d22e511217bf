"""Settings of ``vcrpy`` for cassettes of this API."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .options import CassetteOptions
from .session import session

if TYPE_CHECKING:
    from .cassette import AuthingCassette

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class CassetteUse(AbstractContextManager["AuthingCassette", None], Protocol):
    """The use of a cassette: for a ``with`` block, or as the decorator of a function."""

    def __call__(self, function: FunctionT, /) -> FunctionT:
        """Decorate a function, which may be asynchronous."""
        ...


def cassette_settings(
    *,
    scrub: Iterable[str] = (),
    pseudonymize: bool = False,
    strict: bool = False,
    record_secrets: bool = False,
) -> dict[str, Any]:
    """Return settings of ``vcrpy`` that scrub, match and write the calls of this API.

    Use them as ``vcr.VCR(**cassette_settings())``. Other settings may be added: hooks, filters and
    matchers of your own work as usual, and also see the calls of this API. None of them switches
    the scrubbing off.

    Args:
        scrub: Further names of fields, parameters and headers whose values are secret. Letter case
            does not matter, and a name also stands for longer ones that end with it.
        pseudonymize: Replace e-mail addresses, phone numbers, names, IP addresses and IDs by fakes
            of the same form.
        strict: Report recorded calls that are not made, and changed documents, as errors.
        record_secrets: Record secrets as they are. Only for pools that are thrown away.

    Raises:
        ImportError: The extra ``testing`` is not installed.
        TypeError: An argument has the wrong type.
    """
    chosen = {
        "scrub": scrub,
        "pseudonymize": pseudonymize,
        "strict": strict,
        "record_secrets": record_secrets,
    }
    options = CassetteOptions().updated(chosen)
    _check_extra()
    from .switch import patch

    settings: dict[str, Any] = {
        "custom_patches": (patch(options),),
        "decode_compressed_response": True,
        "record_on_exception": False,
    }
    if not record_secrets:
        from .hooks import ScrubbingHooks
        from .scrubbers import scrubber_for

        hooks = ScrubbingHooks(scrubber_for(options))
        settings["before_record_request"] = hooks.request
        settings["before_record_response"] = hooks.response
    return settings


def authing_cassette(
    path: Any,
    *,
    scrub: Iterable[str] = (),
    pseudonymize: bool = False,
    strict: bool = False,
    record_secrets: bool = False,
    **settings: Any,
) -> CassetteUse:
    """Record the calls of this API in a cassette, or replay them, in a ``with`` block.

    It can decorate functions as well, asynchronous ones too. While all calls are replayed,
    ``AUTHING_USERPOOL_ID`` and ``AUTHING_USERPOOL_SECRET`` have placeholders as values if they are
    not set, so that a client can be created without credentials. If ``AUTHING_ACCESS_TOKEN`` is
    set, the secret has none.

    Args:
        path: The file. A relative path starts at the current directory.
        scrub: As for ``cassette_settings``.
        pseudonymize: As for ``cassette_settings``.
        strict: As for ``cassette_settings``.
        record_secrets: As for ``cassette_settings``.
        **settings: Settings of ``vcrpy``, such as ``record_mode``. Default of that: what pytest was
            told, such as ``--record-mode=none``; without pytest-recording, ``"once"``.

    Raises:
        ImportError: The extra ``testing`` is not installed.
        TypeError: An argument has the wrong type.
        CassetteError: At the end of the block: the code in it has caught a ``CassetteError``.
    """
    ours = cassette_settings(
        scrub=scrub, pseudonymize=pseudonymize, strict=strict, record_secrets=record_secrets
    )
    mode = session().record_mode
    given = {"record_mode": "once" if mode is None else mode, **settings}
    from .vcrpy import VCR

    recorder: Any = VCR(**ours)
    compose(recorder, CassetteOptions())
    use: CassetteUse = recorder.use_cassette(path, **given)
    return use


def compose(recorder: Any, options: CassetteOptions) -> None:
    """Make all cassettes of a ``vcr.VCR`` ours, whatever the settings of each are.

    Args:
        recorder: The instance.
        options: Options for cassettes whose settings do not contain them.
    """
    from .switch import options_of, patch, without_ours
    from .vcrpy import RecordMode

    merge: Callable[..., dict[str, Any]] = recorder.get_merged_config

    def get_merged_config(**settings: Any) -> dict[str, Any]:
        merged = merge(**settings)
        if session().rewrites and merged["record_mode"] != RecordMode.NONE:
            merged["record_mode"] = RecordMode.ALL  # a mark or vcr_config may say otherwise
        chosen = options_of(merged["custom_patches"]) or options
        others = without_ours(merged["custom_patches"])
        merged["custom_patches"] = (*others, patch(chosen.updated(settings)))
        return merged

    recorder.get_merged_config = get_merged_config


def _check_extra() -> None:
    if find_spec("vcr") is None:
        raise ImportError(
            "Cassettes need vcrpy, which is not installed: pip install 'authing-users[testing]'"
        )
