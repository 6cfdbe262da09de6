"""500 comments without context as readers, editors and CMSs write them, made of small blocks.

Each says something, in one of many languages and from kind to rude, and is then dressed: in HTML,
in quotes, in emoji, in marks that nobody sees, at great length. They are the same in every run.
"""

# ruff: noqa: RUF001 (letters and marks that look alike are part of the subject)

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from random import Random
from typing import Final

HOW_MANY: Final = 500

CIVIL: Final = (
    "Thank you for the clear map of the footpath.",
    "The ferry was on time today & the crew was kind.",
    "I don't agree with the mayor, but her numbers are right.",
    'My mother said "come home before the storm" and we did.',
    "Is 3 < 5 and 7 > 2 all that the report says?",
    "The harbour café in Łódź serves a fine smørrebrød.",
    "100% of the +20 seats were taken; see p. 7 = last page.",
    "Dr. Hancock from Scunthorpe won the class prize again.",
    "We planted 12 trees along the canal last spring.",
    "It's a pity that the library closes at 5 p.m. on Sundays.",
)
RUDE: Final = (
    "This is a stupid plan by stupid people.",
    "What a load of crap, the whole damn article.",
    "You are a liar and a clown.",
    "Only a fool would believe this pathetic nonsense.",
    "Shut up, nobody wants to read your trash.",
)
HARSH: Final = (
    "You are a damned idiot.",
    "You stupid, disgusting moron, get lost.",
    "You are pathetic scum and a worthless loser.",
    "Go to hell, you filthy pig, you make me sick.",
    "You're an idiot & a moron, and everybody knows it.",
)
FOREIGN: Final = (
    "Danke für den schönen Artikel über die Brücke.",
    "Du bist ein dummer Idiot.",
    "Merci pour cet article sur l’école du village.",
    "Tu es un imbécile et un menteur.",
    "Gracias, señora: mañana iremos a verlo.",
    "Dziękuję za ten piękny artykuł o moście.",
    "Спасибо за статью о старом мосте.",
    "Ты дурак и лжец.",
    "شكرا جزيلا على هذا المقال عن الجسر القديم.",
    "תודה רבה על הכתבה על הגשר הישן.",
    "古い橋についての記事をありがとうございます。",
    "感谢你写的这篇关于老桥的文章。",
    "오래된 다리에 관한 기사 감사합니다.",
    "पुराने पुल पर इस लेख के लिए धन्यवाद।",
    "Cảm ơn bạn về bài viết rất hay này.",
    "Ευχαριστώ για το άρθρο για τη γέφυρα.",
    "ขอบคุณสำหรับบทความเกี่ยวกับสะพาน",
)
SHORT: Final = (
    "ok",
    "No.",
    "👍",
    "😡😡😡",
    "💩",
    "lol",
    "...why?",
    "2019",
    "C++",
    "?!",
    "🇵🇱 ❤️ 👩‍👩‍👧",
)


def five_hundred() -> list[str]:
    """The comments, none twice."""
    draw = Random(500)
    made = dict.fromkeys([*SHORT, *CIVIL, *RUDE, *HARSH, *FOREIGN])
    dressed = _dressed(draw)
    while len(made) < HOW_MANY:
        made[next(dressed)] = None
    return list(made)


def _dressed(draw: Random) -> Iterator[str]:
    """Every way to dress a comment in turn, on something said that is drawn."""
    for way in cycle(WAYS):
        said = draw.choice(draw.choice((CIVIL, CIVIL, RUDE, HARSH, HARSH, FOREIGN)))
        yield way(said, draw)


def _in_editor(said: str, draw: Random) -> str:
    """What an editor makes of it: escaped, in paragraphs, with a break."""
    more = html.escape(draw.choice(CIVIL))
    first, _, rest = html.escape(said, quote=draw.random() < 0.5).partition(" ")
    return f"<p>{first} <strong>{rest}</strong></p><p>{more}<br/>&nbsp;</p>"


def _in_divs(said: str, draw: Random) -> str:
    return f"<div>{html.escape(said)}</div><div><br></div><div>{draw.choice(SHORT)}</div>"


def _linked(said: str, _: Random) -> str:
    link = '<a href="https://news.example/a?b=1&amp;c=2" rel="nofollow ugc">here</a>'
    return f"{html.escape(said)} Read {link}."


def _with_a_word_in_tags(said: str, draw: Random) -> str:
    words = said.split(" ")
    place = draw.randrange(len(words))
    tag = draw.choice(("b", "i", "em", "span", "u", "font", "mark", "code", "tt"))
    words[place] = f"<{tag}>{words[place]}</{tag}>"
    return " ".join(words)


def _with_tags_in_a_word(said: str, draw: Random) -> str:
    place = draw.randrange(len(said))
    tag = draw.choice(("b", "i", "wbr", "sub", "custom-tag"))
    return f"{said[:place]}<{tag}>{said[place:]}"


