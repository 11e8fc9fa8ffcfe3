"""No test and no benchmark waits for ever: what does not come is told after a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from many import every
from paths import ROOT

# Methods that wait as long as it takes when they are given nothing, and functions that do without a ``timeout``.
METHODS = ("join", "wait", "result", "get", "acquire", "recv", "communicate")
FUNCTIONS = ("run", "call", "check_call", "check_output", "urlopen", "create_connection", "HTTPConnection")
MODULES = ("subprocess", "request", "urllib", "socket", "client", "")


def endless(source: str) -> list[int]:
    """The lines that may wait for ever. What a coroutine awaits, ``waiting.run`` bounds."""
    tree = ast.parse(source)
    awaited = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    return sorted({line for node in ast.walk(tree) if id(node) not in awaited for line in _lines(node)})


def _lines(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.With):  # which waits at its end
        yield from (one.context_expr.lineno for one in node.items if "Popen(" in ast.unparse(one.context_expr))
    if not isinstance(node, ast.Call) or any(word.arg in ("timeout", None) for word in node.keywords):
        return
    owner, _, name = ast.unparse(node.func).rpartition(".")
    if (name in FUNCTIONS and owner.rpartition(".")[2] in MODULES and (owner or name != "run")) or (
        owner and not node.args and (name in METHODS or (name == "readline" and owner.endswith(".stdout")))
    ):
        yield node.lineno


def test_every_wait_of_tests_and_benchmarks_has_a_bound() -> None:
    paths = [path for folder in ("tests", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {path.relative_to(ROOT).as_posix(): endless(path.read_text("utf-8")) for path in paths}
    assert {name: lines for name, lines in found.items() if lines} == {}


ENDLESS = (
    "thread.join()",
    "process.wait()",
    "barrier.wait()",
    "future.result()",
    "queue.get()",
    "lock.acquire()",
    "process.communicate()",
    "process.stdout.readline()",
    "subprocess.run(['sleep', '9'])",
    "urllib.request.urlopen(address)",
    "with subprocess.Popen(['sleep', '9']): pass",
)
BOUNDED = (
    "thread.join(30)",
    "process.wait(timeout=30)",
    "', '.join(words)",
    "found.get('a')",
    "subprocess.run(['sleep', '9'], timeout=30)",
    "run(work)",
    "async def work(): await event.wait()",
)


@every("code", ENDLESS)
def test_a_wait_without_a_bound_is_noticed(code: str) -> None:
    assert endless(f"\n{code}\n") == [2]


@every("code", BOUNDED)
def test_what_ends_is_not_taken_for_one_that_does_not(code: str) -> None:
    assert endless(code) == []
