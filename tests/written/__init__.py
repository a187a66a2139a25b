"""Small reports as people write them, each with its truth, set by several producers.

A source in `sources/` says what a report looks like and what a reader finds in it; `source` reads one, and `platypus`,
`page_html`, `docx` and `typst` set it. Nothing in them was changed to suit the pipeline.
"""
