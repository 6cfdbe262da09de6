"""A script says what no word can, where there are hardly any."""

# ruff: noqa: RUF001 - letters of other scripts are the point here

import pytest

from moderation.scoring.language import identify
from moderation.scoring.scripts import language_of_script

FOREIGN = [
    ("ru", "Ты гусь"),
    ("ru", "Спасибо!"),
    ("ru", "Привет, John"),
    ("el", "Γεια"),
    ("he", "תודה"),
    ("ar", "شكرا"),
    ("zh", "谢谢"),
    ("ja", "バカ"),
    ("ja", "鳥です"),
    ("ko", "고마워"),
    ("hi", "हाँ"),
    ("th", "ขอบคุณ"),
    ("ka", "გმადლობ"),
    ("chr", "ᎽᎾᏌ ᎪᎡᎬ"),
    ("zh", "1. 谢谢 &amp; ok"),
]

OURS = [
    *("", "!?", "Thanks!", "Łódź", "ñandú", "😀😀", "ＨＥＬＬＯ", "𝕙𝕖𝕝𝕝𝕠", "ʜᴇʟʟᴏ"),
    *("π", "α and β", "Δx > 0", "The word гусь is Russian", "уоu sillу gооsе", "xоxо"),
    *("¯\\_(ツ)_/¯", "ヽ(°〇°)ﾉ", "( ͡° ͜ʖ ͡°)", "(づ｡◕‿‿◕｡)づ", "ಠ_ಠ", "ლ(ಠ益ಠლ)", "щ(ﾟДﾟщ)", "ツ"),
]
"""Texts whose letters may be English, disguised, or drawn."""


@pytest.mark.parametrize(("tag", "text"), FOREIGN)
def test_a_few_letters_of_another_script_are_foreign(tag: str, text: str) -> None:
    assert identify(text, "en") == identify(f"<p>{text}</p>", "en") == tag


@pytest.mark.parametrize("text", OURS)
def test_what_may_be_in_latin_letters_is_in_the_language_of_the_site(text: str) -> None:
    assert identify(text, "en") == "en"


@pytest.mark.parametrize(
    ("text", "site"), [("Так", "uk"), ("Да", "bg"), ("はい", "ja"), ("鳥", "ja"), ("شكرا", "fa")]
)
def test_a_site_in_that_script_is_taken_to_be_meant(text: str, site: str) -> None:
    assert language_of_script(text, site) == site