def _with_odd_tags(said: str, draw: Random) -> str:
    odd = draw.choice(
        (
            "<script>alert('x')</script>",
            "<!-- a remark -->",
            "<this>",
            "<3 ",
            "<b",
            "<img src=x onerror=alert(1)>",
            "<p class='a > b'>",
            "</div></div>",
            '<iframe src="https://video.example"></iframe>',
        )
    )
    return f"{said}{odd}{draw.choice(CIVIL)}"


def _quoting(said: str, draw: Random) -> str:
    return draw.choice(
        (
            f"> {said}\n\nI would not have put it like that.",
            f"<blockquote>{html.escape(said)}</blockquote><p>I would not say so.</p>",
            f"<blockquote><p>{said}</p><p>{said}</p></blockquote>No, and no.",
            f"&gt; {said}\nSo he wrote, and I disagree.",
            f"„{said}“ is what he wrote, and I disagree.",
            f"[quote=Ann]{said}[/quote]\nThat is too harsh.",
            f'She said "{said}" and left.',
            f"<q>{said}</q> is not how we talk here.",
        )
    )


def _blank_around(said: str, draw: Random) -> str:
    before, after = draw.choice(
        (("  ", "\n"), ("\n\n", ""), ("\t", "   "), ("\u00a0", "\u3000"), ("\r\n", "\r\n\r\n"))
    )
    return f"{before}{said}{after}"


def _on_lines(said: str, draw: Random) -> str:
    mark = draw.choice(("\n", "\r\n", "\r", "\n\n\n\n", "  \n   ", "\u2028", "\u2029", "\x85"))
    words = said.split(" ")
    half = len(words) // 2
    return mark.join((" ".join(words[:half]), " ".join(words[half:]), draw.choice(CIVIL)))


def _in_emoji(said: str, draw: Random) -> str:
    emoji = draw.choice(("😀", "🤦🏽‍♀️", "❤️", "🔥🔥", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "1️⃣", "🖕"))
    return f"{emoji} {said.replace(' ', f' {emoji}', 1)}{emoji}"


def _decomposed(said: str, draw: Random) -> str:
    """Accents as marks of their own, and one more over a letter that has none."""
    place = draw.randrange(1, len(said))
    return unicodedata.normalize("NFD", f"{said[:place]}\u0308{said[place:]}")


def _with_unseen_marks(said: str, draw: Random) -> str:
    mark = draw.choice("\u200b\u200d\u200e\u202e\u2060\u00ad\ufeff\ufe0f")
    return mark + said.replace("i", f"i{mark}")


def _right_to_left(said: str, _: Random) -> str:
    return f"\u2067{FOREIGN[8]}\u2069 {said} {FOREIGN[9]}"


def _in_entities(said: str, draw: Random) -> str:
    way = draw.choice(
        (
            lambda mark: f"&#{ord(mark)};",
            lambda mark: f"&#x{ord(mark):X};",
            lambda mark: html.escape(html.escape(mark)),
            html.escape,
        )
    )
    return "".join(way(mark) if draw.random() < 0.2 or mark in "&<'\"" else mark for mark in said)


def _disguised(said: str, draw: Random) -> str:
    return draw.choice(
        (
            lambda: said.translate(str.maketrans("aeios", "43105")),
            lambda: " ".join(said),
            lambda: said.upper() + "!!!",
            lambda: said.translate({ord(a): b for a, b in zip("aeopc", "аеорс", strict=True)}),
            lambda: "".join(chr(ord(m) + 0xFEE0) if "!" < m < "\x7f" else m for m in said),
            lambda: said.replace("o", "ooooo"),
        )
    )()


def _in_markdown(said: str, draw: Random) -> str:
    return draw.choice(
        (
            f"# {said}\n\n* one\n* two",
            f"**{said}** _{draw.choice(CIVIL)}_",
            f"[{said}](https://news.example/a)",
            f"```\n{said}\n```",
            f'It\\\'s so: \\"{said}\\" C:\\temp\\new',
        )
    )


def _at_length(said: str, draw: Random) -> str:
    """Some thousand characters, with what is said somewhere in them."""
    voice = (CIVIL, FOREIGN)[draw.random() < 0.3]
    around = list(islice(iter(lambda: draw.choice(voice), None), draw.randrange(10, 110)))
    around.insert(draw.randrange(len(around)), said)
    return draw.choice((" ", "\n\n", "<br>", "</p><p>")).join(around)


def _again_and_again(said: str, draw: Random) -> str:
    return f"{said} " * draw.randrange(3, 40)


WAYS: Final[tuple[Callable[[str, Random], str], ...]] = (
    _in_editor,
    _in_divs,
    _linked,
    _with_a_word_in_tags,
    _with_tags_in_a_word,
    _with_odd_tags,
    _quoting,
    _blank_around,
    _on_lines,
    _in_emoji,
    _decomposed,
    _with_unseen_marks,
    _right_to_left,
    _in_entities,
    _disguised,
    _in_markdown,
    _at_length,
    _again_and_again,
)
"""How a comment may be dressed."""
