"""Processes at hand for work that this process could do itself: many small jobs, several at a time.

They are children of one keeper, which is started once and asked again and again. Nothing is lost with a child or with
the keeper: what they leave undone is done here, so that what is wrong with it is told here, too.
"""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType

from pipeline.isolate import Keeper, KeeperError, Task
from pipeline.params import Budget


class Workers:
    """Children that do the work of one module, `jobs` at a time; to be closed."""

    def __init__(self, worker: str, preload: bytes, jobs: int, budget: Budget) -> None:
        """Starts nothing yet.

        Args:
            worker: the module that has `preload`.
            preload: what that is called with; it returns what does a job.
            jobs: children at a time.
            budget: what a job may cost at most.
        """
        self._worker, self._preload, self._jobs, self._budget = worker, preload, jobs, budget
        self._keeper: Keeper | None = None

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._keeper is not None:
            self._keeper.close()

    def start(self) -> Keeper:
        """Starts the keeper, unless it is there, so that it is ready when it is asked."""
        if self._keeper is None:
            self._keeper = Keeper(self._worker, self._preload)
        return self._keeper

    def each(self, jobs: Iterable[bytes], here: Callable[[bytes], bytes]) -> Iterator[bytes]:
        """Has jobs done, and yields what comes of each, in any order; no more are drawn than there are places to work.

        Args:
            jobs: the arguments of each.
            here: does one in this process.
        """
        keeper, pending = self.start(), enumerate(jobs)
        at_work: dict[str, bytes] = {}

        def refill() -> None:
            while keeper.alive and len(keeper.running) < self._jobs and (drawn := next(pending, None)) is not None:
                number, arguments = drawn
                at_work[str(number)] = arguments
                keeper.start(self._task(str(number), arguments))

        try:
            refill()
            while keeper.alive and keeper.running:
                ended = list(keeper.wait())
                refill()
                for outcome in ended:
                    arguments = at_work.pop(outcome.name)
                    yield outcome.answer if outcome.ending == "done" else here(arguments)
        except KeeperError:
            keeper.alive = False
        yield from map(here, at_work.values())
        yield from (here(arguments) for _, arguments in pending)

    def _task(self, name: str, arguments: bytes) -> Task:
        budget = self._budget
        return Task(name, arguments, budget.cpu_seconds_cap, budget.wall_seconds_cap, budget.memory_bytes)
