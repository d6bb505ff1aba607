"""Languages of tracks, in the codes of ISO 639 that containers hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{2,8})*", re.ASCII)


def _pairs(text: str) -> Mapping[str, str]:
    return dict(pair.split(":") for pair in text.split())


THREE_LETTERS = _pairs(
    "aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis bm:bam bn:ben"
    " bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell"
    " en:eng eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv"
    " ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita"
    " iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir"
    " la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt"
    " my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan"
    " pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slk sl:slv"
    " sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn"
    " to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor"
    " za:zha zh:zho zu:zul"
)
"""ISO 639-2 (terminological) by ISO 639-1."""

BIBLIOGRAPHIC = _pairs(
    "bod:tib ces:cze cym:wel deu:ger ell:gre eus:baq fas:per fra:fre hye:arm isl:ice kat:geo mkd:mac mri:mao msa:may mya:bur"
    " nld:dut ron:rum slk:slo sqi:alb zho:chi"
)
"""ISO 639-2's other code, from the language's English name, by its terminological one."""


def iso_639_2(tag: str) -> str:
    """The three letters of a language, which are all that MP4 and transport streams hold; nothing where it has none.

    :param tag: BCP 47 or ISO 639-2, such as ``en``, ``pt-BR`` or ``deu``.
    """
    match = _TAG.fullmatch(tag.lower())
    if match is None or match[1] == "und":
        return ""
    return match[1] if len(match[1]) == 3 else THREE_LETTERS.get(match[1], "")
