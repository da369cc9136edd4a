"""What the chat understands, read from its own source: which intents of the grammar lead to a call of which tool."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from todo_backend.doors.chat import builtin
from todo_backend.doors.chat.acts import ACTS

Function = tuple[str, str]
"""A module of the chat and a function in it."""
BUILT_IN = "builtin"
DECIDING: Function = (BUILT_IN, "_do")
"""Where the built-in model decides what an intent leads to."""
AGAIN = {DECIDING, (BUILT_IN, "_with_target"), (BUILT_IN, "_chosen"), (BUILT_IN, "_not_understood")}
"""What decides anew, by an intent of its own: what that leads to is not this intent's."""


def intents() -> dict[str, set[str]]:
    """Return which intents of the chat lead to which tool: tool → names of intents."""
    source = Source(Path(builtin.__file__).parent)
    leads: dict[str, set[Function]] = {
        kind.__name__: {(run.__module__.rsplit(".", 1)[1], run.__name__)} for kind, run in ACTS.items()
    }
    for case in (node for node in ast.walk(source.functions[DECIDING]) if isinstance(node, ast.match_case)):
        calls = {called for part in case.body for called in source.called(BUILT_IN, part)}
        for kind in (node for node in ast.walk(case.pattern) if isinstance(node, ast.MatchClass)):
            leads.setdefault(ast.unparse(kind.cls), set()).update(calls)
    found: dict[str, set[str]] = {}
    for intent, functions in leads.items():
        for tool in source.tools(functions):
            found.setdefault(tool, set()).add(intent)
    return found


class Source:
    """The chat's source: its functions by module and name, and what they call."""

    def __init__(self, folder: Path) -> None:
        self.functions: dict[Function, ast.AST] = {}
        self._imported: dict[Function, Function] = {}
        self._modules: dict[Function, str] = {}
        for file in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    self.functions[(file.stem, node.name)] = node
                elif isinstance(node, ast.ImportFrom) and node.module:
                    for name in node.names:
                        here = (file.stem, name.asname or name.name)
                        self._imported[here] = (node.module.rsplit(".", 1)[-1], name.name)
                        self._modules[here] = name.name

    def called(self, module: str, node: ast.AST) -> set[Function]:
        """Return the functions that a part of a module calls by their names."""
        found: set[Function] = set()
        for call in (part for part in ast.walk(node) if isinstance(part, ast.Call)):
            match call.func:
                case ast.Name(name):
                    found.add(self._imported.get((module, name), (module, name)))
                case ast.Attribute(ast.Name("self"), name):
                    found.add((module, name))
                case ast.Attribute(ast.Name(base), name) if (module, base) in self._modules:
                    found.add((self._modules[module, base], name))
                case _:
                    pass
        return found & self.functions.keys()

    def tools(self, begins: Iterable[Function]) -> set[str]:
        """Return the tools that functions show in a reply, themselves or by what they call."""
        found: set[str] = set()
        waiting, seen = list(begins), set[Function]()
        while waiting:
            function = waiting.pop()
            if function in seen or function in AGAIN or function not in self.functions:
                continue
            seen.add(function)
            found |= set(_shown(self.functions[function]))
            waiting += self.called(function[0], self.functions[function])
        return found


def _shown(function: ast.AST) -> Iterator[str]:
    """Yield the names of tools that a function gives to `reply.tool` or to `_page`, which hands it on."""
    for call in (part for part in ast.walk(function) if isinstance(part, ast.Call)):
        match call.func:
            case ast.Attribute(attr="tool") | ast.Name("_page"):
                yield from (a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
            case _:
                pass
