"""A scheduler that is killed and started again, a worker that is late, tasks that are done twice: nothing is lost."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import cluster, store
from pipeline.batch import Batch, Done, process
from pipeline.cluster import Cluster
from pipeline.params import Params
from pipeline.stages import CHAIN
from tests.conftest import COPIES, tables_of
from tests.dask_nodes import SECONDS, SchedulerProcess, Workers, wait_for, worker_threads


@pytest.fixture(scope="module")
def undisturbed(copies: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a run on one machine."""
    batch = Batch(copies, tmp_path_factory.mktemp("one"), Params())
    process(batch, CHAIN, lambda item, total: None)
    return tables_of(batch)


@pytest.fixture
def workers() -> Iterator[Workers]:
    with worker_threads() as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def crews() -> Iterator[None]:
    yield
    for crew in cluster._crews.values():
        crew.close()
    cluster._crews.clear()


def test_a_scheduler_that_is_killed_and_started_again_loses_and_doubles_nothing(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], workers: Workers
) -> None:
    batch = Batch(copies, tmp_path / "out", Params())
    told: list[str] = []
    with SchedulerProcess() as scheduler, Cluster(scheduler.address) as remote:
        workers.add(scheduler.address)

        def kill(item: Done, total: int) -> None:
            told.append(item.file_name)
            if len(told) == 2:
                scheduler.kill()
                scheduler.start()
                workers.add(scheduler.address)

        process(batch, CHAIN, kill, remote.do)
    assert sorted(told) == [f"{number}.pdf" for number in range(COPIES)]
    assert tables_of(batch) == undisturbed


def test_a_worker_that_is_late_keeps_no_other_waiting(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(copies, tmp_path / "out", Params())
    told: list[str] = []
    late: list[str] = []
    first, others = threading.Lock(), threading.Event()
    usual = cluster.finish

    def finish(*args: object) -> Done:
        if first.acquire(blocking=False):
            late.append(args[2].submission_id)  # type: ignore[attr-defined] # the work
            others.wait(SECONDS)
        return usual(*args)  # type: ignore[arg-type]

    def tell(item: Done, total: int) -> None:
        told.append(item.submission_id)
        if len(told) == COPIES - 1:
            others.set()

    monkeypatch.setattr(cluster, "finish", finish)
    with SchedulerProcess() as scheduler, Cluster(scheduler.address) as remote:
        workers.add(scheduler.address)
        workers.add(scheduler.address)
        process(batch, CHAIN, tell, remote.do)
    assert told[-1:] == late
    assert len(set(told)) == COPIES
    assert tables_of(batch) == undisturbed


def test_a_task_that_two_workers_do_counts_once(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler dies while a worker is at a task: it ends it for nobody, and another worker does it again."""
    batch = Batch(copies, tmp_path / "out", Params())
    told: list[str] = []
    begun: list[str] = []
    again = threading.Event()
    usual = cluster.finish

    def finish(*args: object) -> Done:
        done = usual(*args)  # type: ignore[arg-type]
        begun.append(done.submission_id)
        if len(begun) == 1:
            again.wait(SECONDS)
        elif begun[-1] == begun[0]:
            again.set()
        return done

    monkeypatch.setattr(cluster, "finish", finish)
    with SchedulerProcess() as scheduler, Cluster(scheduler.address) as remote:
        workers.add(scheduler.address)

        def restart() -> None:
            wait_for(lambda: begun)
            scheduler.kill()
            scheduler.start()
            workers.add(scheduler.address)

        restarting = threading.Thread(target=restart)
        restarting.start()
        process(batch, CHAIN, lambda item, total: told.append(item.file_name), remote.do)
        restarting.join()
    assert begun.count(begun[0]) == 2
    assert sorted(told) == [f"{number}.pdf" for number in range(COPIES)]
    assert tables_of(batch) == undisturbed


@pytest.mark.parametrize("way", ["read", "write"])
def test_storage_that_fails_is_told_with_its_address(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("Access denied")

    storage = store.Storage("memory://reports")
    monkeypatch.setattr(storage._system, "cat_file", fail)
    monkeypatch.setattr(storage._system, "pipe_file", fail)
    with pytest.raises(store.StoreError, match="memory://reports: Access denied"):
        storage.read("a") if way == "read" else storage.write("a", b"")
