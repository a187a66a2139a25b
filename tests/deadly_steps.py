"""The steps, but for engines that take the process with them.

On the pages named in DEADLY_PAGES both do, on those in DEADLY_TO_COMPARE the second; there 0 is the whole file.
"""

import os
from typing import Any

from pipeline import engines, steps
from pipeline.engines import glyphs
from pipeline.isolate import Perform


def preload(data: bytes) -> Perform:
    deadly = _numbers("DEADLY_PAGES")
    to_compare = _numbers("DEADLY_TO_COMPARE")
    read, compare, find_lies = engines._seen, engines._second_reading, glyphs.find_lies

    def seen(source: Any, number: int, *others: Any) -> Any:
        if number in deadly:
            os.abort()
        return read(source, number, *others)

    def second_reading(source: Any, page: Any, *others: Any, **options: Any) -> Any:
        if page.page_number in to_compare:
            os.abort()
        return compare(source, page, *others, **options)

    def lies(document: Any) -> Any:
        if 0 in to_compare:
            os.abort()
        return find_lies(document)

    engines._seen, engines._second_reading, glyphs.find_lies = seen, second_reading, lies
    return steps.preload(data)


def _numbers(name: str) -> set[int]:
    return {int(number) for number in os.environ.get(name, "").split()}
