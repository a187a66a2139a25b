"""From the bytes of a submission to its pages: which engine reads it, and what becomes of it when one cannot.

`read_submission` decides, in this order:

1. At the door, before any engine sees the bytes: empty, too large, no `%PDF-` in the first 1,024 bytes.
2. Opening: the first engine (`params.engine`), else the other one. A document that opens without a password is read,
   whatever its owner forbids; else the passwords given are tried. More than `max_pages` pages are refused.
3. Each page: the first engine, else the other one. A page read by the second engine, or by none, makes the
   submission `partial` and has a row in its problems. Words that no reader can see are kept apart.
4. A page without words that shows a picture goes through OCR, if that is installed and wanted.
5. Some pages are read by both engines and compared: see `crosscheck`.
6. A submission without one word is `failed` with `no_text`.

It takes bytes and gives values: it opens no file and knows no clock. A PDF that hangs, exhausts memory or aborts takes
the process with it, so call it in one that can be spared. When that happens, call it again with `cross_check_pages` 0,
which leaves the second engine alone, and then with the other engine first.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import pypdfium2
from msgspec import Struct, field, structs

from pipeline import crosscheck, grids
from pipeline.engines import (
    damage,
    findings,
    forms,
    glyphs,
    hidden,
    letters,
    pdfium,
    pdfplumber_engine,
    shapes,
    stems,
)
from pipeline.params import ExtractParams
from pipeline.records import ErrorCode, Page, Problem, Status

Watch = Callable[[int, Page | int | None, Sequence[Problem]], None]
"""Is told the number of pages once the document is open (with None), then each page as soon as it is read, with the
problems found since it was told last; and the number of a page before the second engine reads it, 0 for all of them."""

_MEBIBYTE = 1 << 20
_NOTHING_WRONG = 0
"""What pdfium answers for a document that it can read and that has no pages."""
_PASSWORD_NEEDED = 4
_UNKNOWN_SECURITY = 5
_NO_PAGES = "The file is damaged and has no page that can be read: export it as PDF again and submit that."
_FEW_WORDS = 12
_PICTURE = 0.8
_CLEARLY_MORE = 5
_LOSSES = frozenset(
    {
        "page_unreadable",
        "second_engine",
        "page_without_text",
        "pages_missing",
        "damaged_file",
        "dynamic_form",
        "form_values",
    }
)
"""Problems after which a submission is `partial`."""


class Reading(Struct, frozen=True):
    """What was read off a submission. `error_message` is one sentence that says what to do.

    `page_count` counts the pages of the document, `read_count` those that could be read; `pages` holds these, unless
    the watch alone was to have them. `locked` says that the file cannot be opened without a password, whether one of
    those given opened it or none.
    """

    status: Status
    error_code: ErrorCode | None = None
    error_message: str | None = None
    page_count: int | None = None
    pages: tuple[Page, ...] = ()
    problems: tuple[Problem, ...] = ()
    locked: bool = False
    read_count: int = 0


class _RefusedError(Exception):
    """The submission cannot be read; the reading says why."""

    def __init__(self, code: ErrorCode, message: str, page_count: int | None = None, *, locked: bool = False) -> None:
        super().__init__(message)
        self.reading = Reading("failed", code, message, page_count, locked=locked)


def _unwatched(page_count: int, page: Page | int | None, problems: Sequence[Problem]) -> None:
    """Nobody watches."""


def read_submission(
    data: bytes,
    params: ExtractParams,
    watch: Watch = _unwatched,
    *,
    passwords: Sequence[str] = (),
    without: Collection[int] = (),
    uncompared: Collection[int] = (),
    keep_pages: bool = True,
) -> Reading:
    """Reads a submission.

    Args:
        data: the bytes of the file.
        params: which engine comes first, the limits, whether to use OCR.
        watch: is told of the document and of each page as it is read.
        passwords: what is tried on a file that needs a password.
        without: pages to leave out, because a reading of the file broke on them before.
        uncompared: pages that the second engine is to leave alone, because it broke on them before; 0 for what it is
            asked about the whole file.
        keep_pages: whether the reading is to hold the pages. A thousand of them take hundreds of MiB, which is spared
            where the watch takes what it needs of each.
    """
    try:
        _check_at_the_door(data, params)
        with ExitStack() as stack:
            return _read(_open(data, params, passwords, stack), params, _Task(watch, without, uncompared, keep_pages))
    except _RefusedError as refused:
        return refused.reading


def _check_at_the_door(data: bytes, params: ExtractParams) -> None:
    if not data:
        raise _RefusedError("empty_file", "The file is empty: ask for it to be sent again.")
    if len(data) > params.max_bytes:
        limit = params.max_bytes // _MEBIBYTE
        raise _RefusedError(
            "too_large",
            f"The file has {len(data) // _MEBIBYTE} MiB and the limit is {limit} MiB: split it, or raise "
            "extract.max_bytes in params.yaml.",
        )
    if not damage.has_header(data):
        raise _RefusedError(
            "not_a_pdf", "The file is not a PDF, whatever its name says: export it as PDF and submit that."
        )


class _Task(Struct, frozen=True):
    """Who watches the reading, and what is left out of it; see `read_submission`."""

    watch: Watch
    without: Collection[int]
    uncompared: Collection[int]
    keep_pages: bool


class _Pages(Struct):
    """What stays of the pages that have been read: all of them, if they are to be kept, and what was on any."""

    kept: list[Page] | None
    count: int = 0
    last: Page | None = None
    any_words: bool = False
    any_hidden: bool = False
    met: shapes.Met = field(default_factory=shapes.Met)

    def add(self, page: Page) -> None:
        self.count += 1
        self.last = page
        self.any_words = self.any_words or bool(page.words)
        self.any_hidden = self.any_hidden or bool(page.hidden)
        self.met.note(page)
        if self.kept is not None:
            self.kept.append(page)


class _Source(Struct):
    """A submission held open: in pdfium, in pdfplumber, or in both; pdfplumber opens when it is first needed."""

    data: bytes
    password: str | None
    page_count: int
    document: Any
    stack: ExitStack
    locked: bool = False
    plumber: Any = None
    plumber_failed: bool = False
    recognized_sizes: list[tuple[bool, float]] = field(default_factory=list)

    def renew(self) -> None:
        """Opens the document anew in pdfium, which keeps all it has read of a file until that is closed."""
        with suppress(pypdfium2.PdfiumError):
            fresh = pdfium.open_document(self.data, self.password)
            self.document.close()
            self.document = fresh

    def in_pdfplumber(self) -> Any:
        """The document in pdfplumber, or None when that cannot open it."""
        if self.plumber is None and not self.plumber_failed:
            self.plumber_failed = damage.declares_too_much(self.data)
        if self.plumber is None and not self.plumber_failed:
            try:
                self.plumber = pdfplumber_engine.open_document(self.data, self.password)
                self.stack.callback(_close, self.plumber)
            except Exception:  # whatever pdfminer raises on a broken file, the answer is the same
                self.plumber_failed = True
        return self.plumber


def _close(plumber: Any) -> None:
    with suppress(Exception):  # pdfplumber walks the pages once more to close them, and trips where it did before
        plumber.close()


def _open(data: bytes, params: ExtractParams, passwords: Sequence[str], stack: ExitStack) -> _Source:
    document, password, locked = _opened_by_pdfium(data, passwords)
    if document is not None:
        source = _Source(data, password, len(document), document, stack, locked)
        stack.callback(lambda: source.document.close())
    elif locked:
        tried = f"none of the {len(passwords)} given opens it" if passwords else "none was given"
        message = (
            f"The file needs a password, and {tried}: submit a copy without one, or add the password as a line of "
            f"{params.passwords_file} in the folder of submissions."
        )
        raise _RefusedError("encrypted", message, locked=True)
    else:
        source = _Source(data, None, 0, None, stack)
        plumber = source.in_pdfplumber()
        source.page_count = _count_pages(plumber) or 0
    if source.page_count == 0:
        raise _RefusedError("corrupt", _NO_PAGES)
    if source.page_count > params.max_pages:
        raise _RefusedError(
            "too_large",
            f"The file has {source.page_count} pages and the limit is {params.max_pages}: split it, or raise "
            "extract.max_pages in params.yaml.",
            source.page_count,
        )
    return source


def _opened_by_pdfium(data: bytes, passwords: Sequence[str]) -> tuple[Any, str | None, bool]:
    """The document with the password that opened it, or None, and whether it is locked."""
    for password in (None, *passwords):
        try:
            return pdfium.open_document(data, password), password, password is not None
        except pypdfium2.PdfiumError as error:
            if error.err_code == _UNKNOWN_SECURITY:
                return None, None, True
            if error.err_code == _NOTHING_WRONG:
                raise _RefusedError("corrupt", _NO_PAGES) from error
            if error.err_code != _PASSWORD_NEEDED:
                return None, None, False
    return None, None, True


def _count_pages(plumber: Any) -> int | None:
    if plumber is None:
        return None
    try:
        return len(plumber.pages)
    except Exception:  # as in `in_pdfplumber`
        return None


def _read(source: _Source, params: ExtractParams, task: _Task) -> Reading:
    damaged = _about_damage(source)
    task.watch(source.page_count, None, damaged)
    pages = _Pages([] if task.keep_pages else None)
    problems: list[Problem] = []
    told = 0
    for page in _pages(source, params, task, problems):
        joined = grids.continued(pages.last, page) if pages.last else page
        pages.add(joined)
        task.watch(source.page_count, joined, problems[told:])
        told = len(problems)
    problems += [*_about_the_file(source, task, pages), *damaged]
    reading = _concluded(source.page_count, pages, problems, params)
    return structs.replace(reading, locked=source.locked, read_count=pages.count)


def _pages(source: _Source, params: ExtractParams, task: _Task, problems: list[Problem]) -> Iterator[Page]:
    """Every page that can be read; what is wrong with one is added to the problems."""
    sample = crosscheck.sample(source.page_count, params.cross_check_pages)
    check_all = False
    for number in range(1, source.page_count + 1):
        if number % pdfium.PAGES_HELD == 0 and source.document is not None:
            source.renew()
        if number in task.without:
            problems.append(findings.left_out(number))
            continue
        seen = _seen(source, number, params, problems)
        if seen is None:
            continue
        page, sight = seen
        if check_all or number in sample or (sample and sight.respoken):
            if number in task.uncompared:
                problems.append(findings.not_compared(number))
            else:
                task.watch(source.page_count, number, ())
                page, sight, found = _compared(source, page, sight, params)
                check_all = check_all or bool(found)
                problems += found
        problems += findings.about_sight(page, sight)
        if _may_be_scanned(page, sight):
            page = _recognized(source, page, params, problems)
        yield structs.replace(page, tables=grids.find_tables(page))


def _seen(
    source: _Source, number: int, params: ExtractParams, problems: list[Problem]
) -> tuple[Page, hidden.Sight] | None:
    """A page by the first engine that can read it, with its hidden words apart."""
    order = [_by_pdfium, _by_pdfplumber] if params.engine == "pdfium" else [_by_pdfplumber, _by_pdfium]
    for turn, read in enumerate(order):
        try:
            seen = read(source, number)
        except Exception:  # an engine's own fault on a broken page: the other one has its turn
            continue
        if seen is not None:
            if turn and source.document is not None:
                problems.append(findings.second_engine(number))
            return seen
    problems.append(findings.unreadable(number))
    return None


def _by_pdfium(source: _Source, number: int) -> tuple[Page, hidden.Sight] | None:
    if source.document is None:
        return None
    with pdfium.open_page(source.document, number) as opened:
        found = stems.with_bold_told(opened, list(pdfium.words_with_characters(opened)))
        page = pdfium.page_of(opened, [word for word, _ in found])
        sight = hidden.look(opened, page.words, [characters for _, characters in found])
    return _parted(page, sight), sight


def _by_pdfplumber(source: _Source, number: int) -> tuple[Page, hidden.Sight] | None:
    plumber = source.in_pdfplumber()
    if plumber is None:
        return None
    return _looked_at(source, pdfplumber_engine.read_page(plumber, number))


def _looked_at(source: _Source, page: Page) -> tuple[Page, hidden.Sight]:
    """A page of another engine with its hidden words apart, where pdfium can draw it."""
    if source.document is None:
        return page, hidden.Sight()
    sight = hidden.Sight(unchecked="it cannot be drawn")
    with suppress(pypdfium2.PdfiumError), pdfium.open_page(source.document, page.page_number) as opened:
        sight = hidden.look(opened, page.words)
    return _parted(page, sight), sight


def _parted(page: Page, sight: hidden.Sight) -> Page:
    """The page with the words that no reader can see kept apart from the others."""
    if not sight.hidden:
        return page
    unseen = set(sight.hidden)
    return structs.replace(
        page,
        words=tuple(word for index, word in enumerate(page.words) if index not in unseen),
        hidden=tuple(page.words[index] for index in sight.hidden),
        text_source=page.text_source if len(unseen) < len(page.words) else "none",
    )


def _compared(
    source: _Source, page: Page, sight: hidden.Sight, params: ExtractParams
) -> tuple[Page, hidden.Sight, tuple[Problem, ...]]:
    """The better of two engines' readings of a page, and what to say when they differ."""
    try:
        other = _second_reading(source, page, params, strict=sight.respoken)
    except Exception:  # the first engine read the page; that the second cannot is no loss
        other = None
    if other is None:
        return page, sight, ()
    chosen, found = crosscheck.settle(page, other, reference=params.engine == "pdfium", strict=sight.respoken)
    return *((page, sight) if chosen is page else _looked_at(source, chosen)), found


