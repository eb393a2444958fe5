"""The fields a column can stand for, with their labels and short names. Owns this list; not the guessing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from territorymap.i18n import tr

KINDS = (
    "accounts", "reps", "alignment", "assignment", "metrics", "deals", "partners", "credentials", "partner_figures",
)  # fmt: skip
ADDRESS_FIELDS = ("postal_code", "city", "state", "country", "street", "lon", "lat")
# Roles that are no single field.
MEASURE, SEGMENT, SKIP = "measure", "segment", ""


@dataclass(frozen=True)
class Field:
    """One meaning of a column. ``content``: "text", "number" (zero or more), "positive" or "degrees"."""

    name: str
    label: Callable[[], str]
    content: str = "text"


_ADDRESS = (
    Field("postal_code", lambda: tr("Postal code")),
    Field("city", lambda: tr("City")),
    Field("state", lambda: tr("State")),
    Field("country", lambda: tr("Country")),
    Field("lon", lambda: tr("Longitude"), "degrees"),
    Field("lat", lambda: tr("Latitude"), "degrees"),
)
_FIELDS = {
    "accounts": (
        Field("account_key", lambda: tr("Account key")),
        Field("account_name", lambda: tr("Account name")),
        *_ADDRESS,
        Field("street", lambda: tr("Street (not used)")),
        Field("unit_code", lambda: tr("Unit code")),
        Field("visits", lambda: tr("Visits per year"), "number"),
        Field("visit_min", lambda: tr("Minutes per visit"), "number"),
        Field("speed_kmh", lambda: tr("Driving speed in km/h"), "positive"),
        Field("detour", lambda: tr("Detour factor"), "positive"),
        Field("stops_per_trip", lambda: tr("Stops per trip"), "positive"),
        Field("satisfaction", lambda: tr("Satisfaction (0 to 10)"), "number"),
        Field("mark", lambda: tr("Mark: protect or change rep")),
    ),
    "reps": (
        Field("rep_name", lambda: tr("Rep name")),
        Field("first_name", lambda: tr("First name")),
        Field("last_name", lambda: tr("Last name")),
        Field("home_postal_code", lambda: tr("Home postal code")),
        Field("home_city", lambda: tr("Home city")),
        Field("home_state", lambda: tr("Home state")),
        Field("home_country", lambda: tr("Home country")),
        Field("lon", lambda: tr("Home longitude"), "degrees"),
        Field("lat", lambda: tr("Home latitude"), "degrees"),
        Field("capacity_h", lambda: tr("Capacity in hours per year"), "number"),
        Field("fte", lambda: tr("Full-time share"), "number"),
        Field("role", lambda: tr("Sales role")),
        Field("seniority", lambda: tr("Seniority")),
        Field("career_level", lambda: tr("Career level")),
        Field("started_on", lambda: tr("First day at work")),
        Field("languages", lambda: tr("Languages")),
        Field("verticals", lambda: tr("Verticals")),
        Field("territory", lambda: tr("Territory")),
    ),
    "alignment": (
        Field("unit_code", lambda: tr("Unit code")),
        Field("unit_code_to", lambda: tr("Last unit code of a range")),
        Field("territory", lambda: tr("Territory")),
        Field("rep", lambda: tr("Rep")),
        Field("region", lambda: tr("Region")),
    ),
    "assignment": (
        Field("account_key", lambda: tr("Account key")),
        Field("territory", lambda: tr("Territory")),
        Field("rep", lambda: tr("Rep")),
    ),
    "deals": (
        Field("account_key", lambda: tr("Account key")),
        Field("account_name", lambda: tr("Account name")),
        Field("rep", lambda: tr("Rep or partner")),
        Field("deal_name", lambda: tr("Deal name")),
        Field("amount", lambda: tr("Amount"), "number"),
        Field("stage", lambda: tr("Stage")),
        Field("probability", lambda: tr("Probability"), "number"),
        Field("registered_on", lambda: tr("Registered on")),
        Field("expected_on", lambda: tr("Close expected on")),
        Field("expires_on", lambda: tr("Expires on")),
        Field("closed_on", lambda: tr("Closed on")),
        Field("product", lambda: tr("Product")),
        Field("note", lambda: tr("Note")),
    ),
    "metrics": (
        Field("period", lambda: tr("Period")),
        Field("rep", lambda: tr("Rep")),
        Field("territory", lambda: tr("Territory")),
        Field("metric", lambda: tr("Name of the metric")),
        Field("value", lambda: tr("Value of the metric"), "number"),
    ),
    "partners": (
        Field("partner", lambda: tr("Partner")),
        Field("partner_type", lambda: tr("Type")),
        Field("status", lambda: tr("Status")),
        Field("tier", lambda: tr("Tier")),
        Field("contact", lambda: tr("Contact")),
        Field("agreed_on", lambda: tr("Agreed on")),
        Field("left_on", lambda: tr("Left on")),
        Field("satisfaction", lambda: tr("Satisfaction"), "number"),
        Field("joint_plan", lambda: tr("Joint plan")),
        Field("note", lambda: tr("Note")),
        Field("territory", lambda: tr("Territory")),
        Field("home_postal_code", lambda: tr("Postal code")),
        Field("home_city", lambda: tr("City")),
        Field("home_state", lambda: tr("State")),
        Field("home_country", lambda: tr("Country")),
        Field("lon", lambda: tr("Longitude"), "degrees"),
        Field("lat", lambda: tr("Latitude"), "degrees"),
    ),
    "credentials": (
        Field("partner", lambda: tr("Partner or rep")),
        Field("kind", lambda: tr("Certification or training")),
        Field("title", lambda: tr("Title")),
        Field("obtained_on", lambda: tr("Obtained on")),
        Field("expires_on", lambda: tr("Expires on")),
    ),
    "partner_figures": (
        Field("partner", lambda: tr("Partner")),
        Field("period", lambda: tr("Period")),
        Field("territory", lambda: tr("Territory")),
        Field("revenue", lambda: tr("Revenue"), "number"),
        Field("target", lambda: tr("Revenue target"), "number"),
        Field("satisfaction", lambda: tr("Satisfaction"), "number"),
    ),
}
_ALIASES = {
    "key": "account_key", "id": "account_key", "name": "account_name", "account": "account_name", "zip": "postal_code",
    "postcode": "postal_code", "plz": "postal_code", "longitude": "lon", "lng": "lon", "latitude": "lat",
    "unit": "unit_code", "code": "unit_code", "capacity": "capacity_h",
}  # fmt: skip
_REP_ALIASES = {
    "name": "rep_name", "rep": "rep_name", "postal_code": "home_postal_code", "zip": "home_postal_code",
    "plz": "home_postal_code", "postcode": "home_postal_code", "city": "home_city", "state": "home_state",
    "country": "home_country",
}  # fmt: skip
CONSTANT_FIELDS = ("visits", "visit_min", "speed_kmh", "detour", "stops_per_trip")


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the fields of one of KINDS, in the order to show them."""
    return _FIELDS[kind]


def field_named(kind: str, name: str) -> Field | None:
    """Return a field by its name or a common short one ("zip", "name")."""
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    if kind in ("reps", "partners"):
        wanted = {"name": "partner"}.get(wanted, wanted) if kind == "partners" else wanted
        wanted = _REP_ALIASES.get(wanted, wanted)
    aliased = _ALIASES.get(wanted, wanted)
    fields = {field.name: field for field in _FIELDS[kind]}
    return fields.get(wanted) or fields.get(aliased)
