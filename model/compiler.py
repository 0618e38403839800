"""Turns the ordinary Python of stages and rules into machine code, and keeps it between sessions.

A stage calls rules by name. :func:`compiled` follows those names through the whole call tree, compiles each
function once and binds the compiled callers to the compiled callees, so a rule handed over for one run is
compiled into the stage that calls it and costs no more than the built-in one. Nothing here imports numba until
something is compiled: start-up is part of speed.

numba's own cache does not notice that a function *called* by a cached one has changed on disk. So the cache
lives in a folder named after the contents of every source a kernel can reach.
"""

from __future__ import annotations

import dis
import hashlib
import inspect
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType

PACKAGE = Path(__file__).parent
FOLDERS_KEPT = 8
CALLED_ONCE_A_REGION = ("model.stages", "model.population")
OUT_OF_LINE = ("uniform", "normal")  # rare draws; inlined they would only lengthen compilation

_one_at_a_time = threading.RLock()  # several threads may ask for the model at once, and each function is bound once


class RuleError(ValueError):
    """A rule handed over for a run cannot be used; the message is one sentence."""


@cache
def sources_digest() -> str:
    """Return a digest of every Python source of the model, and of the versions that compile it."""
    import llvmlite
    import numba

    digest = hashlib.sha256(f"{sys.version} {numba.__version__} {llvmlite.__version__}".encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Return the folder that holds compiled code: ``NETRALITAS_CACHE``, or the user's cache folder."""
    if chosen := os.environ.get("NETRALITAS_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return base / "netralitas"


def cache_folder() -> Path | None:
    """Return the folder for code compiled from the present sources, or None where none can be written."""
    folder = cache_root() / "compiled" / sources_digest()
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _forget_old_folders(folder)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _forget_old_folders(newest: Path) -> None:
    """Remove all but the latest few folders of compiled code; every edit of the model makes a new one."""
    ours = re.compile(r"[0-9a-f]{16}")  # the form of a digest: whatever else lies there is somebody else's
    others = sorted((f for f in newest.parent.iterdir() if f != newest and f.is_dir() and ours.fullmatch(f.name)),
                    key=lambda f: f.stat().st_mtime)
    for folder in others[:-FOLDERS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def check_rules(rules: Mapping[str, Callable], known: Mapping[str, FunctionType]) -> None:
    """Check functions that replace rules before any run.

    Raises
    ------
    RuleError
        If a name is unknown, a replacement is not a plain function, or its parameters are not the rule's.
    """
    import difflib

    for name, replacement in rules.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise RuleError(f"There is no rule named {name!r}{hint}")
        wanted = _parameters_of(known[name])
        if not isinstance(replacement, FunctionType):
            raise RuleError(f"The rule {name!r} must be an ordinary Python function, not {replacement!r}")
        given = _parameters_of(replacement)
        if given != wanted:
            raise RuleError(f"The rule {name!r} must be written as def {name}({', '.join(wanted)}), "
                            f"but the function given takes ({', '.join(given)})")
        _try_to_compile(name, replacement, len(wanted))


def _parameters_of(function: FunctionType) -> list[str]:
    """Return what is written between a function's brackets, without annotations: names, and what they are by default."""
    return [str(parameter.replace(annotation=parameter.empty)) for parameter in inspect.signature(function).parameters.values()]


def _try_to_compile(name: str, replacement: FunctionType, arguments: int) -> None:
    """Raise a RuleError in one sentence where ``replacement`` cannot be compiled for numbers."""
    import numba
    from numba.core.errors import NumbaError

    try:
        dispatcher = _Compilation({}).bound(replacement)
        dispatcher.compile((numba.float64,) * arguments)
    except NumbaError as error:
        telling = re.search(r"(Untyped global name|Unknown attribute|No implementation|NameError|Use of unsupported|"
                            r"The use of)[^\n]*", str(error))
        reason = telling.group().rstrip(":. ") if telling else str(error).strip().splitlines()[0]
        raise RuleError(f"The rule {name!r} cannot be compiled to machine code: {reason}; "
                        "use plain arithmetic, comparisons, if, for and the math module") from error
    result = dispatcher.signatures and dispatcher.overloads[dispatcher.signatures[0]].signature.return_type
    if not isinstance(result, (numba.types.Float, numba.types.Integer, numba.types.Boolean)):
        raise RuleError(f"The rule {name!r} must return a number, but the function given returns {result}")


def compiled(function: FunctionType, rules: Mapping[str, Callable] | None = None) -> Callable:
    """Return ``function`` as machine code, with every function it calls.

    Parameters
    ----------
    function : function
        A plain function of this package.
    rules : mapping of str to function, optional
        Functions to call instead of the built-in ones of these names. Code with replacements is not kept on
        disk, because a rule typed at a prompt has no file whose changes could be noticed.
    """
    with _one_at_a_time:
        return _Compilation(dict(rules)).entry(function) if rules else _compiled_default(function)


def entry_point(function: FunctionType, *arguments: object) -> Callable:
    """Return ``function`` as machine code for arguments of exactly these types; a call takes half a microsecond.

    That is what remains of a call from Python when numba need not look at its arguments. Nothing checks them
    either. The code is compiled as the engine's is; it is not kept on disk.
    """
    with _one_at_a_time:
        return taking(_default_compilation().entry(function), *arguments)


def taking(function: Callable, *arguments: object) -> Callable:
    """Return what :func:`compiled` gave, for arguments of exactly these types: it no longer looks at them when called."""
    from numba import typeof

    return function.compile(tuple(map(typeof, arguments)))


def interpreted(function: FunctionType, rules: Mapping[str, Callable] | None = None) -> FunctionType:
    """Return ``function`` as ordinary Python that calls the given rules instead of the built-in ones."""
    return _Interpretation(dict(rules)).bound(function) if rules else function


@cache
def _compiled_default(function: FunctionType) -> Callable:
    dispatcher = _default_compilation().entry(function)
    _keep_on_disk(dispatcher)
    return dispatcher


@cache
def _default_compilation() -> _Compilation:
    return _Compilation({})


def _keep_on_disk(dispatcher: Callable) -> None:
    """Let numba keep the machine code of ``dispatcher`` in our cache folder, if there is one."""
    from numba import config

    folder = cache_folder()
    if folder is None:
        return
    # numba reads the folder when a cache is enabled, and only then.
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder)
    try:
        dispatcher.enable_caching()
    finally:
        config.CACHE_DIR = before


class _Interpretation:
    """Rebinds functions bottom up, each once, so that callers lead to the replaced rules."""

    def __init__(self, replaced: Mapping[str, Callable]):
        self._replaced = replaced
        self._done: dict[FunctionType, Callable] = {}
        self._under_way: set[FunctionType] = set()

    def bound(self, function: FunctionType) -> Callable:
        """Return ``function`` with its callees bound first."""
        if function not in self._done:
            if function in self._under_way:
                raise RuleError(f"The function {function.__name__!r} calls itself, which the engine does not allow")
            self._under_way.add(function)
            self._done[function] = self._made(self._rebound(function))
        return self._done[function]

    def _rebound(self, function: FunctionType) -> FunctionType:
        """Return a copy of ``function`` whose global names lead to bound functions."""
        names = dict(function.__globals__)
        replaces = function in self._replaced.values()
        for name in _names_used(function.__code__):
            value = names.get(name)
            if isinstance(value, FunctionType):
                # A replacement may call the rule it replaces, so its own names stay as they are.
                names[name] = self.bound(value if replaces else self._replaced.get(name, value))
        copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
        copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
        return copy

    def _made(self, function: FunctionType) -> Callable:
        return function


@cache
def _use_widest_vectors() -> None:
    """Let the compiler work on eight numbers at once where the processor can; by itself it would take four.

    Results do not depend on it, for no sum is reordered.
    """
    from llvmlite.binding import get_host_cpu_features
    from numba import config
    from numba.core.codegen import get_host_cpu_features as usual_features

    if config.CPU_FEATURES is None and get_host_cpu_features().get("avx512f"):
        config.CPU_FEATURES = f"{usual_features()},-prefer-256-bit"


class _Compilation(_Interpretation):
    """Compiles functions bottom up, each once."""

    def entry(self, function: FunctionType) -> Callable:
        """Return machine code of ``function`` that can be called from Python."""
        from model.pipeline import EntryCompiler

        return _dispatcher(self._rebound(function), pipeline_class=EntryCompiler)

    def _made(self, function: FunctionType) -> Callable:
        from model.pipeline import CalleeCompiler

        dispatcher = _dispatcher(function, pipeline_class=CalleeCompiler, no_cpython_wrapper=True, no_cfunc_wrapper=True)
        _compile_once_for_all_constants(dispatcher)
        return dispatcher


def _dispatcher(function: FunctionType, **options: object) -> Callable:
    """Return what numba compiles when its types are known; rules and the generator go into the loops that call them."""
    from numba import njit

    _use_widest_vectors()
    inlined = not (function.__module__ or "").startswith(CALLED_ONCE_A_REGION) and function.__name__ not in OUT_OF_LINE
    return njit(nogil=True, error_model="numpy", forceinline=inlined, _nrt=False, **options)(function)


def _compile_once_for_all_constants(dispatcher: Callable) -> None:
    """Let calls with different constants share one compilation, where numba would make one for each."""
    from numba.core.types import unliteral

    by_types = dispatcher.get_call_template

    def by_plain_types(args, kws):
        return by_types(tuple(map(unliteral, args)), {name: unliteral(kind) for name, kind in kws.items()})

    dispatcher.get_call_template = by_plain_types


def _names_used(code) -> set[str]:
    """Return the global names that ``code`` loads (attributes share no names with them)."""
    return {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
