"""Which languages have a code of two letters (ISO 639-1), and which one a word that is no code may mean."""

from __future__ import annotations

import difflib

_NAMES = """
aa Afar, ab Abkhazian, ae Avestan, af Afrikaans, ak Akan, am Amharic, an Aragonese, ar Arabic, as Assamese, av Avaric,
ay Aymara, az Azerbaijani, ba Bashkir, be Belarusian, bg Bulgarian, bh Bihari, bi Bislama, bm Bambara, bn Bengali,
bo Tibetan, br Breton, bs Bosnian, ca Catalan, ce Chechen, ch Chamorro, co Corsican, cr Cree, cs Czech,
cu Church Slavonic, cv Chuvash, cy Welsh, da Danish, de German, dv Dhivehi, dz Dzongkha, ee Ewe, el Greek, en English,
eo Esperanto, es Spanish, et Estonian, eu Basque, fa Persian, ff Fulah, fi Finnish, fj Fijian, fo Faroese, fr French,
fy Frisian, ga Irish, gd Scottish Gaelic, gl Galician, gn Guarani, gu Gujarati, gv Manx, ha Hausa, he Hebrew, hi Hindi,
ho Hiri Motu, hr Croatian, ht Haitian, hu Hungarian, hy Armenian, hz Herero, ia Interlingua, id Indonesian,
ie Interlingue, ig Igbo, ii Sichuan Yi, ik Inupiaq, io Ido, is Icelandic, it Italian, iu Inuktitut, ja Japanese,
jv Javanese, ka Georgian, kg Kongo, ki Kikuyu, kj Kwanyama, kk Kazakh, kl Greenlandic, km Khmer, kn Kannada, ko Korean,
kr Kanuri, ks Kashmiri, ku Kurdish, kv Komi, kw Cornish, ky Kyrgyz, la Latin, lb Luxembourgish, lg Ganda,
li Limburgish, ln Lingala, lo Lao, lt Lithuanian, lu Luba-Katanga, lv Latvian, mg Malagasy, mh Marshallese, mi Maori,
mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi, ms Malay, mt Maltese, my Burmese, na Nauru,
nb Norwegian Bokmål, nd North Ndebele, ne Nepali, ng Ndonga, nl Dutch, nn Norwegian Nynorsk, no Norwegian,
nr South Ndebele, nv Navajo, ny Chichewa, oc Occitan, oj Ojibwa, om Oromo, or Odia, os Ossetian, pa Punjabi, pi Pali,
pl Polish, ps Pashto, pt Portuguese, qu Quechua, rm Romansh, rn Rundi, ro Romanian, ru Russian, rw Kinyarwanda,
sa Sanskrit, sc Sardinian, sd Sindhi, se Northern Sami, sg Sango, si Sinhala, sk Slovak, sl Slovenian, sm Samoan,
sn Shona, so Somali, sq Albanian, sr Serbian, ss Swati, st Southern Sotho, su Sundanese, sv Swedish, sw Swahili,
ta Tamil, te Telugu, tg Tajik, th Thai, ti Tigrinya, tk Turkmen, tl Tagalog, tn Tswana, to Tonga, tr Turkish,
ts Tsonga, tt Tatar, tw Twi, ty Tahitian, ug Uyghur, uk Ukrainian, ur Urdu, uz Uzbek, ve Venda, vi Vietnamese,
vo Volapük, wa Walloon, wo Wolof, xh Xhosa, yi Yiddish, yo Yoruba, za Zhuang, zh Chinese, zu Zulu
"""
NAMES = dict(entry.strip().split(" ", 1) for entry in _NAMES.split(","))
FORMER = frozenset({"in", "iw", "ji", "jw", "mo", "sh"})  # withdrawn from ISO 639-1; files have them still

# Codes of countries (ISO 3166-1) that are none of languages, and are taken for these.
_SPOKEN_IN = """
at:de au:en bd:bn cl:es cn:zh cz:cs dk:da eg:ar gb:en gr:el hk:zh il:he iq:ar ir:fa jo:ar jp:ja ke:sw kh:km kp:ko lk:si
me:sr mx:es ni:es np:ne nz:en pe:es ph:tl pk:ur py:es rs:sr sy:ar tj:tg tm:tk ua:uk us:en uy:es vn:vi xk:sq
"""
SPOKEN_IN = dict(pair.split(":") for pair in _SPOKEN_IN.split())

# What those who speak them call the languages that are asked for most: "deutsch" is closer to Dutch than to German.
_CALLED = """
deutsch:de español:es espanol:es français:fr francais:fr italiano:it português:pt portugues:pt nederlands:nl polski:pl
svenska:sv türkçe:tr русский:ru українська:uk العربية:ar हिन्दी:hi ไทย:th 中文:zh 日本語:ja 한국어:ko
mandarin:zh farsi:fa
"""
CALLED = {name.casefold(): code for code, name in NAMES.items()} | dict(pair.split(":") for pair in _CALLED.split())


def exists(code: str) -> bool:
    """Whether a language has this code, in small letters; of the 8,000 with three letters each is taken."""
    return len(code) == 3 or code in NAMES or code in FORMER


def meant(word: str) -> list[str]:
    """The codes that may be meant by a country's code, a language's name, or something like either; likeliest first."""
    said = word.strip().casefold()
    if said in NAMES or said in SPOKEN_IN:
        return [SPOKEN_IN.get(said, said)]
    if len(said) == 2:
        return difflib.get_close_matches(said, NAMES, cutoff=0.5)
    return [CALLED[name] for name in difflib.get_close_matches(said, CALLED, n=1, cutoff=0.7)]
