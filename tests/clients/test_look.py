"""What is said about a colour: black or white on it, and how well that reads."""

from __future__ import annotations

import pytest
from flask import Flask

from app.blueprints.clients.look import look_of
from app.core.colour import dark_accent, luminance

COLOURS = ("#f5b52e", "#12806f", "#0b2a6b", "#ffffff", "#000000", "#e0218a")


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("colour", COLOURS)
def test_text_on_any_colour_reads_well_in_light_and_dark(colour: str, app: Flask) -> None:
    look = look_of(colour, "Werft Hansen")
    assert [scheme.name for scheme in look.schemes] == ["light", "dark"]
    assert all(float(scheme.contrast.replace(",", ".")) >= 4.5 for scheme in look.schemes)


@pytest.mark.parametrize("colour", COLOURS)
def test_in_the_dark_no_accent_is_dark(colour: str) -> None:
    assert luminance(dark_accent(colour)) > 0.14
