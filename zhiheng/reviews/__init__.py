"""Reviews: of texts (合法性审核, 公平竞争审查) and of closed cases by sample (案件监督审查), and the lawyers who are asked.

A review of a text that is drafted here is a step of its matter's procedure (`reviews:` in the law book); the opinion it gives
becomes a record here, so that there is one queue and one count. What was reviewed on paper is entered or imported. Stands on
`matters` and `registers`; knows no kind of matter.
"""
