"""The same work on many machines: submissions go out as tasks of dask.distributed, results come back through storage.

A task is one submission. Its worker reads the PDF from the shared storage, does in expendable children what one machine
does (`batch.finish`), puts each result there whole, and returns a receipt: names and digests, never the data. Whatever
is lost on the way loses no more than time. A task that is done twice writes the same bytes twice; a receipt is counted
once; a worker that dies has its tasks done by another; when the scheduler is gone, its tasks are handed in again, and
those whose results are there are not done again. What no worker can do is done here at the end.

A worker that has other code, libraries or another model refuses its tasks, so that the bytes are those of one machine.
"""

import concurrent.futures
import contextlib
import hashlib
import importlib
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from pipeline import stages, store
from pipeline.batch import Batch, Done, Means, Work, do, find_means, finish
from pipeline.isolate import KILLED, Keeper, Outcome, Task
from pipeline.params import Params
from pipeline.records import LedgerEntry
from pipeline.steps import Preload
from pipeline.store.results import result_name

ROUNDS = 3
"""How often what is left is handed to the cluster."""
RETRIES = 3
"""How often the scheduler tries a task whose worker failed, on another where there is one."""
AHEAD = 3
"""Tasks a worker has at hand at a time, so that it never waits and the scheduler never holds many."""
PATIENCE = "30s"
"""How long a scheduler that does not answer is waited for."""
SUBMISSIONS = "submissions"
"""The folder of the storage in which workers find PDFs, by their SHA-256."""


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says what to do."""


class Errand(Struct, frozen=True):
    """What a worker needs to know of one task."""

    work: Work
    params: Params
    means: Means
    storage: str
    source: str


class Receipt(Struct, frozen=True):
    """What a worker has done: the results it put into the storage, with the SHA-256 of each file."""

    done: Done
    files: dict[str, str]


class Crew:
    """The expendable children of one worker: a keeper that has loaded everything, started again when it dies."""

    def __init__(self, preload: bytes) -> None:
        self._preload = preload
        self._keeper: Keeper | None = None
        self._turn = threading.Lock()

    def perform(self, task: Task) -> Outcome:
        """Does one task in a child of its own; one at a time."""
        with self._turn:
            return self._attempt(task) or self._attempt(task) or self._lost(task)

    def _attempt(self, task: Task) -> Outcome | None:
        """The outcome of a task; None when the keeper died over it, or its child was killed from outside."""
        if self._keeper is None:
            self._keeper = Keeper("pipeline.steps", self._preload)
        self._keeper.start(task)
        while self._keeper.alive:
            for outcome in self._keeper.wait():
                return outcome if outcome.detail != KILLED else None
        self._keeper.close()
        self._keeper = None
        return None

    def _lost(self, task: Task) -> Outcome:
        return Outcome(task.name, "crashed", detail="its worker was killed twice")

    def close(self) -> None:
        """Ends the keeper."""
        if self._keeper is not None:
            self._keeper.close()
            self._keeper = None


_crews: dict[bytes, Crew] = {}
"""The crew of this worker process, by what it has loaded."""


def run_errand(data: bytes) -> bytes:
    """What a worker does: the work on one submission, from the storage and back; returns the receipt.

    Raises:
        ClusterError: this worker has other code, libraries or another model than who handed the task in.
        StoreError: the storage cannot be read or written, or a file there has changed.
    """
    errand = msgspec.msgpack.decode(data, type=Errand)
    recipes = {stage: stages.recipe(stage, errand.params) for stage in errand.means.recipes}
    if recipes != errand.means.recipes:
        odd = ", ".join(stage for stage in recipes if recipes[stage] != errand.means.recipes[stage])
        raise ClusterError(f"This worker has other code, libraries or another model for {odd}. Install the same.")
    preload = msgspec.json.encode(Preload(errand.params, stages.CHAIN))
    crew = _crews.setdefault(preload, Crew(preload))
    storage = store.Storage(errand.storage)
    with tempfile.TemporaryDirectory() as scratch:
        batch = Batch(Path(scratch) / "raw", Path(scratch) / "out", errand.params)
        _fetch(errand, storage, batch)
        done = finish(batch, errand.means, structs.replace(errand.work, entry=_entry_here(errand)), crew.perform)
        files = {}
        for stage in errand.work.stages:
            name = result_name(stage, errand.work.submission_id)
            result = store.read_bytes(batch.extracted / name)
            storage.write(name, result)
            files[name] = hashlib.sha256(result).hexdigest()
    done = structs.replace(done, file_name=errand.work.entry.file_name)
    return msgspec.msgpack.encode(Receipt(done, files))


def _entry_here(errand: Errand) -> LedgerEntry:
    return structs.replace(errand.work.entry, file_name="submission.pdf")


def _fetch(errand: Errand, storage: store.Storage, batch: Batch) -> None:
    """Puts what the work starts from where it is looked for."""
    first = errand.work.stages[0]
    if first != "extract":
        name = result_name(stages.CHAIN[stages.CHAIN.index(first) - 1], errand.work.submission_id)
        store.write_bytes(batch.extracted / name, storage.read(name))
        return
    where, _, name = errand.source.rpartition("/")
    data = store.Storage(where).read(name)
    if hashlib.sha256(data).hexdigest() != errand.work.entry.sha256:
        raise store.StoreError(5, f"{errand.source} has changed since the run began. Run again.")
    store.write_bytes(batch.raw / "submission.pdf", data)


class Cluster:
    """A scheduler by its address, or workers of our own on this machine (`local`), and the storage they share."""

    def __init__(self, address: str, storage: str | None = None, *, workers: int = 2) -> None:
        self._address, self._workers = address, workers
        self._given = storage
        self._own: Any = None
        self._client: Any = None

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        self._forget_client()
        if self._own is not None:
            self._own.close()

    def do(self, batch: Batch, work: Sequence[Work]) -> Iterator[Done]:
        """Does the work on the cluster; has the form of `batch.do`.

        Raises:
            ClusterError: there is no scheduler at the address, or a worker has other code.
            StoreError: the storage or the output folder cannot be read or written.
        """
        storage = store.Storage(self._given or str(batch.extracted.resolve()))
        left = {item.submission_id: item for item in work}
        means = find_means(batch, work[0].stages) if work else Means({})
        for turn in range(ROUNDS):
            if not left:
                return
            try:
                for receipt in self._round(batch, means, left, storage):
                    if left.pop(receipt.done.submission_id, None) is not None:
                        self._bring(batch, storage, receipt)
                        yield receipt.done
                if left:
                    self._forget_client()
            except _gone() as error:
                self._forget_client()
                if turn + 1 == ROUNDS:
                    raise ClusterError(f"The scheduler at {self._address} is gone ({error}). Run again.") from error
        yield from do(batch, list(left.values()))

    def _round(self, batch: Batch, means: Means, left: Mapping[str, Work], storage: store.Storage) -> Iterator[Receipt]:
        """Hands in what is left, a few tasks a worker at a time, and gives the receipts as they come."""
        client = self._connected()
        pending = iter(list(left.values()))
        room = AHEAD * max(1, len(client.scheduler_info()["workers"]))
        running = _distributed().as_completed()
        for item in islice(pending, room):
            running.add(self._submitted(client, batch, means, item, storage))
        for future in running:
            receipt = _received(future)
            if receipt is not None:
                yield receipt
            for item in islice(pending, 1):
                running.add(self._submitted(client, batch, means, item, storage))

    def _submitted(self, client: Any, batch: Batch, means: Means, item: Work, storage: store.Storage) -> Any:
        """Hands in one task. Its name says all that shapes its result, so that handing it in twice does it once."""
        source = f"{batch.raw.resolve()}/{item.entry.file_name}"
        if self._given is not None:
            source = f"{storage.address.rstrip('/')}/{SUBMISSIONS}/{item.entry.sha256}"
            if item.stages[0] == "extract":
                _offer(batch, storage, item)
            else:
                _offer_result(batch, storage, item)
        errand = msgspec.msgpack.encode(Errand(item, batch.params, means, storage.address, source))
        name = f"submission-{item.submission_id}-{hashlib.sha256(errand).hexdigest()[:16]}"
        return client.submit(run_errand, errand, key=name, retries=RETRIES, pure=True)

    def _bring(self, batch: Batch, storage: store.Storage, receipt: Receipt) -> None:
        """Takes the results that a receipt names into the output folder, each with the digest that it names."""
        for name, digest in receipt.files.items():
            data = storage.read(name)
            if hashlib.sha256(data).hexdigest() != digest:
                raise store.StoreError(5, f"{name} in {storage.address} is not what its worker wrote. Run again.")
            if self._given is not None:
                store.write_bytes(batch.extracted / name, data)

    def _connected(self) -> Any:
        """A client of the scheduler."""
        if self._client is not None:
            return self._client
        distributed = _distributed()
        try:
            if self._address == "local":
                self._own = self._own or distributed.LocalCluster(
                    n_workers=self._workers, threads_per_worker=1, memory_limit=0, dashboard_address=None
                )
                self._client = distributed.Client(self._own)
            else:
                self._client = distributed.Client(self._address, timeout=PATIENCE)
        except OSError as error:
            advice = "Start one with `dask scheduler`, or use --engine-address local."
            raise ClusterError(f"No scheduler answers at {self._address}. {advice}") from error
        return self._client

    def _forget_client(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):  # it is gone, or is told to go: either is well
                self._client.close(timeout=1)
        self._client = None


def _received(future: Any) -> Receipt | None:
    """The receipt of a task that has ended; None when it failed, or was lost with the worker that held it."""
    grave: tuple[type[BaseException], ...] = (ClusterError, *_gone())
    try:
        return msgspec.msgpack.decode(future.result(), type=Receipt)
    except grave:
        raise
    except Exception:  # whatever it was, the task is handed in again, and at last done here
        return None


def _offer(batch: Batch, storage: store.Storage, item: Work) -> None:
    """Puts a PDF into the storage unless it is there."""
    name = f"{SUBMISSIONS}/{item.entry.sha256}"
    if not storage.has(name):
        with contextlib.suppress(store.DoorError):  # the worker finds nothing there, and says so
            storage.write(name, store.open_submission(batch.raw, item.entry.file_name, batch.params.extract.max_bytes))


def _offer_result(batch: Batch, storage: store.Storage, item: Work) -> None:
    """Puts what the work starts from into the storage."""
    name = result_name(stages.CHAIN[stages.CHAIN.index(item.stages[0]) - 1], item.submission_id)
    storage.write(name, store.read_bytes(batch.extracted / name))


def _distributed() -> Any:
    """The library, which only a run on a cluster needs.

    Raises:
        ClusterError: it is not installed.
    """
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise ClusterError('dask.distributed is not installed. Run `pip install -e ".[scale]"`.') from error


def _gone() -> tuple[type[BaseException], ...]:
    """What is raised when a scheduler goes away."""
    distributed = _distributed()
    cancelled = distributed.client.FutureCancelledError, concurrent.futures.CancelledError
    return distributed.comm.CommClosedError, *cancelled, TimeoutError
