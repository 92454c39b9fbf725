"""Texts being made: their list and the draft's text (`drafts`), the comments on it (`comments`). A project's own pages are those of every
matter (`matters.views`)."""
