"""Language identification: who is taken for foreign, and above all who is not."""

# ruff: noqa: RUF001 - sentences in other scripts and alphabets are the point here

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scoring import language
from moderation.scoring.language import identify

FOREIGN = [
    ("de", "Ich finde es unmöglich, dass die Brücke schon wieder gesperrt wird."),
    ("de", "Wer soll das alles bezahlen, wenn die Stadt kein Geld mehr hat?"),
    ("de", "Mein Sohn geht auf diese Schule und der neue Stundenplan ist furchtbar."),
    ("de", "DAS IST DOCH ALLES NUR NOCH EIN SCHLECHTER WITZ IN DIESEM LAND"),
    ("fr", "Je ne comprends pas pourquoi la mairie a fermé ce pont sans prévenir."),
    ("fr", "Encore une fois, ce sont les habitants qui paient pour ces erreurs."),
    ("fr", "Mon fils va dans cette école et le nouvel horaire est une catastrophe."),
    ("es", "No entiendo por qué el ayuntamiento ha cerrado el puente sin avisar."),
    ("es", "Otra vez pagamos los vecinos por los errores de los políticos."),
    ("es", "Mi hijo va a esa escuela y el nuevo horario es un desastre."),
    ("it", "Non capisco perché il comune abbia chiuso il ponte senza avvisare."),
    ("it", "Ancora una volta paghiamo noi cittadini per gli errori degli altri."),
    ("it", "Mio figlio va in quella scuola e il nuovo orario è un disastro."),
    ("tr", "Belediyenin köprüyü haber vermeden neden kapattığını hiç anlamıyorum."),
    ("tr", "Yine bu hataların bedelini mahallede yaşayan insanlar ödüyor, çok yazık."),
    ("tr", "Oğlum bu okula gidiyor ve yeni ders programı tam bir felaket."),
    ("ru", "Я не понимаю, почему мост закрыли без предупреждения."),
    ("zh", "我不明白为什么市政府没有通知就关闭了这座桥。"),
    ("ja", "どうして市は予告なしに橋を閉鎖したのか分かりません。"),
    ("ar", "لا أفهم لماذا أغلقت البلدية الجسر دون إعلام السكان."),
    ("de", "das ist mir völlig egal was du hier schreibst"),
    ("de", "Du bist so ein Idiot und hast keine Ahnung davon"),
    ("fr", "Tu es vraiment un imbecile et tu ne comprends rien"),
    ("fr", "Quel est le probleme avec cette ville de fous"),
    ("es", "Eres un idiota y no sabes nada de esto"),
    ("es", "VETE A TU CASA Y DEJA DE MOLESTAR A LA GENTE"),
    ("tr", "Sen tam bir aptalsın ve hiçbir şey bilmiyorsun"),
    ("tr", "senin gibi insanlar yuzunden bu hale geldik"),
    ("ru", "Ты просто идиот и ничего в этом не понимаешь"),
    ("zh", "你真是个白痴什么都不懂"),
    ("ar", "أنت غبي ولا تفهم شيئا من هذا الموضوع"),
    ("nl", "Je bent echt een idioot en je snapt er niks van"),
    ("pl", "Jesteś idiotą i nic z tego nie rozumiesz"),
    ("pt", "Você é um idiota e não sabe nada sobre isso"),
    ("id", "Kamu benar-benar bodoh dan tidak mengerti apa-apa"),
    ("ko", "너는 정말 바보야 아무것도 모르잖아"),
    ("vi", "Bạn thật là ngu ngốc và không hiểu gì cả"),
    ("hi", "yaar tum bilkul pagal ho gaye ho kya"),
    ("hi", "mujhe nahi pata ki yeh log kya chahte hain"),
    ("hi", "bhai yeh sarkar kuch nahi karegi sab chor hain"),
    ("hi", "modi ji ne bahut accha kaam kiya hai desh ke liye"),
    ("hi", "main kal school nahi ja raha hoon yaar"),
    ("hi", "मुझे समझ नहीं आता कि पुल को बिना बताए क्यों बंद किया गया।"),
]

UNDECIDED = [
    "",
    "   \n\t ",
    "yo hamburger",
    "Thanks!",
    "lol",
    "LMAO nooooo",
    "omg soooo gooood",
    "Bravo!",
    "Danke",
    "😂😂😂🔥",
    "👍🏽 ❤️ 🎉 🎉",
    "12345 67890",
    "https://example.com/de/artikel/die-bruecke-ist-gesperrt",
    "@anna @bert @chris @dora",
    "for (int i = 0; i < n; i++) { a[i] += b[i]; }",
    "if __name__ == '__main__': sys.exit(main(argv[1:]))",
    "<div class='x'><span></span></div>",
    "\x00\x00",
    "Hans Müller, Giovanni Rossi, Pierre Dupont, José García",
    "Mitch McConnell Nancy Pelosi Chuck Schumer Kamala Harris",
    "Man United Real Madrid Juventus Bayern Munich Ajax Amsterdam",
    "https://example.com/a https://example.org/uno/dos/tres",
    "yo quiero taco bell lol",
    "die die die die die die",
    "hahahaha hahaha hahahah hahaha hahaha",
    "bla bla bla bla bla bla bla",
    "aaaaaaaaa bbbbbbbbbb cccccccc dddddddd",
    "y0u 4r3 4n 1d10t 4nd n0b0dy l1k3s y0u",
    "y o u a r e a n i d i o t",
    "f.u.c.k y.o.u a.s.s.h.o.l.e",
    "yоu аrе аn іdіоt аnd еvеrуоnе knоws іt",
    "🔥🔥🔥 fire bars son 🔥🔥🔥",
    "npm install --save-dev eslint prettier",
    "\ud800 broken",
]

