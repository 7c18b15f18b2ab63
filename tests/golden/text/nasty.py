# Strings that tokenizers trip over, the same ones on every run.
import random

SCRIPTS = [
    "The quick brown fox jumps over the lazy dog.", "Don't you think it's what they'll say we've done, I'd bet I'm right?",
    "DON'T IT'S THEY'LL WE'VE I'D I'M YOU'RE", "don’t it’s they’ll we’ve", "x'ſ 'ſt 'ſs 'Kelvin K Å ſſ",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich", "Voix ambiguë d’un cœur qui au zéphyr préfère",
    "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia", "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "Pchnąć w tę łódź jeża lub ośm skrzyń fig", "Cửa Việt xin chào thế giới", "Pijamalı hasta yağız şoföre İstanbul'da ığdır",
    "нещо на Български и Русский язык, м м", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία", "Ἐν ἀρχῇ ἦν ὁ λόγος ᾳ ῼ",
    "Բարեւ աշխարհ Հայաստան", "שלום עולם עִבְרִית", "مرحبا بالعالم العَرَبِيَّة ١٢٣٤", "سلام دنیا فارسی ۱۲۳۴۵۶۷",
    "नमस्ते दुनिया १२३४ हिन्दी क्षत्रिय", "ওহে বিশ্ব বাংলা ১২৩", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ", "வணக்கம் உலகம் ௧௨௩", "హలో ప్రపంచం", "ಹಲೋ ವರ್ಲ್ಡ್",
    "ഹലോ വേൾഡ്", "ආයුබෝවන් ලෝකය", "สวัสดีชาวโลก ภาษาไทย ๑๒๓๔", "ສະບາຍດີ", "မင်္ဂလာပါ ၁၂၃", "កាន់តែពិសេសអាចខលចេញ", "བོད་ཡིག",
    "გამარჯობა მსოფლიო ᲒᲐᲛᲐ", "ሰላም ልዑል ፲፪", "ᏣᎳᎩ ꭰꭱ", "我想在apple工作1314151天～", "你好，世界！這是繁體中文。", "こんにちは世界 カタカナ ﾊﾝｶｸ 々〆",
    "안녕하세요 세계 ㅋㅋㅋ ᄒ", "한글 자모", "ᠮᠣᠩᠭᠣᠯ \u180e ᠤ", "ꦲꦏ꧀ꦱꦫ", "𐐔𐐯𐑅𐐨𐑉𐐯𐐻", "𝕳𝖊𝖑𝖑𝖔 𝟙𝟚𝟛 𝐀𝐁", "Ａｆｕｌｌ ｗｉｄｔｈ １２３，！",
    "ǅ ǈ ǋ ǲ ᾈ", "ªº ʰʷ ᴬᴮ ⁿ ₐ", "Ⅷ ⅷ ↀ 〇 〡〢", "ﬁ ﬂ ﬀ ﬅ", "e\u0301 a\u0308o\u0308 n\u0303 \u0301x \u0327c\u0327",
]
EMOJI = [
    "🚀 (normal) 😶‍🌫️ (multiple emojis concatenated) ✅ (only emoji that has its own token)", "🦙🦙", " this is 🦙.cpp", "👩‍👩‍👧‍👦👨🏽‍💻",
    "🇩🇪🇫🇷🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣2️⃣#️⃣", "❤️ ❤ ♥︎", "👍🏻👍🏿", "🫠🫨🪿🫩", "😀😁😂🤣", "☃☀☂", "→⇒∀∃∑∫√∞≠≤", "€£¥₹₿¢", "©®™§¶†‡•…‰",
]
CODE = [
    "def f(x):\n    return x**2  # square\n\n\nclass A:\n\tpass\n", "for (int i = 0; i < n; ++i) {\r\n\t\tsum += a[i];\r\n}\r\n",
    "<html><body class=\"x\">&nbsp;&lt;</body></html>", "{\"a\": [1, 2.5e-10, null], \"b\": {\"c\": \"\\u00e9\\n\"}}",
    "SELECT * FROM t WHERE a='b' AND c<>\"d\";", "https://example.com/a/b?c=d&e=%20#frag", "user@example.org", "C:\\Users\\x\\file.txt",
    "a_b __init__ snake_case camelCase HTTPServer XMLHttpRequest2", "#include <stdio.h>\n", "0xDEADBEEF 0b1010 1_000_000 3.14159e+10",
    "!!!!!! ???????? ..... ,,,,, ;;;;", "''''''```````\"\"\"\"......!!!!!!??????", "------======= ~~~~ ^^^^", "((([[[{{{}}}]]])))",
    "$x = $y + $z; `ls -la` | grep '^a.*b$'", "a/b//c///d", "\\\\ \\n \\t", "<|endoftext|> <|im_start|> </s> <s> [INST]", "&&||!!==<=>",
    "    if x:\n        y\n      z", "\t\t\tx\t\ty", "x = 'it''s'", "/* c */ // d", "--flag=value -x", "IMGIMGABCZ <sentinel:12>",
]
NUMBERS = ["3", "33", "333", "3333", "33333", "333333", "3333333", "33333333", "3.3 3..3 3...3", "1,234,567.89", "w048 7tuijk dsdfhu",
           "ied 4 ½ months", "x² y³ z¹ ¼½¾ ⅓", "٣٤٥٦ ۱۲۳۴ १२३४५ ৩৪৫৬৭", "１２３４５", "2024-01-31T12:34:56Z", "+49 (0)30 123456-78", "12½3456",
           "1234567abc", "abc1234567", "1234567_", "12 345 678", "0", "00", "000 0000 00000", "①②③ ⑴ ⒈", "௧௨௩௪ ๑๒๓๔๕", "𝟏𝟐𝟑𝟒𝟓", "1٢३４", "999,", "#123 №5",
           "²²²²", "1²3 4½ 5¾", "²1 ½2", "ò ² м²"]
SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\n\n\n", "\t\n", " \n", "\n ", " \n \n", "\r\n", "\r\n\r\n", "\r", "\n\r", "\x0b", "\x0c", "\x85", "\xa0",
          "\u1680", "\u180e", "\u2000", "\u2003", "\u2009", "\u200b", "\u200c", "\u200d", "\u2028", "\u2029", "\u202f", "\u205f", "\u2060", "\u3000",
          "\ufeff", "\x00", "\x1f", "\x7f", "\x1c", "\x1d"]
WORDS = ["Hello", "hello", "HELLO", "world", "a", "A", "I", "naïve", "straße", "ÀB", "éa", "Ünï", "test", "x", "'s", "'S", "'re", "'LL", "'t", "'d", "'m", "'", "’s",
         "ing", "tion", "the", "of", "你", "好世界", "あ", "ア", "한", "漢字", "м", "Б", "α", "Ω", "ا", "क", "ก", "1", "12", "123", "1234", "½", "²", "٣", "!", "?", ".", ",", "-", "_",
         "(", ")", "[", "/", "\\", "@", "#", "$", "%", "&", "*", "+", "=", "<", ">", "|", "~", "^", "`", "\"", "…", "。", "、", "！", "～", "«", "–", "—", "“", "‘", "€", "☃", "🦙", "😶‍🌫️",
         "\u0301", "\u0308", "\u200d", "\ufe0f", "ǅ", "ʰ", "ª", "ⅷ", "_", "\u203f", "ﷺ", "\u0e33", "𝐀", "𐐀", "ß", "ſ", "K", "İ", "ı"]
POOLS = [(0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x2B0, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x6FF), (0x900, 0xD7F), (0xE00, 0x109F),
         (0x1100, 0x11FF), (0x1680, 0x18AF), (0x1C80, 0x1CFF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x218F), (0x2190, 0x2BFF), (0x2E00, 0x303F),
         (0x3040, 0x318F), (0x3400, 0x3410), (0x4E00, 0x4F00), (0x9F00, 0x9FFF), (0xA000, 0xA0FF), (0xA640, 0xABFF), (0xAC00, 0xAD00), (0xF900, 0xFAFF),
         (0xFB00, 0xFDFF), (0xFE00, 0xFFFF), (0x10000, 0x10FFF), (0x11000, 0x11FFF), (0x12000, 0x12010), (0x16A00, 0x16FFF), (0x1B000, 0x1B1FF),
         (0x1D400, 0x1D7FF), (0x1E000, 0x1EFFF), (0x1F000, 0x1FAFF), (0x20000, 0x20010), (0x2B730, 0x2B750), (0x2EBE0, 0x2EC00), (0x31340, 0x31360),
         (0xE0000, 0xE01FF), (0xF0000, 0xF0010), (0x10FFF0, 0x10FFFF), (0x16100, 0x1613F), (0x10D40, 0x10D8F), (0x1CC00, 0x1CCFF)]


def strings():
    rng = random.Random(20240229)

    def point():
        while True:
            low, high = rng.choice(POOLS) if rng.random() < 0.85 else (0, 0x10FFFF)
            c = rng.randint(low, high)
            if not 0xD800 <= c < 0xE000:
                return chr(c)

    out = [""] + SCRIPTS + EMOJI + CODE + NUMBERS + SPACES
    for text in SCRIPTS + EMOJI + NUMBERS:
        out += [" " + text, text + "  ", text.upper(), text.replace(" ", "\n")]
    for space in SPACES:
        out += [space * 3, "a" + space, space + "a", "a" + space + space + "1", space + "!" + space, space + "'s", "x\n" + space + "\ny", space + " a"]
    for _ in range(700):
        out.append("".join(rng.choice(WORDS) for _ in range(rng.randint(1, 10))))
    for _ in range(450):
        out.append("".join(rng.choice(WORDS + SPACES) for _ in range(rng.randint(2, 14))))
    for _ in range(350):
        out.append("".join(point() for _ in range(rng.randint(1, 12))))
    for _ in range(250):
        out.append("".join(rng.choice([point(), rng.choice(WORDS), rng.choice(SPACES), " "]) for _ in range(rng.randint(2, 12))))
    for _ in range(150):
        out.append("".join(chr(rng.randint(32, 126)) for _ in range(rng.randint(1, 40))))
    for _ in range(60):
        out.append("".join(rng.choice("0123456789 .,abZ-٣½") for _ in range(rng.randint(3, 24))))
    for _ in range(40):
        pieces = rng.sample(SCRIPTS + EMOJI + CODE + NUMBERS, 3)
        out.append(rng.choice(SPACES).join(pieces))
    return list(dict.fromkeys(out))
