"""Chips must be told apart without colour: by glyph and word."""

import pytest
from django.db import models
from django.template import Context, Template

from grids.common.chips import GLYPHS, Chip, Tone, chip_of, overdue_chip, risk_chip, soon_chip
from grids.common.icons import icon


class Light(models.TextChoices):
    GO = "go", "Go"
    STOP = "stop", "Stop"

    @property
    def tone(self) -> str:
        return {"go": "green"}.get(self.value, "red")


def test_every_tone_has_a_shape_of_its_own():
    assert set(GLYPHS) == set(Tone)
    drawings = {icon(glyph).replace(glyph, "") for glyph in GLYPHS.values()}
    assert len(drawings) == len(Tone)


def test_risks_differ_in_shape_and_word():
    chips = [risk_chip(level) for level in ("red", "yellow", "green", "")]
    assert len({str(chip) for chip in chips}) == 4
    assert len({chip.glyph for chip in chips}) == 4


def test_deadlines_do_not_look_like_risks():
    assert overdue_chip("2 days late").glyph != risk_chip("red").glyph
    assert soon_chip("5 hours left").glyph != risk_chip("yellow").glyph


def test_chip_is_drawn_in_templates_and_is_its_label_in_text():
    chip = chip_of(Light, "go")
    drawn = Template("{{ chip }}").render(Context({"chip": chip}))
    assert "<svg" in drawn
    assert "chip-green" in drawn
    assert "Go" in drawn
    assert f"{chip}" == "Go"
    assert chip_of(Light, "") is None


def test_label_is_escaped():
    assert "&lt;b&gt;" in Chip("<b>", Tone.GREY).__html__()


@pytest.mark.parametrize("source", ["{% chip light %}", "{% chip chip %}", "{% chip 'Go' 'green' %}"])
def test_the_tag_takes_chips_choices_and_words(source):
    drawn = Template(source).render(Context({"light": Light.GO, "chip": chip_of(Light, "go")}))
    assert drawn == chip_of(Light, "go").__html__()
