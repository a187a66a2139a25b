"""Prints the written reports with every producer that this machine has: `python -m tests.written.printing FOLDER`.

reportlab is always there; a browser (through playwright), LibreOffice (`soffice`) and typst are used when they are. The
files are named `source--producer.pdf`.
"""

import importlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from tests.written.docx_file import docx_bytes
from tests.written.page_html import margin_html, page_html
from tests.written.platypus import platypus_bytes
from tests.written.source import Written, read_sources
from tests.written.typst_source import typst_source


def print_office(folder: Path, files: dict[str, bytes]) -> None:
    """Prints Word and HTML files with LibreOffice, all in one run of it."""
    office = shutil.which("soffice")
    if not office:
        return
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for name, data in files.items():
        (work / name).write_bytes(data)
    for kind in sorted({Path(name).suffix for name in files}):
        arguments = [office, "--headless", f"-env:UserInstallation=file://{work.resolve()}/profile"]
        if kind == ".html":
            arguments += ["--infilter=HTML (StarWriter)"]
        names = [str(work / name) for name in files if name.endswith(kind)]
        subprocess.run(
            [*arguments, "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), *names],
            check=True,
            capture_output=True,
        )
    shutil.rmtree(work)


def print_browser(folder: Path, sources: list[Written]) -> None:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not program:
        return
    playwright = importlib.import_module("playwright.sync_api")
    with playwright.sync_playwright() as control:
        browser = control.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for written in sources:
            page.set_content(page_html(written))
            page.pdf(
                path=str(folder / f"{written.name}--browser.pdf"),
                prefer_css_page_size=True,
                display_header_footer=bool(written.head or written.foot),
                header_template=margin_html(written.head, written),
                footer_template=margin_html(written.foot, written),
            )
        browser.close()


def print_all(folder: Path, sources: list[Written]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for written in sources:
        (folder / f"{written.name}--reportlab.pdf").write_bytes(platypus_bytes(written))
    if importlib.util.find_spec("typst"):
        typst = importlib.import_module("typst")
        for written in sources:
            source = typst_source(written).encode()
            (folder / f"{written.name}--typst.pdf").write_bytes(typst.compile(source))
    print_browser(folder, sources)
    files = {f"{written.name}--word.docx": docx_bytes(written) for written in sources}
    files |= {f"{written.name}--web.html": page_html(written).encode() for written in sources if written.has_web_page}
    print_office(folder, files)


if __name__ == "__main__":
    print_all(Path(sys.argv[1]), [w for w in read_sources() if w.name in sys.argv[2:] or not sys.argv[2:]])
