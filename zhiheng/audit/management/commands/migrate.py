"""`migrate`, as Django's, but a database without any table gets them all at once (`zhiheng.audit.tables`), and where nothing is to
be done, as at most starts of a site, the models of every version are not drawn up to find that out."""

from __future__ import annotations

from django.apps import apps
from django.core.management import base
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections

from zhiheng.audit import tables

# Asked for with any of these, Django's own way is meant.
_OTHERWISE = ("app_label", "plan", "check_unapplied", "prune", "fake", "fake_initial")


class Command(migrate.Command):
    @base.no_translations
    def handle(self, *args, **options) -> None:
        connection = connections[options["database"]]
        new = tables.none_in(connection)
        if any(options[name] for name in _OTHERWISE) or (not new and tables.behind(connection)):
            super().handle(*args, **options)
            return
        told = (options["verbosity"], options["interactive"], connection.alias)
        emit_pre_migrate_signal(*told, stdout=self.stdout, apps=apps, plan=[])
        if new:
            tables.make(connection)
        emit_post_migrate_signal(*told, stdout=self.stdout, apps=apps, plan=[])
