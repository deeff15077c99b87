"""Reads the public C++ headers: every declaration with the comment above or beside it.

The reader understands what the headers in cpp/include/nam_core use, and no more: namespaces, classes with
public and private parts, enum classes, functions, fields, aliases and constants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = Path(__file__).parents[2] / "cpp" / "include"


@dataclass
class Declaration:
    """One declaration: the C++ domain's directive for it, its text, its comment, and what it contains."""

    kind: str
    text: str
    comment: list[str]
    members: list[Declaration] = field(default_factory=list)


_COMMENT = re.compile(r"[ \t]*//[ \t]?(.*)\n")
_BLANK = re.compile(r"[ \t]*\n")
_PREPROCESSOR = re.compile(r"[ \t]*#(?:.*\\\n)*.*\n")
_ACCESS = re.compile(r"\s*(public|protected|private):")
_NAMESPACE = re.compile(r"\s*(?:inline )?namespace ([\w:]+) \{")
_ENUM = re.compile(r"\s*enum class (\w+)(?: : [\w:]+)? ?\{")
_CLASS = re.compile(
    r"\s*((?:template <[^>]*>\s*)?)(class|struct) (?:\[\[\w+\]\] )?(\w+)((?: final)?(?: : [^{;]*)?)\s*\{"
)
_FORWARD = re.compile(r"\s*(?:template <[^>]*>\s*)?(?:class|struct) \w+;")


def read_header(text: str) -> list[Declaration]:
    """The public declarations of a header, outside the namespaces called detail."""
    return list(_read(_expanded(text), "", "public"))


def _expanded(text: str) -> str:
    """The text with each list macro, ``#define LIST(X) X(a, 1) X(b, 2)``, replaced by its first arguments."""
    for found in re.finditer(r"^#define (\w+)\(X\)((?:.*\\\n)+.*\n)", text, re.MULTILINE):
        names = re.findall(r"X\((\w+)", found[2])
        text = re.sub(rf"\{{ ?{found[1]}\(\w+\) ?\}}", "{" + ", ".join(names) + "}", text)
    return text


def title_comment(text: str) -> list[str]:
    """The comment that a header begins with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:].removeprefix(" "))
    return lines


def _read(text: str, scope: str, access: str) -> Iterator[Declaration]:
    at = 0
    comment: list[str] = []
    while at < len(text):
        if found := _PREPROCESSOR.match(text, at) or _BLANK.match(text, at):
            comment, at = [], found.end()
        elif found := _COMMENT.match(text, at):
            comment, at = [*comment, found[1]], found.end()
        elif found := _ACCESS.match(text, at):
            comment, access, at = [], found[1], found.end()
        elif found := _FORWARD.match(text, at):
            comment, at = [], found.end()
        elif found := _NAMESPACE.match(text, at):
            end = _closing(text, found.end() - 1)
            if "detail" not in found[1].split("::"):
                inner = f"{scope}{found[1]}::"
                yield from _read(text[found.end() : end], inner, "public")
            comment, at = [], end + 1
        elif found := _ENUM.match(text, at):
            end = _closing(text, found.end() - 1)
            members = list(_enumerators(text[found.end() : end]))
            yield Declaration("enum-class", scope + found[1], comment, members)
            comment, at = [], text.index(";", end) + 1
        elif found := _CLASS.match(text, at):
            end = _closing(text, found.end() - 1)
            first = "private" if found[2] == "class" else "public"
            members = list(_read(text[found.end() : end], "", first))
            name = " ".join(f"{found[1]}{scope}{found[3]}{found[4]}".split())
            if access == "public":
                yield Declaration(found[2], name, comment, members)
            comment, at = [], text.index(";", end) + 1
        elif not text[at:].strip():
            return
        else:
            declared, at = _statement(text, at)
            if beside := re.compile(r"[ \t]*//[ \t]?(.*)").match(text, at):
                comment, at = [*comment, beside[1]], beside.end()
                while more := re.compile(r"\n[ \t]{20,}//[ \t]?(.*)").match(text, at):
                    comment, at = [*comment, more[1]], more.end()
            if access == "public" and (kind := _kind(declared)):
                yield Declaration(kind, _scoped(declared, scope, kind), comment)
            comment = []


def _closing(text: str, opening: int) -> int:
    """Where the brace at ``opening`` is closed."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise ValueError(f"a brace is not closed: {text[opening : opening + 60]!r}")


