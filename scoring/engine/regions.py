"""The province in which a firm was registered, as its unified social credit code says.

Characters 3 to 8 of a code (GB 32100-2015) are the administrative division of the office that
registered the firm; their first two are the province's number in GB/T 2260-2007. A firm that moved
keeps its code: this is where it was registered, and not where it works.
"""

from collections.abc import Mapping
from typing import Final

from scoring.engine.reason_texts import gettext_noop

UNKNOWN: Final = ""
PROVINCES: Final[Mapping[str, str]] = {
    "11": gettext_noop("Beijing"),
    "12": gettext_noop("Tianjin"),
    "13": gettext_noop("Hebei"),
    "14": gettext_noop("Shanxi"),
    "15": gettext_noop("Inner Mongolia"),
    "21": gettext_noop("Liaoning"),
    "22": gettext_noop("Jilin"),
    "23": gettext_noop("Heilongjiang"),
    "31": gettext_noop("Shanghai"),
    "32": gettext_noop("Jiangsu"),
    "33": gettext_noop("Zhejiang"),
    "34": gettext_noop("Anhui"),
    "35": gettext_noop("Fujian"),
    "36": gettext_noop("Jiangxi"),
    "37": gettext_noop("Shandong"),
    "41": gettext_noop("Henan"),
    "42": gettext_noop("Hubei"),
    "43": gettext_noop("Hunan"),
    "44": gettext_noop("Guangdong"),
    "45": gettext_noop("Guangxi"),
    "46": gettext_noop("Hainan"),
    "50": gettext_noop("Chongqing"),
    "51": gettext_noop("Sichuan"),
    "52": gettext_noop("Guizhou"),
    "53": gettext_noop("Yunnan"),
    "54": gettext_noop("Tibet"),
    "61": gettext_noop("Shaanxi"),
    "62": gettext_noop("Gansu"),
    "63": gettext_noop("Qinghai"),
    "64": gettext_noop("Ningxia"),
    "65": gettext_noop("Xinjiang"),
    "71": gettext_noop("Taiwan"),
    "81": gettext_noop("Hong Kong"),
    "82": gettext_noop("Macao"),
}


def region_of(uscc: str) -> str:
    """The province's two digits; `UNKNOWN` where the code names none, as invented ones do."""
    digits = uscc[2:4]
    return digits if digits in PROVINCES else UNKNOWN
