"""Who works for a territory: the page of teams, the dialog of one team, what does not fit its accounts."""