def _second_reading(source: _Source, page: Page, params: ExtractParams, *, strict: bool) -> Page | None:
    """The page as the other engine has it; None when that cannot read it, or when there is no need to ask."""
    if params.engine == "pdfplumber":
        return None if source.document is None else pdfium.read_page(source.document, page.page_number)
    plumber = source.in_pdfplumber()
    if plumber is None or page.page_number > (_count_pages(plumber) or 0):
        return None
    if crosscheck.is_plausible(page, letters.read_letters(plumber, page.page_number), strict=strict):
        return None
    return pdfplumber_engine.read_page(plumber, page.page_number)


def _may_be_scanned(page: Page, sight: hidden.Sight) -> bool:
    """Whether the page shows something and has next to no words of its own."""
    if page.words:
        return len(page.words) <= _FEW_WORDS and sight.picture_share >= _PICTURE and not sight.layer
    return sight.drawn


def _lack_of_ocr(params: ExtractParams) -> str:
    """What to do so that OCR can be had; nothing where it is not wanted or nothing lacks."""
    if params.ocr == "off":
        return ""
    from pipeline.engines import ocr  # most files hold no page that is a picture

    return ocr.what_lacks(ocr.Model(params.ocr_language, params.ocr_models))


def _recognized(source: _Source, page: Page, params: ExtractParams, problems: list[Problem]) -> Page:
    """The page as OCR reads it, where that is wanted, possible, and finds more than there was."""
    from pipeline.engines import ocr  # most files hold no page that is a picture

    model = ocr.Model(params.ocr_language, params.ocr_models)
    lack = _lack_of_ocr(params)
    if params.ocr == "off" or source.document is None or lack:
        if not page.words:
            problems.append(findings.without_text(page.page_number, lack))
        return page
    with pdfium.open_page(source.document, page.page_number) as opened:
        found = ocr.read_page(opened, source.recognized_sizes, model)
    if len(found.words) < _CLEARLY_MORE * len(page.words):
        return page
    return structs.replace(page, words=found.words, text_source=found.text_source, skew=found.skew)


