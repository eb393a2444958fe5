"""Pages 2 and 3 of New plan: accounts and reps, each from a file or later.

Owns their words; the form is import_wizard's.
"""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.ui.import_wizard.table_form import TableChoice, TableForm
from territorymap.ui.new_plan.page import Page
from territorymap.ui.preferences import Preferences


class ListPage(Page):
    """A page around one form."""

    def __init__(self, short: str, title: str, sentence: str, form: TableForm) -> None:
        super().__init__(short, title, sentence, is_optional=True)
        self.form = form
        self.body.addWidget(form, 1)
        form.changed.connect(self.changed)

    @property
    def choice(self) -> TableChoice | None:
        """The file and its columns, None = none."""
        return self.form.choice

    def why_not(self) -> str:
        return self.form.why_not()

    def summary(self) -> str:
        return self.form.path.name if self.form.path is not None and self.form.has_file else ""


def accounts_page(preferences: Preferences) -> ListPage:
    return ListPage(
        tr("Accounts"),
        tr("Bring your accounts?"),
        tr("Customers and prospects from a file. You can skip this and import them later from the menu Accounts."),
        TableForm(
            "accounts",
            tr("Each account is located by its coordinates, its postal code or its city, with no network."),
            preferences,
        ),
    )


def reps_page(preferences: Preferences) -> ListPage:
    return ListPage(
        tr("Reps"),
        tr("Bring your reps?"),
        tr("Names, homes and capacities from a file. You can skip this and add reps later from the menu Reps."),
        TableForm("reps", tr("The home of a rep decides how much driving is counted in the workload."), preferences),
    )
