"""The commands of all menus but Map: words, keys, tips. Owns their words and keys; not what they do."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.ui.map_specs import map_specs
from territorymap.ui.spec import Spec


def list_specs() -> list[Spec]:
    """Return all commands of the shell, in the user's language."""
    return [*_file_specs(), *_edit_specs(), *map_specs(), *_solving_specs(), *_view_specs(), *_help_specs()]


def _file_specs() -> list[Spec]:
    return [
        Spec("new", tr("&New plan…"), tr("Make a plan: units, accounts, reps"), ("Ctrl+N",), "new-plan"),
        Spec("open", tr("&Open…"), tr("Open a plan file"), ("Ctrl+O",), "open"),
        Spec("sample", tr("Open the &sample plan"), tr("Open a copy of the sample plan"), (), "sample"),
        Spec(
            "save_copy",
            tr("Save a &copy…"),
            tr("Write a copy of the plan to another file; the plan itself is always saved"),
            ("Ctrl+Shift+S",),
            "copy",
            "plan",
        ),
        Spec(
            "send_copy",
            tr("Send a cop&y…"),
            tr("Write a copy for a colleague, ready to be mailed; what comes back is merged"),
            (),
            "copy",
            "plan",
        ),
        Spec(
            "send_part",
            tr("Send a &part…"),
            tr("Write a copy in which only some territories can be edited, for a regional manager"),
            (),
            "cut",
            "plan",
        ),
        Spec(
            "merge",
            tr("&Merge…"),
            tr("Take in what a colleague did in a copy of this plan; shown before it is done"),
            ("Ctrl+Shift+M",),
            "panel-merge",
            "write",
        ),
        Spec(
            "import_accounts",
            tr("Import &accounts…"),
            tr("Bring accounts from a file"),
            ("Ctrl+Shift+I",),
            "accounts",
            "write",
        ),
        Spec("import_reps", tr("Import &reps…"), tr("Bring reps from a file"), ("Ctrl+Shift+R",), "reps", "write"),
        Spec(
            "import_alignment",
            tr("Import a&lignment…"),
            tr("Bring a list that says which unit belongs to which territory"),
            ("Ctrl+Shift+L",),
            "alignment",
            "write",
        ),
        Spec(
            "import_assignment",
            tr("Import accounts' &territories…"),
            tr("Take over from a CRM report which account belongs to which territory"),
            (),
            "alignment",
            "write",
        ),
        Spec(
            "import_deals",
            tr("Import &deals…"),
            tr("Bring a list of deals that reps and partners have registered"),
            (),
            "panel-list",
            "write",
        ),
        Spec(
            "relayer",
            tr("Change the &unit layer…"),
            tr("Put the plan on other units, such as a new vintage; territories are carried over"),
            (),
            "",
            "write",
        ),
        Spec("export", tr("&Export…"), tr("Write the plan in another format"), ("Ctrl+E",), "export", "plan"),
        Spec(
            "properties",
            tr("Plan &properties…"),
            tr("Title, note and effective date of the plan"),
            ("Alt+Return",),
            "properties",
            "plan",
        ),
        Spec("close", tr("C&lose plan"), tr("Close the plan and show the start page"), ("Ctrl+W",), "close", "plan"),
        Spec("quit", tr("&Quit"), tr("Close the program; the plan is saved already"), ("Ctrl+Q",)),
    ]


def _edit_specs() -> list[Spec]:
    return [
        Spec("undo", tr("&Undo"), tr("Take back the last step"), ("Ctrl+Z",), "undo", "write"),
        Spec("redo", tr("&Redo"), tr("Do the step again"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "write"),
        Spec(
            "note",
            tr("&Note for the last step…"),
            tr("Say why the last step was done; it stands in the change log"),
            ("Ctrl+Shift+N",),
            "",
            "write",
        ),
        Spec("find", tr("&Find…"), tr("Find a unit, place, account, rep or territory"), ("Ctrl+F",), "find", "plan"),
        Spec(
            "clear_selection",
            tr("&Clear the selection"),
            tr("Select no territory, unit and account"),
            ("Ctrl+Shift+A",),
            "",
            "plan",
        ),
        Spec(
            "balance_settings",
            tr("&Balance settings…"),
            tr("Target, tolerances, shown measures and the constants of the workload"),
            ("Ctrl+B",),
            "balance",
            "plan",
        ),
        Spec(
            "settings",
            tr("&Settings…"),
            tr("Appearance, language, and your name in the history"),
            ("Ctrl+,",),
            "settings",
        ),
    ]


def _solving_specs() -> list[Spec]:
    return [
        Spec(
            "build",
            tr("&Build territories…"),
            tr("Let the program propose territories: balanced, whole, compact"),
            ("Ctrl+Shift+B",),
            "",
            "write",
        ),
        Spec(
            "rebalance",
            tr("Re&balance…"),
            tr("Bring the territories within their tolerances, and move as little as can be"),
            ("Ctrl+Alt+B",),
            "balance",
            "write",
        ),
    ]


def _view_specs() -> list[Spec]:
    return [
        Spec("theme_system", tr("As the &system"), tr("Light or dark, as the system is set"), (), "", "", True),
        Spec("theme_light", tr("&Light"), tr("Dark text on light ground"), (), "", "", True),
        Spec("theme_dark", tr("&Dark"), tr("Light text on dark ground"), (), "", "", True),
        Spec("reset_layout", tr("&Reset the layout"), tr("Put the panels back where they belong"), (), "", "plan"),
        Spec("full_screen", tr("&Full screen"), tr("Fill the screen with this window"), ("F11",), "", "", True),
    ]


def _help_specs() -> list[Spec]:
    return [
        Spec("help", tr("&Help on this"), tr("The help on what has the focus: panel, dialog, tool"), ("F1",), "help"),
        Spec("help_contents", tr("Help by &topic"), tr("The first page of the help, with contents and search")),
        Spec("shortcuts", tr("&Keyboard and tools"), tr("All shortcuts on one sheet"), ("Ctrl+F1",), "panel-list"),
        Spec("tour", tr("To&ur"), tr("Six steps on the sample plan, a few minutes"), (), "sample"),
        Spec("backups", tr("Show &backups of this plan"), tr("Open the folder of dated backups"), (), "", "plan"),
        Spec("about", tr("&About Territory Map"), tr("Version, data sources and licences"), (), "info"),
    ]