def _about_the_file(source: _Source, task: _Task, pages: _Pages) -> list[Problem]:
    """What is wrong with the file as a whole although its pages were read."""
    found = _about_the_form(source) if source.document is not None and forms.has_form(source.document) else []
    if source.document is None:
        message = "Only the second engine could open the file, and hidden text was not searched for: compare its pages."
        found.append(Problem("second_engine_only", message))
    if source.plumber is None:
        return found
    if 0 in task.uncompared:
        return [*found, findings.not_compared(0)]
    task.watch(source.page_count, 0, found)
    lies = list(glyphs.find_lies(source.plumber))
    if source.document is not None:
        second = _count_pages(source.plumber)
        if second and second != source.page_count:
            message = f"Two engines count {source.page_count} and {second} pages: check that none is missing."
            found.append(Problem("pages_missing" if second > source.page_count else "engines_disagree", message))
        told = {lie.page_number for lie in lies}
        lies += [lie for lie in shapes.find_lies(source.document, pages.met) if lie.page_number not in told]
    return [*found, *map(findings.not_as_shown, sorted(lies, key=lambda lie: lie.page_number))]


def _about_damage(source: _Source) -> list[Problem]:
    sign = damage.sign_of_loss(source.data, source.page_count)
    if sign is None:
        return []
    message = f"The file is damaged, {sign}, so text may be missing: ask for it to be sent again."
    return [Problem("damaged_file", message)]


