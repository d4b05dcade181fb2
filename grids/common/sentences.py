"""Sentences one after the other."""

from collections.abc import Iterable


def joined(sentences: Iterable[object]) -> str:
    """English wants a space between two sentences; a Chinese full stop has its own."""
    texts = [str(one) for one in sentences]
    return "".join(text if text.endswith(("。", "！", "？", "；")) else f"{text} " for text in texts).rstrip()
