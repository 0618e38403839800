"""How numba compiles the model: each function once, into one piece of machine code for each entry.

numba by itself makes machine code of every function it meets, optimises it together with all that it calls, and does
so again in every caller. Here a function that only others call stays unfinished; the entry that calls them all is
optimised and turned into machine code once. Two more habits of numba are changed. It types ``a + b`` anew wherever
it stands; here what was found for two kinds of numbers is remembered. And it spells out the columns of the world in
the name of each function that takes them; here a digest stands for them.

This module rests on numba's insides, so ``pyproject.toml`` names the versions for which they are known to be such.
"""

from __future__ import annotations

import copy
import gc
import hashlib
import operator
from contextlib import contextmanager

from numba import _dynfunc, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.funcdesc import default_mangler
from numba.core.typed_passes import (
    AnnotateTypes,
    DumpParforDiagnostics,
    NativeLowering,
)
from numba.core.typing.context import Context


class UnfinishedLibrary(JITCodeLibrary):
    """The code of a function that only others call, simplified, with all that it calls; nothing of it can be run."""

    def __init__(self, codegen, name):
        super().__init__(codegen, name)
        self.environments = {}  # by name: the Python objects that code here and below needs, such as texts to print

    def finalize(self):
        """Join the code of all that is called."""
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self.environments.update(_environments(library))
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


def _environments(library):
    return library.environments if isinstance(library, UnfinishedLibrary) else {}


@register_pass(mutates_CFG=True, analysis_only=False)
class EntryLowering(NativeLowering):
    """Turns a function that Python calls into machine code, with all that it calls."""

    _name = "entry_lowering"

    def run_pass(self, state):
        """Make the machine code, and give the functions that were called the Python objects they need."""
        super().run_pass(state)
        codegen = state.targetctx.codegen()
        for library in state.library._linking_libraries:
            for name, environment in _environments(library).items():
                if codegen._engine.is_symbol_defined(name):
                    codegen.set_env(name, environment)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class CalleeLowering(NativeLowering):
    """Turns a function that only others call into code for LLVM, and no further."""

    _name = "callee_lowering"

    def run_pass(self, state):
        """Write the code, and tell numba how to call it from other compiled functions."""
        library = state.library = UnfinishedLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        flags, state.flags = state.flags, state.flags.copy()
        state.flags.no_compile = True
        super().run_pass(state)
        state.flags = flags
        lowered = state["cr"]
        library.environments[state.targetctx.get_env_name(lowered.fndesc)] = lowered.env
        library.finalize()
        # What stands for the function in numba's books; there is no address at which Python could call it.
        name = _dynfunc.make_function(lowered.fndesc.lookup_module(), lowered.fndesc.qualname, "", 0, lowered.env, (library,))
        state.targetctx.insert_user_function(name, lowered.fndesc, [library])
        state["cr"] = lowered._replace(cfunc=name)
        return True


class RememberingContext(Context):
    """Finds out the type of a result once for each operation and each set of arguments."""

    @classmethod
    def like(cls, context: Context) -> RememberingContext:
        """Return a context that knows what ``context`` knows, now and later."""
        if context not in _remembering:
            twin = _remembering[context] = copy.copy(context)
            twin.__class__ = cls
            twin.signatures = {}
        return _remembering[context]

    def resolve_function_type(self, func, args, kws):
        """Return the signature of a call."""
        if not isinstance(func, types.Type):
            return super().resolve_function_type(func, args, kws)
        call = func, tuple(args), tuple(dict(kws).items())
        if call not in self.signatures:
            signature = super().resolve_function_type(func, args, kws)
            if signature is None:
                return None
            self.signatures[call] = signature
        return self.signatures[call]

    def resolve_setitem(self, target, index, value):
        """Return the signature of ``target[index] = value``."""
        return self.resolve_function_type(self.resolve_value_type(operator.setitem), (target, index, value), {})


_remembering: dict[Context, RememberingContext] = {}


def short_name(name, argtypes, *, abi_tags=(), uid=None):
    """Return a name for the machine code of a function for arguments of these types."""
    digest = hashlib.sha256(str(argtypes).encode()).hexdigest()[:16]
    return default_mangler(name, (), abi_tags=(*abi_tags, digest), uid=uid)


class EntryCompiler(CompilerBase):
    """Compiles a function that Python calls."""

    lowering = EntryLowering

    def __init__(self, typingctx, targetctx, *rest):
        super().__init__(RememberingContext.like(typingctx), targetctx, *rest)
        self.state.targetctx.mangler = short_name  # numba gave this function a target of its own

    def define_pipelines(self):
        """Return numba's steps, without those that only tell what was done."""
        steps = PassManager(type(self).__name__)
        for step, purpose in DefaultPassBuilder.define_nopython_pipeline(self.state).passes:
            if step not in (AnnotateTypes, DumpParforDiagnostics):
                steps.add_pass(self.lowering if step is NativeLowering else step, purpose)
        steps.finalize()
        return [steps]

    def compile_extra(self, func):
        """Compile a function."""
        with _no_collection():
            return super().compile_extra(func)


class CalleeCompiler(EntryCompiler):
    """Compiles a function that only compiled functions call."""

    lowering = CalleeLowering


@contextmanager
def _no_collection():
    """Let Python not search for garbage meanwhile: all that a compiler makes is needed until it has done."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
