"""Small things that panels and dialogs are made of: drawn cells, icons, words, sizes. No plan is changed here."""
