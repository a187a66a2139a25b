"""The same work on several machines: whatever is lost, killed or done twice, the bytes are those of one machine."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from distributed import Client, LocalCluster
from distributed.comm.core import CommClosedError

from pipeline import cluster, store
from pipeline.batch import Batch, Done, find_means, find_work, process, readable, take_stock
from pipeline.cluster import Cluster, ClusterError
from pipeline.params import Params
from pipeline.records import LedgerEntry
from pipeline.stages import CHAIN
from pipeline.tabulate import tabulate
from tests.conftest import COPIES, tables_of


@pytest.fixture(scope="module")
def undisturbed(copies: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a run on one machine."""
    return run(Batch(copies, tmp_path_factory.mktemp("one"), Params()))


def run(batch: Batch, **doing: object) -> dict[str, bytes]:
    done = process(batch, CHAIN, lambda item, total: None, **doing)  # type: ignore[arg-type]
    assert sorted(item.file_name for item in done) == [f"{number}.pdf" for number in range(COPIES)]
    return tables_of(batch)


def test_a_worker_that_is_killed_costs_time_only(copies: Path, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    batch = Batch(copies, tmp_path / "out", Params())
    options = {"threads_per_worker": 1, "memory_limit": 0, "dashboard_address": None}
    with LocalCluster(n_workers=2, **options) as workers, Client(workers) as client:
        killed: list[int] = []

        def kill_one(item: Done, total: int) -> None:
            if not killed:
                killed.extend(client.run(os.getpid).values())
                os.kill(killed[0], signal.SIGKILL)

        with Cluster(workers.scheduler_address) as remote:
            done = process(batch, CHAIN, kill_one, remote.do)
    assert killed
    assert len(done) == COPIES
    tabulate(batch)
    assert {path.name: path.read_bytes() for path in (batch.extracted / "tables").iterdir()} == undisturbed


@pytest.fixture(scope="module")
def threads() -> Iterator[str]:
    """The address of a scheduler whose workers are threads of this process, so that they share its memory."""
    options = {"threads_per_worker": 1, "memory_limit": 0, "dashboard_address": None}
    with LocalCluster(n_workers=2, processes=False, **options) as workers:
        yield workers.scheduler_address
    for crew in cluster._crews.values():
        crew.close()


@pytest.mark.parametrize("where", ["memory://reports", "{folder}/bucket"])
def test_results_come_back_through_storage(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], threads: str, where: str
) -> None:
    batch = Batch(copies, tmp_path / "out", Params())
    with Cluster(threads, where.format(folder=tmp_path)) as remote:
        assert run(batch, doing=remote.do) == undisturbed
        assert process(batch, CHAIN, lambda item, total: None, remote.do) == []


def test_a_scheduler_that_goes_away_is_asked_again(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = []
    usual = Cluster._round

    def broken(self: Cluster, *args: object) -> Iterator[cluster.Receipt]:
        rounds.append(args)
        for number, receipt in enumerate(usual(self, *args)):  # type: ignore[arg-type]
            if len(rounds) == 1 and number == 2:
                raise CommClosedError("gone")
            yield receipt

    monkeypatch.setattr(Cluster, "_round", broken)
    with Cluster(threads) as remote:
        assert run(Batch(copies, tmp_path, Params()), doing=remote.do) == undisturbed
    assert len(rounds) == 2


def test_what_no_worker_can_do_is_done_here(
    copies: Path, tmp_path: Path, undisturbed: dict[str, bytes], threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "finish", lambda *_: 1 / 0)
    with Cluster(threads) as remote:
        assert run(Batch(copies, tmp_path, Params()), doing=remote.do) == undisturbed


def test_a_task_that_is_delivered_twice_leaves_the_same_bytes(copies: Path, tmp_path: Path) -> None:
    batch = Batch(copies, tmp_path / "out", Params())
    with store.open_index(batch.extracted) as index:
        work = find_work(batch, stock(batch, index), CHAIN, index)[0]
    means = find_means(batch, CHAIN)
    errand = cluster.Errand(work, batch.params, means, str(tmp_path / "shared"), f"{copies}/{work.entry.file_name}")
    first, second = (cluster.run_errand(msgspec.msgpack.encode(errand)) for _ in range(2))
    one, other = (msgspec.msgpack.decode(receipt, type=cluster.Receipt) for receipt in (first, second))
    assert one.files == other.files
    assert len(one.files) == len(CHAIN)


def stock(batch: Batch, index: store.Index) -> list[LedgerEntry]:
    return readable(take_stock(batch, index))


def test_a_worker_with_other_code_refuses(copies: Path, tmp_path: Path, threads: str) -> None:
    batch = Batch(copies, tmp_path, Params())
    with store.open_index(batch.extracted) as index:
        work = find_work(batch, stock(batch, index), CHAIN, index)[0]
    means = find_means(batch, CHAIN)
    other = msgspec.structs.replace(means, recipes=means.recipes | {"tag": "0"})
    errand = cluster.Errand(work, batch.params, other, str(tmp_path), f"{copies}/{work.entry.file_name}")
    with pytest.raises(ClusterError, match="other code, libraries or another model for tag"):
        cluster.run_errand(msgspec.msgpack.encode(errand))


def test_nobody_at_the_address_is_told(copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", "1s")
    with (
        Cluster("tcp://127.0.0.1:1") as remote,
        pytest.raises(ClusterError, match=r"No scheduler answers at tcp://127\.0\.0\.1:1\. Start one"),
    ):
        process(Batch(copies, tmp_path, Params()), CHAIN, lambda item, total: None, remote.do)
