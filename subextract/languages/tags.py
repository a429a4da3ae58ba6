"""How containers write a language (ISO 639-2), and how everybody else does (BCP 47)."""

from __future__ import annotations

_SHORT = """
aar:aa abk:ab afr:af aka:ak alb:sq amh:am ara:ar arg:an arm:hy asm:as ava:av aym:ay aze:az bak:ba bam:bm baq:eu bel:be
ben:bn bih:bh bis:bi bod:bo bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce chi:zh chv:cv cor:kw cos:co cym:cy
cze:cs dan:da deu:de div:dv dut:nl dzo:dz ell:el eng:en epo:eo est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fin:fi fra:fr
fre:fr fry:fy ful:ff geo:ka ger:de gla:gd gle:ga glg:gl glv:gv gre:el grn:gn guj:gu hat:ht hau:ha heb:he hin:hi hrv:hr
hun:hu hye:hy ibo:ig ice:is iku:iu ind:id isl:is ita:it jav:jv jpn:ja kal:kl kan:kn kas:ks kat:ka kaz:kk khm:km kik:ki
kin:rw kir:ky kor:ko kur:ku lao:lo lat:la lav:lv lin:ln lit:lt ltz:lb lug:lg mac:mk mal:ml mao:mi mar:mr may:ms mkd:mk
mlg:mg mlt:mt mon:mn mri:mi msa:ms mya:my nav:nv nep:ne nld:nl nno:nn nob:nb nor:no oci:oc ori:or orm:om oss:os pan:pa
per:fa pol:pl por:pt pus:ps que:qu roh:rm ron:ro rum:ro run:rn rus:ru sag:sg san:sa sin:si slk:sk slo:sk slv:sl sme:se
smo:sm sna:sn snd:sd som:so sot:st spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv tah:ty tam:ta tat:tt tel:te
tgk:tg tgl:tl tha:th tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi
vol:vo wel:cy wln:wa wol:wo xho:xh yid:yi yor:yo zha:za zho:zh zul:zu
"""
SHORT = dict(pair.split(":") for pair in _SHORT.split())

# Where ISO 639-2 has two codes for a language, those that go by its English name; Matroska has these, MP4 the others.
_ENGLISH = "alb arm baq bur chi cze dut fre geo ger gre ice mac mao may per rum slo tib wel"
BIBLIOGRAPHIC = frozenset(_ENGLISH.split())
_OF_ITS_OWN = {short: code for code, short in SHORT.items() if code not in BIBLIOGRAPHIC}
_BY_ITS_ENGLISH_NAME = _OF_ITS_OWN | {SHORT[code]: code for code in BIBLIOGRAPHIC}


def long(code: str | None, *, bibliographic: bool = False) -> str:
    """``eng`` of ``en`` or ``en-GB``, which is all that containers have room for; ``und`` of None."""
    first = (short(code) or "und").split("-")[0]
    return (_BY_ITS_ENGLISH_NAME if bibliographic else _OF_ITS_OWN).get(first, first)


def short(code: str | None) -> str | None:
    """``en`` of ``eng``, ``de`` of ``ger`` and ``deu``; other codes as they are, and None for none."""
    if code is None:
        return None
    first, *rest = code.strip().replace("_", "-").split("-")
    return "-".join([SHORT.get(first.lower(), first.lower()), *rest])
