"""The two long stages of a build as Ray Data does them: reading and parsing files, and encoding clauses, on many machines.

What is done there are the same functions as here, what comes back is taken in the same order, and everything else stays
in the one process that builds; so the index is the one that this process would have made alone. Ray gives the work of a
process or a machine that died to another one.
"""

from __future__ import annotations

import logging
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.errors import IndexUnreachable, TiaowenError, UsageError
from indexer.index.identity import EncodedText
from indexer.reading import ReadFile, read_file

if TYPE_CHECKING:
    from indexer.index.encoder import Encoder

__all__ = ["OWN", "RayStages", "ray_stages"]

OWN = "own"  # instead of an address: a Ray on this machine, for this build alone
_FILES_AT_ONCE = 16
_TEXTS_AT_ONCE = 512
_TEXTS_AHEAD = 200_000  # that are in Ray's memory: some 150 MB
# Ray counts its users over the network, draws bars over ours, and tells of every step; no build needs that.
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DATA_DISABLE_PROGRESS_BARS": "1", "RAY_BACKEND_LOG_LEVEL": "fatal"}


@contextmanager
def ray_stages(address: str = OWN) -> Iterator[RayStages]:
    """The stages, on the Ray cluster at the address (`auto`: the one of this machine) or a Ray that ends with the block.

    Every machine of a cluster needs this package and the files under the same paths. Raises UsageError where Ray is not
    installed or there is no cluster.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UsageError(f"--ray needs Ray ({error}): pip install -r requirements-cluster.txt") from error
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        at: dict[str, Any] = {"address": "local", "include_dashboard": False, "_temp_dir": folder}
        try:
            ray.init(
                **at if address == OWN else {"address": address},
                log_to_driver=False, logging_level=logging.ERROR, configure_logging=True,
            )  # fmt: skip
        except (ConnectionError, ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:300]
            raise UsageError(f"no Ray at {address} ({reason}); start one: ray start --head") from error
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        try:
            yield RayStages()
        finally:
            ray.shutdown()


class RayStages:
    """Both stages, on the Ray that this process is connected to."""

    def read_files(self, paths: Sequence[str]) -> Iterator[ReadFile]:
        """What each file gives, in their order; relative paths are meant against this process's folder."""
        import ray.data

        if not paths:
            return
        given = ray.data.from_items([{"path": path} for path in paths], override_num_blocks=_blocks(len(paths)))
        read = given.map_batches(
            partial(_read, folder=str(Path.cwd())), batch_size=_FILES_AT_ONCE, batch_format="numpy"
        )
        for row in _kept_going(read.iter_rows()):
            found: ReadFile = pickle.loads(row["found"])
            yield found

    def encode(self, load: Callable[[], Encoder], texts: Iterable[str]) -> Iterator[EncodedText]:
        """The texts in their order with their vectors, by the encoder that `load` gives in each of Ray's processes."""
        coming = iter(texts)
        while ahead := list(islice(coming, _TEXTS_AHEAD)):
            yield from self._encoded(load, ahead)

    def _encoded(self, load: Callable[[], Encoder], texts: Sequence[str]) -> Iterator[EncodedText]:
        import ray
        import ray.data

        most = max(1, int(ray.cluster_resources().get("CPU", 1)))  # type: ignore[no-untyped-call]
        given = ray.data.from_items([{"text": text} for text in texts], override_num_blocks=_blocks(len(texts)))
        encoded = given.map_batches(
            _Encoding, batch_size=_TEXTS_AT_ONCE, batch_format="numpy", fn_constructor_args=(load,),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        )  # fmt: skip
        for batch in _kept_going(encoded.iter_batches(batch_size=None, batch_format="numpy")):
            for failed in filter(None, batch["failed"]):
                raise pickle.loads(failed)
            for text, vector, n_split in zip(batch["text"], batch["vector"], batch["n_split"], strict=True):
                yield EncodedText(text, np.frombuffer(vector, dtype=np.float32), int(n_split))


def _kept_going(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The results; raises IndexUnreachable where Ray gives up."""
    from ray.exceptions import RayError

    try:
        yield from results
    except RayError as error:
        raise IndexUnreachable(f"Ray gave up the build ({str(error).strip().splitlines()[-1][:300]})") from error


def _blocks(n: int) -> int:
    """Into how many pieces Ray cuts its input: enough for many processes, few enough to be worth sending."""
    return max(1, min(200, n // _FILES_AT_ONCE))


def _read(batch: dict[str, Any], folder: str) -> dict[str, list[bytes]]:
    """What the files of a batch give; done in one of Ray's processes, which reads nothing else meanwhile."""
    os.chdir(folder)
    return {"found": [pickle.dumps(read_file(str(path))) for path in batch["path"]]}


class _Encoding:
    """An encoder in one of Ray's processes."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = cache(load)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        texts = [str(text) for text in batch["text"]]
        try:
            encoder = self._load()
            before = getattr(encoder, "split", 0)
            vectors = encoder.encode_clauses(texts)
        except TiaowenError as error:  # Ray would tell of it at length, and not what it was
            return {"text": [""], "vector": [b""], "n_split": [0], "failed": [pickle.dumps(error)]}
        n_split = [getattr(encoder, "split", 0) - before] + [0] * (len(texts) - 1)
        return {
            "text": texts, "vector": [vector.tobytes() for vector in vectors], "n_split": n_split,
            "failed": [b""] * len(texts),
        }  # fmt: skip
