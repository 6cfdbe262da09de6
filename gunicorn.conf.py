"""How gunicorn serves `service:app`. Address, workers and threads come from the environment.

`HOST` and `PORT` (127.0.0.1 and 8000), `WEB_CONCURRENCY` (2 workers), `WEB_THREADS`
(4 in each). The store notices the fork by itself: each worker opens its own
connections and leaves alone whatever the parent had.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import socket
import sys
import tempfile
import uuid
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from gunicorn import util


def _keep_small() -> None:
    # gunicorn reads this file before its `--chdir` and `--pythonpath` count.
    sys.path.insert(0, str(Path(__file__).parent))
    from moderation import allocator

    allocator.keep_small(os.environ)


# Before anything large is read, so that the master and its workers keep to it.
_keep_small()

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Its threads, but none of them waits for a sender: half-sent requests must not stop the service.
worker_class = "moderation.web.worker.Worker"
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 5
# As long as gunicorn allows: an id of 200 characters may take twelve bytes for each.
limit_request_line = 8190
max_requests = 0
# Nobody steers it but the process that started it, so it listens nowhere else.
control_socket_disable = True
# The app writes its own access log: without query strings, texts and keys.
accesslog = None
errorlog = "-"
_in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
if _in_memory:
    # A worker's heartbeat must not wait for a disk.
    worker_tmp_dir = _in_memory

# One request is one core's work; more threads in the algebra only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

_METRICS = "moderation-metrics-"

_TOO_LARGE = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body",
    HTTPStatus.REQUEST_URI_TOO_LONG: "path",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "headers",
}

_TOLD = {
    HTTPStatus.REQUEST_TIMEOUT: ("request_timeout", "The request did not arrive in time."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal", "Something went wrong here."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", "Too much is being sent at once."),
}

_RETRY_AFTER = 5


def _refuse(client: socket.socket, status: int, reason: str, message: str) -> None:
    """Answer what never reaches the app in the one shape of its errors.

    Gunicorn's own words are left out: they quote what was sent.
    """
    kind, request_id = HTTPStatus(status), uuid.uuid4().hex
    code, told = _TOLD.get(kind, (kind.name.lower(), "The request cannot be read."))
    details: dict[str, object] = {}
    headers = [f"X-Request-Id: {request_id}"]
    if field := _TOO_LARGE.get(kind):
        code, told = "too_large", f"{field}: is longer than this service reads"
        details = {"field": field}
    elif kind is HTTPStatus.SERVICE_UNAVAILABLE:
        details = {"retry_after": _RETRY_AFTER}
        headers.append(f"Retry-After: {_RETRY_AFTER}")
    fault = {"code": code, "message": told, "details": details, "request_id": request_id}
    body = json.dumps({"error": fault})
    head = (
        f"HTTP/1.1 {status} {kind.phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    )
    util.write_nonblock(client, "\r\n".join((*head, "", body)).encode("latin-1"))


# The one place where gunicorn answers by itself; it has no setting for it.
util.write_error = _refuse


def _folder_of_counts() -> tuple[str, Any]:
    """A folder for the counts of all workers, and the lock that says that they live.

    In memory where that can be: a mapped file on a disk that is full ends whoever writes to it.
    """
    folder = tempfile.mkdtemp(prefix=f"{_METRICS}{os.getpid()}-", dir=_in_memory)
    lock = (Path(folder) / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    for other in Path(folder).parent.glob(f"{_METRICS}*/lock"):
        # Whoever was killed could not take theirs away.
        with suppress(OSError), other.open("r+") as theirs:
            fcntl.flock(theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(other.parent, ignore_errors=True)
    return folder, lock


_counts = None
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    # Set before the app is loaded: the metrics library looks once, when it is imported.
    _counts, _lock = _folder_of_counts()  # the lock is held until the last worker has ended
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts


def post_fork(server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Let a thread that comes back from the encoder go on soon: by default it waits up to five
    milliseconds for the interpreter after each of its readings."""
    sys.setswitchinterval(0.0005)


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Begin, after the fork, what a worker does beside answering."""
    # Not at the top: the library of metrics looks for its folder when it is imported.
    from service import background, settings

    worker.longest_body = settings.max_body_bytes
    background.start()


def worker_exit(server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Take up nothing more."""
    from service import background

    background.stop()


def when_ready(server: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Keep the collector away from what was loaded before the fork, so that it stays shared."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Keep the counts of a worker that has ended, and forget its gauges."""
    # Not at the top: the library must not be imported before the folder above is named.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Remove the files of the counts."""
    if _counts:
        shutil.rmtree(_counts, ignore_errors=True)
