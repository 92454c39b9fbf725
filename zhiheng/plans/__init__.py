"""计划: what an office sets out to do in a year, down to tasks, the share of each district, what was reported and what is late.

Plans with aspects, tasks, progress and shares; problems found and the measures against them, which become tasks of the next
plan. Reads plans as they arrive (docx, xlsx). May import registers, figures, files, accounts.
"""
