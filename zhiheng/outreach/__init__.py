"""Law publicity (普法): activities with their reach, education bases (知识产权文化教育传播基地) and their reviews.

Declarations only; `registers` carries them. May import registers, figures, accounts.
"""
