"""An office where something is handed in or asked (nơi làm thủ tục)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

_EARTH_KM = 6371.0


class OfficeKind(StrEnum):
    """What sort of office it is. There is none of a district since 1 July 2025."""

    COMMUNE_POLICE = "commune-police"
    """Công an cấp xã."""
    PROVINCIAL_POLICE = "provincial-police"
    """Công an cấp tỉnh."""
    TRAFFIC_POLICE = "traffic-police"
    """Phòng Cảnh sát giao thông."""
    IMMIGRATION = "immigration"
    """Phòng Quản lý xuất nhập cảnh."""
    COMMUNE_SERVICE = "commune-service"
    """Trung tâm Phục vụ hành chính công cấp xã, at the seat of its people's committee."""
    SOCIAL_INSURANCE = "social-insurance"
    """Bảo hiểm xã hội."""
    EMPLOYMENT = "employment"
    """Trung tâm dịch vụ việc làm."""
    TAX = "tax"
    """Cơ quan thuế."""
    LAND_REGISTRY = "land-registry"
    """Văn phòng đăng ký đất đai."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the earth, in degrees."""

    latitude: float
    longitude: float

    def distance_km(self, other: Point) -> float:
        """Return how far another point is, as the crow flies."""
        north, east = radians(other.latitude - self.latitude), radians(other.longitude - self.longitude)
        near = cos(radians(self.latitude)) * cos(radians(other.latitude))
        return 2 * _EARTH_KM * asin(sqrt(sin(north / 2) ** 2 + near * sin(east / 2) ** 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One office, as an authority listed it on a day.

    `does`: the ids of its duties (data/offices); empty where the list does not say. `is_invented`: to try only.
    """

    code: str
    name: str
    kind: OfficeKind
    province_code: str
    commune_code: str | None = None
    address: str
    phone: str | None = None
    hours: str | None = None
    does: tuple[str, ...] = ()
    point: Point | None = None
    source: str
    checked_on: date
    is_invented: bool = False
