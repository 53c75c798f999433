"""The province in which a firm was registered, as its unified social credit code says.

Characters 3 to 8 of a code (GB 32100-2015) are the administrative division of the office that
registered the firm; their first two are the province's number in GB/T 2260-2007. A firm that moved
keeps its code: this is where it was registered, and not where it works.
"""

from collections.abc import Mapping
from typing import Final

UNKNOWN: Final = ""
PROVINCES: Final[Mapping[str, str]] = {
    "11": "Beijing",
    "12": "Tianjin",
    "13": "Hebei",
    "14": "Shanxi",
    "15": "Inner Mongolia",
    "21": "Liaoning",
    "22": "Jilin",
    "23": "Heilongjiang",
    "31": "Shanghai",
    "32": "Jiangsu",
    "33": "Zhejiang",
    "34": "Anhui",
    "35": "Fujian",
    "36": "Jiangxi",
    "37": "Shandong",
    "41": "Henan",
    "42": "Hubei",
    "43": "Hunan",
    "44": "Guangdong",
    "45": "Guangxi",
    "46": "Hainan",
    "50": "Chongqing",
    "51": "Sichuan",
    "52": "Guizhou",
    "53": "Yunnan",
    "54": "Tibet",
    "61": "Shaanxi",
    "62": "Gansu",
    "63": "Qinghai",
    "64": "Ningxia",
    "65": "Xinjiang",
    "71": "Taiwan",
    "81": "Hong Kong",
    "82": "Macao",
}


def region_of(uscc: str) -> str:
    """The province's two digits; `UNKNOWN` where the code names none, as invented ones do."""
    digits = uscc[2:4]
    return digits if digits in PROVINCES else UNKNOWN
