"""House rules that no common tool knows: ``python -m tests.house_rules``. Each finding names file, line and rule."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("governance", "grids", "residents", "tests")
LONGEST = 400  # lines; a file that passes this is asking to be two subjects
# ux.md, "Words": they scold, or say nothing.
FORBIDDEN_WORDS = ("非法", "无效", "错误代码", "系统异常", "操作失败", "亲，", "亲！", "亲爱的")
INLINE = {
    re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I): "inline script (the CSP forbids it)",
    re.compile(r"<style\b", re.I): "inline style sheet (the CSP forbids it)",
    re.compile(r"<[^>]*\sstyle=", re.I): "style attribute (the CSP forbids it)",
    re.compile(r"<[^>]*\son[a-z]+=", re.I): "inline event handler (the CSP forbids it)",
    re.compile(r"""(?:src|href)=["']?(?:https?:)?//""", re.I): "address of another host in a page",
}
# An aware moment is kept in UTC: from midnight to eight in Shanghai it would name yesterday.
DAY_IN_UTC = re.compile(r"\bnow\(\)\.date\(|\bnow\(\):%Y")
# Names that say nothing about the subject.
NAMELESS = {"utils.py", "helpers.py", "misc.py"}


def python_files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def page_files(root: Path) -> Iterator[Path]:
    for folder in ("templates", "static"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".txt"}:
                yield path


def long_files(root: Path) -> Iterator[str]:
    for path in [*python_files(root), *page_files(root)]:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST and "migrations" not in path.parts:
            yield f"{path.relative_to(root)}: {lines} lines; more than {LONGEST} are two subjects"


def nameless_files(root: Path) -> Iterator[str]:
    for path in python_files(root):
        if path.name in NAMELESS:
            yield f"{path.relative_to(root)}: a file is named after its subject"


def scolding_words(root: Path) -> Iterator[str]:
    for path in [*page_files(root), *sorted((root / "locale" / "parts").glob("*.po"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for word in FORBIDDEN_WORDS:
                if word in line:
                    yield f"{path.relative_to(root)}:{number}: the word {word}: say what happened and what to do"


def inline_code(root: Path) -> Iterator[str]:
    for path in sorted((root / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for pattern, reason in INLINE.items():
            for match in pattern.finditer(text):
                number = text.count("\n", 0, match.start()) + 1
                yield f"{path.relative_to(root)}:{number}: {reason}"


def days_in_utc(root: Path) -> Iterator[str]:
    for path in python_files(root):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if DAY_IN_UTC.search(line):
                yield f"{path.relative_to(root)}:{number}: a day in UTC: ask today()"


def findings(root: Path) -> list[str]:
    rules = (long_files, nameless_files, scolding_words, inline_code, days_in_utc)
    return [finding for rule in rules for finding in rule(root)]


def main() -> None:
    found = findings(ROOT)
    print("\n".join(found) if found else "House rules kept.")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