ENGLISH = [
    "I cant beleive they closd the brige agian, wat a joke",
    "u r such a clown lmao get a life already dude",
    "Jürgen Müller and José García played well, the référé was awful",
    "The café's new menu is très chic, but who can pay for it?",
    "WHAT IN THE NAME OF GOD ARE THEY DOING TO OUR TOWN",
    "soooo tired of thissss bridge beinggggg closed every dayyyy",
    "wtf bro thats cap no cap fr fr deadass",
    "dis dude finna get ratioed smh my head",
    "gonna go grab sum tacos n burritos wit da homies",
    "bitch im too mad im finna throw this bitch outside",
    "aint nobody got time fo dat yall trippin",
    "Fukn idoits evrywhere I swer",
    "Teh brige iz closd agin, wat a joek",
    "i dont beleve tihs govermnet anymroe",
    "THIS IS A TOTAL DISGRACE TO OUR TOWN COUNCIL",
    "no me gusta this guy at all",
    "c'est la vie, my friend, that's life",
    "hola amigo you are dumb",
    "SELECT id, name FROM users WHERE name LIKE 'a%'",
    "die die now and die quickly",
    "die die die die die you animal",
    "u r such a dumba$$ lmaooo go f*ck urself m8",
    "ïdíöts lïkë ýöü shöüld nöt vötë ät äll",
    "First line of mine\nand a second line\r\nand then the third one",
]


@pytest.mark.parametrize(("tag", "text"), FOREIGN)
def test_a_comment_in_html_is_in_the_language_that_a_reader_sees(tag: str, text: str) -> None:
    numbered = "".join(f"&#{ord(mark)};" if mark.isalpha() else mark for mark in text)
    half = len(text) // 2
    in_tags = f'<p class="intro">{text[:half]}<b>{text[half:]}</b></p><p>&nbsp;</p>'
    assert identify(numbered, "en") == identify(in_tags, "en") == tag


def test_english_with_letters_in_entities_is_no_other_language() -> None:
    text = "The harbour caf&#233; i&#x6E; &#321;&oacute;d&#378; has a sm&oslash;rrebr&oslash;d."
    assert identify(text, "en") == "en"


@pytest.mark.parametrize(("tag", "text"), FOREIGN)
def test_a_foreign_sentence_is_recognised(tag: str, text: str) -> None:
    assert identify(text, "en") == tag


@pytest.mark.parametrize("default", ["en", "de"])
@pytest.mark.parametrize("text", UNDECIDED)
def test_what_settles_nothing_is_in_the_language_of_the_site(text: str, default: str) -> None:
    assert identify(text, default) == default


@pytest.mark.parametrize("text", ENGLISH)
def test_slang_and_borrowed_words_stay_english(text: str) -> None:
    assert identify(text, "en") == "en"


def test_a_plain_english_sentence_is_english_on_a_german_site() -> None:
    assert identify("They should have told the people who live there first.", "de") == "en"


PLAIN_ENGLISH = [
    "They should have told the people who live there first.",
    "I don't think that the council knows what it is doing, and it shows!",
    "you are the worst mayor that this town has ever had",
]


@pytest.mark.parametrize("text", PLAIN_ENGLISH)
def test_function_words_make_english_certain_without_the_model(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(language, "_detector", refuse)
    assert identify(text, "de") == "en"


@pytest.mark.parametrize(("tag", "text"), FOREIGN)
def test_no_foreign_sentence_has_the_words_that_make_english_certain(tag: str, text: str) -> None:
    assert not language._is_plainly_english(text)


def test_line_breaks_change_nothing() -> None:
    text = "Ich finde es unmöglich, dass die Brücke schon wieder gesperrt wird."
    assert identify(text.replace(" ", "\n"), "en") == identify(text, "en") == "de"


def test_threads_agree_with_each_other() -> None:
    texts = [text for _, text in FOREIGN] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: identify(text, "en"), texts))
    assert found == [tag for tag, _ in FOREIGN] * 8


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    language._detector.cache_clear()
    assert language.identify("Das ist nun wirklich ein deutscher Satz ohne Netz.", "en") == "de"


@given(st.text(st.characters(), max_size=300))
def test_any_text_gets_a_tag(text: str) -> None:
    tag = identify(text, "en")
    assert 2 <= len(tag) <= 3
    assert tag.isascii()


QUOTING_ENGLISH = [
    (
        "Comme disait l'autre, what does not kill you would make you stronger, mais je ne suis pas "
        "d'accord avec la mairie sur les nouveaux horaires de la ligne.",
        "fr",
    ),
    (
        "Wie es so heisst: what does not kill you would make you stronger, aber die Stadt hat bei "
        "dem neuen Fahrplan wirklich an niemanden von uns gedacht.",
        "de",
    ),
]


@pytest.mark.parametrize(("text", "tag"), QUOTING_ENGLISH)
def test_an_english_saying_makes_no_comment_english(text: str, tag: str) -> None:
    assert language.identify(text, tag) == tag
    assert not language._is_plainly_english(text)
