"""Dialogs that ask for the values of a command. No dialog holds truth of its own."""

from territorymap.ui.dialogs.choose import ChooseDialog
from territorymap.ui.dialogs.constants import ConstantsDialog
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.dialogs.override import OverrideDialog
from territorymap.ui.dialogs.plan_properties import PlanPropertiesDialog
from territorymap.ui.dialogs.rep import RepDialog
from territorymap.ui.dialogs.settings import SettingsDialog
from territorymap.ui.dialogs.territory import ColorDialog, NewTerritoryDialog

__all__ = [
    "ChooseDialog",
    "ColorDialog",
    "ConstantsDialog",
    "ExplainDialog",
    "NewTerritoryDialog",
    "OverrideDialog",
    "PlanPropertiesDialog",
    "RepDialog",
    "SettingsDialog",
]
