"""Gaps and conflicts between alignments in the window: the panel, the rules between roles. Texts are session's."""
