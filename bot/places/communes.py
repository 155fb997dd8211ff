"""Finds today's commune by the name that a list gives: today's name, or one of before 1 July 2025.

Today's 34 provinces and their communes come from the package vietnam-provinces; what became of the old communes
from data/places/old-communes.tsv. An old commune that was divided among several of today's stays open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vietnamese.normalise import fold, normalise

_PROVINCE_TYPES = ("thanh pho", "tinh", "tp")
_DISTRICT_TYPES = ("thanh pho", "thi xa", "huyen", "quan", "tp", "tx")
_SHORT_DISTRICT_TYPES = ("q", "h")
_DISTRICT_WORDS = ("thanh", "thi", "huyen", "quan", "tp", "tx", "q", "h")
_COMMUNE_AND_PROVINCE = 2
_REMEMBERED = 20_000
_COMMUNE_TYPES = ("thi tran", "dac khu", "phuong", "xa", "tt", "p")
_SHORT_NAMES = {
    "hcm": "hochiminh",
    "tphcm": "hochiminh",
    "saigon": "hochiminh",
    "sg": "hochiminh",
    "hn": "hanoi",
    "brvt": "bariavungtau",
}
"""What people call a province for short."""
_FORMER = re.compile(r"\s*\b(?:cũ|cu|trước đây|truoc day|ngày xưa|ngay xua)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: its official code of five digits, "Xã Hòa An", "Thành phố Cần Thơ"."""

    code: str
    name: str
    province: str
    province_code: str


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, or a whole province where `commune` is None."""

    province_code: str
    province: str
    commune: Commune | None = None

    @property
    def name(self) -> str:
        """How it is called: "Xã Hòa An, Thành phố Cần Thơ"."""
        return f"{self.commune.name}, {self.province}" if self.commune is not None else self.province


@dataclass(frozen=True, slots=True)
class OldPlace:
    """A district, or a province that is no more, of before July 2025, and today's communes on its ground."""

    is_district: bool
    communes: tuple[Commune, ...]

    @property
    def today(self) -> str:
        """Today's provinces on its ground: "Thành phố Cần Thơ"."""
        return ", ".join(dict.fromkeys(each.province for each in self.communes))


class Communes:
    """Finds communes; what was found once is remembered, for a list repeats a few names."""

    def __init__(self, old: dict[tuple[str, str, str], tuple[str, ...]]) -> None:
        from vietnam_provinces import Province, Ward  # large, so it is loaded only where it is used

        self.provinces = {f"{int(each.code):02d}": each.name for each in Province.iter_all()}
        """Names of today's provinces by their official code of two digits."""
        self._by_code = {
            code: Commune(code, ward.name, self.provinces[province_code], province_code)
            for ward in Ward.iter_all()
            for code, province_code in [(f"{int(ward.code):05d}", f"{int(ward.province_code):02d}")]
        }
        self._today: defaultdict[tuple[str, str], list[Commune]] = defaultdict(list)
        for each in self._by_code.values():
            self._today[_plain(each.province, _PROVINCE_TYPES), _plain(each.name, _COMMUNE_TYPES)].append(each)
        self._named: defaultdict[str, list[Commune]] = defaultdict(list)
        for (_, plain), communes in self._today.items():
            self._named[plain] += communes
        self._old: defaultdict[tuple[str, str], list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._districts: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        """Codes of today's communes by district and province of before."""
        for (province, district, commune), codes in old.items():
            self._old[province, commune].append((district, codes))
            self._districts[district][province] |= dict.fromkeys(codes)
        self._province_names = {_province(name) for name in self.provinces.values()} | {
            province for province, _ in self._old
        }
        self._look_up = lru_cache(maxsize=_REMEMBERED)(self._look)

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

    def get(self, code: str) -> Commune | None:
        """Return the commune of a code."""
        return self._by_code.get(code)

    def find_province(self, typed: str) -> str | None:
        """Return the code of today's province of a name, or of that code."""
        wanted = _province(typed)
        return next(
            (
                code
                for code, name in self.provinces.items()
                if wanted in (_province(name), code) or (wanted.isdigit() and wanted.zfill(2) == code)
            ),
            None,
        )

    def is_province(self, typed: str) -> bool:
        """Tell whether this names a province, of today or of before July 2025."""
        return _province(typed) in self._province_names

    def find_old(self, typed: str) -> list[OldPlace]:
        """Return what a district or a province of before July 2025 has become: "quận 3 cũ", "huyện Châu Thành".

        Several where districts of that name were in several provinces.
        """
        parts = [part.strip() for part in _FORMER.sub(" ", typed).split(",") if part.strip()]
        if not parts:
            return []
        district = _plain(parts[0], (*_DISTRICT_TYPES, *_SHORT_DISTRICT_TYPES))
        by_province: Mapping[str, dict[str, None]] = self._districts.get(district, {})
        wanted = _province(parts[-1]) if len(parts) > 1 else ""
        found = [
            OldPlace(True, tuple(self._by_code[code] for code in codes))
            for province, codes in by_province.items()
            if wanted in ("", province)
        ]
        name = _province(parts[0])
        codes = {code for each in self._districts.values() for code in each.get(name, ())}
        is_province = bool(codes) and _words(parts[0]).partition(" ")[0] not in _DISTRICT_WORDS
        if found and not (is_province and len(parts) == 1):
            return found
        return [OldPlace(False, tuple(self._by_code[code] for code in sorted(codes)))] if codes else []

    def find_places(self, typed: str) -> list[Place]:
        """Return the places that a person may mean: "Hòa An", "xã Hòa An, Cần Thơ", "tỉnh Cà Mau".

        Old names are taken to today's where that is sure.
        """
        parts = [part.strip() for part in _FORMER.sub(" ", typed).split(",") if part.strip()]
        if not parts:
            return []
        whole = [
            Place(code, name) for code, name in self.provinces.items() if _province(name) == _province(parts[-1])
        ]
        if len(parts) == 1:
            named = self._named.get(_plain(parts[0], _COMMUNE_TYPES), [])
            # "phường Xuân Hòa" is no "xã Xuân Hòa", where both are.
            named = [each for each in named if _words(each.name) == _words(parts[0])] or named
            return [*whole, *(Place(each.province_code, each.province, each) for each in named)]
        district = parts[1] if len(parts) > _COMMUNE_AND_PROVINCE else ""
        communes = self.find(parts[-1], district, parts[0])
        return [Place(each.province_code, each.province, each) for each in communes] or whole

    def find(self, province: str, district: str, commune: str) -> tuple[Commune, ...]:
        """Return today's communes that a name may mean: one where it is sure, none where nothing is known.

        `district`: empty since 1 July 2025. Accents, case and the words "xã", "tỉnh" do not matter.
        """
        return self._look_up(province, district, commune)

    def _look(self, province: str, district: str, commune: str) -> tuple[Commune, ...]:
        place = (_province(province), _plain(commune, _COMMUNE_TYPES))
        wanted = _plain(district, (*_DISTRICT_TYPES, *_SHORT_DISTRICT_TYPES))
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


def _province(name: str) -> str:
    plain = _plain(name, _PROVINCE_TYPES)
    return _SHORT_NAMES.get(plain, plain)


def _words(name: str) -> str:
    return " ".join(fold(normalise(name)).replace(".", " ").split())


def _plain(name: str, types: tuple[str, ...]) -> str:
    words = _words(name)
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
