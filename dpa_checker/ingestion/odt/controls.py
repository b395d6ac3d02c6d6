"""Form controls of an OpenDocument text (ODF 1.3 part 3, chapter 13): what they show."""

from __future__ import annotations

from lxml import etree

from dpa_checker.ingestion.source.xml import attribute, child, local_name

_VALUES = ("text", "textarea", "formatted-text", "date", "time", "number", "combobox", "fixed-text", "currency")


def read_controls(body: etree._Element) -> dict[str, str]:
    """Return what each control of a text shows, by its id; tick boxes show a box before their label."""
    shown: dict[str, str] = {}
    forms = child(body, "forms")
    for element in forms.iter() if forms is not None else ():
        identity = attribute(element, "id")
        if identity is not None:
            shown[identity] = _shown(element)
    return shown


def _shown(element: etree._Element) -> str:
    """Return what one control shows."""
    name = local_name(element)
    label = attribute(element, "label") or ""
    if name == "checkbox":
        state = attribute(element, "current-state") or attribute(element, "state")
        return f"{'☒' if state == 'checked' else '☐'} {label}".strip() + " "
    if name == "radio":
        state = attribute(element, "current-selected") or attribute(element, "selected")
        return f"{'☒' if state == 'true' else '☐'} {label}".strip() + " "
    if name == "listbox":
        chosen = [
            attribute(one, "label") or "" for one in element
            if local_name(one) == "option"
            and (attribute(one, "current-selected") or attribute(one, "selected")) == "true"
        ]  # fmt: skip
        return ", ".join(chosen)
    if name in _VALUES:
        return attribute(element, "current-value") or attribute(element, "value") or label
    return ""


def box_of_field(element: etree._Element) -> str:
    """Return the box that a field mark of a Word form shows, "" when it is no tick box."""
    if not (attribute(element, "type") or "").endswith("FORMCHECKBOX"):
        return ""
    ticked = any(
        (attribute(one, "name") or "").endswith("Checked") and attribute(one, "value") in ("true", "1")
        for one in element
    )
    return "☒ " if ticked else "☐ "
