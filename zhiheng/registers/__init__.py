"""Records with little law in them: plans, publicity, study, bases. One declaration a kind gives everything else.

A kind is a model that inherits `models.Record` and one `declaration.Register`, in the module `registers` of the package
that owns the kind (found at start). From the declaration come the list with filters, search and export; the record's
page; its acts as forms with guards, rights and an entry in the ledger of acts; corrections that keep the old value;
attachments; xlsx import; figures; the place in the navigation. `docs/architecture.md` says how to add one.

May import figures, documents, accounts, audit, jobs, ui. Never the packages whose kinds it carries: they register themselves.
"""
