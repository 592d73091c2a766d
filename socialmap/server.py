"""Serving: gunicorn with a following thread in each process, and the start of site and worker."""

import logging
import multiprocessing
import secrets
import signal
import socket
import time
from functools import partial
from importlib import import_module
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from . import create_app, worker
from .config import Config, read_or_make_secret
from .editorial.setup import code_file, make_code
from .kit import database
from .kit.errors import ConfigError
from .search import follower
from .search.index import write_whole


class WithoutQuestion(logging.Filter):
    """Leaves out of what gunicorn tells the question in an address: what somebody searched for.

    A request that it cannot read may hold the question anywhere.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage().partition("?")[0]
        unread = "Invalid request"
        record.msg, record.args = unread if said.startswith(unread) else said, ()
        return True


class Worker(ThreadWorker):
    """Leaves a new connection to another process while its own threads are all at work.

    Of connections that come at once the first process to wake would take all, and answer them
    one by one while the others have nothing to do.
    """

    def accept(self, listener: socket.socket) -> None:
        super().accept(listener)
        if not self._has_a_thread():
            self.set_accept_enabled(False)

    def set_accept_enabled(self, enabled: bool) -> None:
        """The loop asks for it again after every event, so also when a thread comes free."""
        super().set_accept_enabled(enabled and self._has_a_thread())

    def _has_a_thread(self) -> bool:
        waiting = len(self.keepalived_conns) + len(self.pending_conns)
        return self.nr_conns - waiting < self.cfg.threads


class Server(BaseApplication):
    """gunicorn, configured by us instead of by a file."""

    def __init__(self, config: Config, *, host: str, port: int, workers: int) -> None:
        self.settings = config
        self.bind, self.workers = f"{host}:{port}", workers
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": self.bind,
            "workers": self.workers,
            "threads": 4,
            "worker_class": Worker,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "post_worker_init": lambda worker: self.follow(worker.app.callable),
            "control_socket_disable": True,
            # No log of the addresses that were asked: in them stands what people search for.
            "accesslog": None,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)
        logging.getLogger("gunicorn.error").addFilter(WithoutQuestion())

    def load(self):
        return create_app(self.settings)

    def follow(self, app: Flask) -> None:
        """Keep the index of this node up to date, a large one without slowing the visitors."""
        app.extensions["search"].build_large = partial(build_apart, self.settings)
        follower.start(app)


class BuildFailed(Exception):
    """The process that built an index did not come to its end."""


def build_apart(config: Config, path: Path) -> int:
    """Build an index in this folder, in another process. Returns how many services it holds.

    Python lets one thread of a process compute at a time: thousands of services indexed
    beside the visitors would make each of them wait. Raises ``BuildFailed``.
    """
    # A fresh process: a fork of one with threads may find a lock that nobody frees.
    fresh = multiprocessing.get_context("spawn")
    told, tell = fresh.Pipe(duplex=False)
    process = fresh.Process(target=_build, args=(config, path, tell), daemon=True)
    process.start()
    tell.close()
    try:
        return told.recv()
    except EOFError as error:
        raise BuildFailed("the process that builds the index has died") from error
    finally:
        process.join()


def _build(config: Config, path: Path, tell) -> None:
    app = create_app(config)
    with app.app_context():
        tell.send(write_whole(path))


def serve(config: Config, *, host: str, port: int, workers: int) -> None:
    """Serve until a signal says stop. Raises ``ConfigError`` when the port is taken."""
    require_free_port(host, port)
    # Drawing a map takes a second to load. Loaded here, before the processes part, it is there
    # once for all of them and no visitor waits for it.
    import_module("socialmap.kit.leaflet")
    Server(config, host=host, port=port, workers=workers).run()


def require_free_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"Poort {port} op {host} is niet vrij ({error.strerror}). "
                "Kies een andere met --port."
            ) from error


def demo_password(config: Config) -> str:
    """The one password of the demo log-ins, made on the first start."""
    return read_or_make_secret(
        config.data_dir / "demo-password", lambda: f"demo-{secrets.token_hex(5)}"
    )


def set_up_code(config: Config) -> str:
    return read_or_make_secret(code_file(config.data_dir), make_code)


def run_site_and_worker(config: Config, *, host: str, port: int, workers: int) -> int:
    """Run the site and the worker as processes of their own until a signal, then stop both.

    They are forks of this process, which has everything loaded already. The worker begins
    once the site answers. A worker that dies is started again; when the site dies so do we.
    """
    # A connection must not be shared by two processes.
    database.engine().dispose()
    forked = multiprocessing.get_context("fork")
    site = forked.Process(
        target=serve, args=(config,), kwargs={"host": host, "port": port, "workers": workers}
    )
    site.start()
    running = [site]
    stopping = False

    def stop(*_args) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping and site.is_alive():
        has_worker = any(process.is_alive() for process in running[1:])
        if not has_worker and _listens(host, port):
            running = [site, forked.Process(target=_work, args=(config,))]
            running[1].start()
        time.sleep(0.2)
    _stop_all(running)
    return 0 if stopping else site.exitcode or 1


def _work(config: Config) -> None:
    worker.run(create_app(config))


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _stop_all(processes: list) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(timeout=20)
        if process.is_alive():
            process.kill()
