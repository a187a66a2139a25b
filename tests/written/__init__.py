"""Small reports as people write them, each with its truth, set by several producers.

A source in `sources/` says what a report looks like and what a reader finds in it; `source` reads one, `platypus`,
`page_html`, `docx_file` and `typst_source` set it, `printing` prints all, and `comparison` says what was read right.
"""
