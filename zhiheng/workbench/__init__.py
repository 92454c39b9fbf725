"""Home: what is to be done, warnings, search; the frame of every page; the law library, the ledger of acts; serving the site.

May touch every package below it by selectors and services.
"""