def _about_the_form(source: _Source) -> list[Problem]:
    """What a form shows that is no part of the text of its pages."""
    if forms.is_dynamic(source.document):
        message = (
            "The file is a dynamic form (XFA) whose pages only some readers show: print it to PDF and submit that."
        )
        return [Problem("dynamic_form", message)]
    found = []
    for number in range(1, source.page_count + 1):
        with suppress(pypdfium2.PdfiumError), pdfium.open_page(source.document, number) as opened:
            if values := forms.read_values(opened):
                found.append(findings.unread_fields(number, values))
    return found


def _concluded(page_count: int, pages: _Pages, problems: Sequence[Problem], params: ExtractParams) -> Reading:
    """What became of the submission once every page had its turn."""
    if pages.last is None:
        message = "The file is damaged and none of its pages can be read: export it as PDF again and submit that."
        return Reading("failed", "corrupt", message, page_count, problems=tuple(problems))
    held = tuple(pages.kept or ())
    if not pages.any_words:
        message = _why_no_text(pages, problems, params)
        return Reading("failed", "no_text", message, page_count, held, tuple(problems))
    lost = any(problem.code in _LOSSES for problem in problems)
    return Reading("partial" if lost else "extracted", None, None, page_count, held, tuple(problems))


def _why_no_text(pages: _Pages, problems: Sequence[Problem], params: ExtractParams) -> str:
    if pages.any_hidden:
        return "No reader can see the text of this file: look at it, and submit a file whose text can be seen."
    if any(problem.code == "page_without_text" for problem in problems):
        return findings.pages_without_text(_lack_of_ocr(params))
    return "No text was found on any page: look at the file, and submit one that has text."
