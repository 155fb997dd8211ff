"""Finds today's commune by the name that a list gives: today's name, or one of before 1 July 2025.

Today's 34 provinces and their communes come from the package vietnam-provinces; what became of the old communes
from data/places/old-communes.tsv. An old commune that was divided among several of today's stays open.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from vietnamese.normalise import fold, normalise

_PROVINCE_TYPES = ("thanh pho", "tinh", "tp")
_DISTRICT_TYPES = ("thanh pho", "thi xa", "huyen", "quan", "tp", "tx")
_COMMUNE_TYPES = ("thi tran", "dac khu", "phuong", "xa", "tt")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: its official code of five digits, "Xã Hòa An", "Thành phố Cần Thơ"."""

    code: str
    name: str
    province: str


class Communes:
    """Finds communes; what was found once is remembered, for a list repeats a few names."""

    def __init__(self, old: dict[tuple[str, str, str], tuple[str, ...]]) -> None:
        from vietnam_provinces import Province, Ward  # large, so it is loaded only where it is used

        provinces = {each.code: each.name for each in Province.iter_all()}
        self._by_code = {
            f"{int(ward.code):05d}": Commune(f"{int(ward.code):05d}", ward.name, provinces[ward.province_code])
            for ward in Ward.iter_all()
        }
        self._today: defaultdict[tuple[str, str], list[Commune]] = defaultdict(list)
        for each in self._by_code.values():
            self._today[_plain(each.province, _PROVINCE_TYPES), _plain(each.name, _COMMUNE_TYPES)].append(each)
        self._old: defaultdict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for (province, district, commune), codes in old.items():
            self._old[province, commune].append((district, codes))
        self._found: dict[tuple[str, str, str], tuple[Commune, ...]] = {}

    @classmethod
    def load(cls, path: Path) -> Communes:
        """Read the table of old communes."""
        old = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                name, _, codes = line.partition("\t")
                province, district, commune = name.split("_")
                key = (
                    _strip(province, _PROVINCE_TYPES),
                    _strip(district, _DISTRICT_TYPES),
                    _strip(commune, _COMMUNE_TYPES),
                )
                old[key] = tuple(codes.split())
        return cls(old)

    def find(self, province: str, district: str, commune: str) -> tuple[Commune, ...]:
        """Return today's communes that a name may mean: one where it is sure, none where nothing is known.

        `district`: empty since 1 July 2025. Accents, case and the words "xã", "tỉnh" do not matter.
        """
        asked = (province, district, commune)
        if asked not in self._found:
            self._found[asked] = self._look(*asked)
        return self._found[asked]

    def _look(self, province: str, district: str, commune: str) -> tuple[Commune, ...]:
        place = (_plain(province, _PROVINCE_TYPES), _plain(commune, _COMMUNE_TYPES))
        wanted = _plain(district, _DISTRICT_TYPES)
        if not wanted and place in self._today:
            return tuple(self._today[place])
        codes = {
            code: None
            for old_district, became in self._old.get(place, ())
            if wanted in ("", old_district)
            for code in became
        }
        if not codes and place in self._today:
            return tuple(self._today[place])
        return tuple(self._by_code[code] for code in codes)


def _plain(name: str, types: tuple[str, ...]) -> str:
    words = " ".join(fold(normalise(name)).replace(".", " ").split())
    for each in types:
        rest = words.removeprefix(f"{each} ")
        if rest != words:
            words = rest
            break
    return "".join(character for character in words if character.isalnum())


def _strip(key: str, types: tuple[str, ...]) -> str:
    """Strip the type from a name that is written without spaces: "xahoaan" -> "hoaan"."""
    for each in types:
        joined = each.replace(" ", "")
        if key.startswith(joined) and len(key) > len(joined):
            return key.removeprefix(joined)
    return key