def _statement(text: str, at: int) -> tuple[str, int]:
    """The declaration at ``at`` without a body, and where it ends."""
    depth, start = 0, at
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if text[at] == ";" and depth == 0:
            return text[start:at], at + 1
        if text[at] == "{" and depth == 0:
            end = _closing(text, at)
            if "(" in text[start:at]:  # a function with its body
                return re.sub(r"\)\s*:\s[^)]*\).*$", ")", text[start:at], flags=re.DOTALL), end + 1
            at = end
        at += 1
    raise ValueError(f"a declaration does not end: {text[start : start + 60]!r}")


def _enumerators(text: str) -> Iterator[Declaration]:
    """The enumerators with the comments beside them; none where a macro writes them."""
    if "(" in re.sub(r"//.*", "", text):
        return
    for line in text.splitlines():
        code, _, comment = line.partition("//")
        names = [name.partition("=")[0].strip() for name in code.split(",")]
        for name in filter(None, names):
            yield Declaration("enumerator", name, [comment.strip()] if comment else [])


def _kind(text: str) -> str:
    text = " ".join(text.split())
    if not text or text.startswith(("friend ", "static_assert", "~")) or "= delete" in text:
        return ""
    if text.startswith("using "):
        return "type"
    return "function" if re.search(r"\w\s*\(|operator", text.partition("=")[0]) else "var"


def _scoped(text: str, scope: str, kind: str) -> str:
    text = " ".join(re.sub(r"\[\[\w+\]\]\s*", "", text).split())
    if kind == "type":
        return text.replace("using ", f"using {scope}", 1).removeprefix("using ")
    if kind == "var":
        text = re.sub(r" = \{.*\}$", "", text)
    if not scope:
        return text
    pattern = r"(\w+)(\s*\()" if kind == "function" else r"(\w+)(\[\w*\])?(\s*(?:=.*|\{.*)?$)"
    return re.sub(pattern, lambda found: scope + found[0], text, count=1)


def to_rst(declarations: list[Declaration], indent: str = "") -> list[str]:
    """The declarations as directives of Sphinx's C++ domain."""
    lines: list[str] = []
    for declared in declarations:
        texts = [declared.text]
        if declared.kind == "var":  # int in, out;
            texts = _each_variable(declared.text)
        for text in texts:
            lines += [f"{indent}.. cpp:{declared.kind}:: {text}", ""]
            lines += [f"{indent}   {line}" if line else "" for line in to_prose(declared.comment)]
            lines += ["", *to_rst(declared.members, f"{indent}   ")]
    return lines


def _each_variable(text: str) -> list[str]:
    found = re.fullmatch(r"([\w:<>, *&]*?[\w>*&] )((?:\w+(?: = [\w.]+)?, )+\w+(?: = [\w.]+)?)", text)
    if not found or "<" in found[2]:
        return [text]
    return [found[1] + name for name in found[2].split(", ")]


def to_prose(comment: list[str]) -> list[str]:
    """A comment as reStructuredText: `code` in backticks, and indented lines as a block of code."""
    lines: list[str] = []
    in_code = False
    for line, following in zip(comment, [*comment, ""][1:], strict=True):
        code = line.startswith("    ") or (in_code and not line and following.startswith("    "))
        if code and not in_code:
            lines += ["", ".. code-block:: cpp", ""]
        elif in_code and not code:
            lines.append("")
        in_code = code
        lines.append(line if code else re.sub(r"`([^`]+)`", r"``\1``", line.replace("*", r"\*")))
    return lines
