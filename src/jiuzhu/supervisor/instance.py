"""一个实例从启动到停止：独占数据目录 → 数据库 → 准备 → 网页与后台 → 看管 → 依次停止。"""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from jiuzhu.keys import ensure_data_keys, ensure_identity_key, ensure_web_secret

from . import frontend, prepare
from .children import Child, end_leftovers
from .cluster import WEB_ROLE
from .errors import PostgresError, StepError
from .home import Home, HomeLock, check_restored, write_instance
from .logfiles import LogKeeper, rotate
from .network import check_port, wait_until_answers
from .postgres import Postgres

WEB_READY_SECONDS = 90.0
TICK_SECONDS = 0.5
LONGEST_PAUSE = 30.0
WORKER_NICE = 15  # 收大文件、算一遍时，处理器先紧着开网页的人
LOG_CONFIG = Path(__file__).resolve().parents[1] / "logs" / "granian.json"
Say = Callable[[str], None]


@dataclass
class Instance:
    """``jiuzhu up``。``say`` 收一行给人看的话；``on_ready`` 在网页可用时调用一次。"""

    root: Path
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    say: Say = print
    on_ready: Callable[["Instance"], None] = lambda _instance: None
    stop: threading.Event = field(default_factory=threading.Event)
    home: Home = field(init=False)
    database_url: str = ""
    key_created: bool = False
    _postgres: Postgres | None = None
    _postgres_pause: float = 0.0
    _postgres_resume: float = 0.0

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{host}:{self.port}"

    def run(self) -> None:
        """启动并一直运行，直到 ``stop`` 被置位；返回前一切都已停好。"""
        self.home = Home.create(self.root)
        with ExitStack() as stack:
            stack.enter_context(HomeLock(self.home))
            check_restored(self.home)
            if left := end_leftovers(self.home.root):
                self.say(f"上次没有正常停止，已结束留下的 {left} 个进程")
            check_port(self.host, self.port)
            ensure_web_secret(self.home.secret_file)
            self.key_created = ensure_identity_key(self.home.identity_key_file)[1]
            ensure_data_keys(self.data_keys_file)
            self._build_frontend()
            self._start_database(stack)
            write_instance(self.home, pid=os.getpid(), url=self.url, database_url=self.database_url)
            self._prepare()
            self._serve(stack)

    @property
    def data_keys_file(self) -> Path:
        """数据密钥文件：环境变量指定的，或数据目录里的。"""
        return Path(os.environ.get("JIUZHU_DATA_KEYS_FILE") or self.home.data_keys_file)

    @property
    def web_database_url(self) -> str:
        """网页与后台任务连数据库的地址：用什么也不拥有的 ``jiuzhu_web``，行级权限才对它生效。"""
        if self._postgres is not None:
            return self._postgres.url(user=WEB_ROLE)
        joint = "&" if "?" in self.database_url else "?"
        fallback = f"{self.database_url}{joint}options={quote(f'-c role={WEB_ROLE}')}"
        return os.environ.get("JIUZHU_WEB_DATABASE_URL") or fallback

    def serving_environment(self) -> dict[str, str]:
        """网页与后台任务的环境变量。"""
        return {
            **self.environment(),
            "DATABASE_URL": self.web_database_url,
            "PROMETHEUS_MULTIPROC_DIR": str(self.home.metrics),
        }

    def environment(self) -> dict[str, str]:
        """准备步骤的环境变量，见 docs/settings.md。"""
        return {
            **os.environ,
            "JIUZHU_HOME": str(self.home.root),
            "JIUZHU_SECRET_FILE": str(self.home.secret_file),
            "JIUZHU_KEY_FILE": os.environ.get("JIUZHU_KEY_FILE") or str(self.home.identity_key_file),
            "JIUZHU_DATA_KEYS_FILE": str(self.data_keys_file),
            "JIUZHU_PORT": str(self.port),
            "JIUZHU_DEMO": "1" if self.demo else "0",
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
            "PYTHONUNBUFFERED": "1",
        }

    def _build_frontend(self) -> None:
        folder = frontend.frontend_folder()
        if folder is not None:
            with self._timed("前端构建") as done:
                done(frontend.build(folder))

    def _start_database(self, stack: ExitStack) -> None:
        if url := os.environ.get("DATABASE_URL"):
            self.database_url = url
            self.say("数据库：使用 DATABASE_URL 指定的")
            return
        rotate(self.home.logs / "postgres.log")
        self._postgres = Postgres(self.home.postgres, self.home.logs / "postgres.log")
        stack.callback(self._postgres.stop)
        with self._timed("数据库"):
            self._postgres.start()
        self.database_url = self._postgres.url()
        if self._postgres.adopted:
            self.say("数据库：接管了正在运行的")

    def _prepare(self) -> None:
        if prepare.prepared(self.home, self.database_url, self.demo):
            return
        log, environment = self.home.logs / "prepare.log", self.environment()
        with ExitStack() as stack:
            demo, began = None, time.monotonic()
            if self.demo and not self.home.demo.exists():
                demo = prepare.Demo(self.home, environment, self.home.logs / "demo.log")
                stack.callback(demo.abandon)
            for title, argv in prepare.STEPS:
                if demo is not None and "jiuzhu_setup" in argv:
                    with self._timed("生成演示县", since=began):
                        demo.finish(self.stop)
                with self._timed(title):
                    prepare.Running(title, argv, environment, log).wait(self.stop)
        prepare.record(self.home, self.database_url, self.demo)

    def _serve(self, stack: ExitStack) -> None:
        shutil.rmtree(self.home.metrics, ignore_errors=True)  # 上一次运行的计数
        self.home.metrics.mkdir(mode=0o700)
        web, worker, logs = self._web(), self._worker(), LogKeeper(self.home.logs)
        stack.callback(self.say, "网页与后台任务已停止")
        for child in (web, worker):  # 停止的次序与此相反：后台任务、网页、数据库
            stack.callback(child.stop)
            child.start()
        alive = lambda: web.running() and not self.stop.is_set()  # noqa: E731
        ready = wait_until_answers(self.host, self.port, "/healthz", seconds=WEB_READY_SECONDS, alive=alive)
        if self.stop.is_set():
            return
        if not ready:
            raise StepError(f"网页没有起来。日志：{web.log}\n{_tail(web.log)}", step="web")
        self.on_ready(self)
        while not self.stop.wait(TICK_SECONDS):
            self._watch_database()
            logs.tick()
            for child in (web, worker):
                if (code := child.keep()) is not None:
                    self.say(f"{child.name} 意外退出（代码 {code}），{child.pause():.0f} 秒后重启。日志：{child.log}")
        self.say("正在停止……")

    def _watch_database(self) -> None:
        postgres, now = self._postgres, time.monotonic()
        if postgres is None or postgres.running() or now < self._postgres_resume:
            return
        self.say(f"数据库意外退出，正在重启。日志：{postgres.log}")
        try:
            postgres.start()
            self._postgres_pause = 0.0
            self.say("数据库已恢复")
        except PostgresError as error:
            self._postgres_pause = min(max(1.0, self._postgres_pause * 2), LONGEST_PAUSE)
            self._postgres_resume = now + self._postgres_pause
            self.say(error.message)

    def _web(self) -> Child:
        threads = str(max(4, 2 * (os.cpu_count() or 1)))
        argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)]
        argv += ["--workers", "1", "--blocking-threads", threads, "--no-ws", "--respawn-failed-workers"]
        argv += ["--log-level", "warning", "--log-config", str(LOG_CONFIG), "jiuzhu.config.wsgi:application"]
        return Child("web", argv, self.serving_environment(), self.home.logs / "web.log")

    def _worker(self) -> Child:
        argv = [sys.executable, "-m", "django", "procrastinate", "worker"]
        return Child(
            "worker", argv, self.serving_environment(), self.home.logs / "worker.log", grace=20.0, nice=WORKER_NICE
        )

    @contextmanager
    def _timed(self, title: str, since: float | None = None) -> Iterator[Callable[[bool], None]]:
        """报告一步与所用秒数；``done(False)`` 表示没有可做的，不必报告。"""
        began, worth = since or time.monotonic(), [True]
        yield lambda did: worth.__setitem__(0, did)
        if worth[0]:
            self.say(f"{title}：完成（{time.monotonic() - began:.1f} 秒）")


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C、SIGTERM、关终端都只置位 ``stop``，由主流程依次停止；再按一次也不打断停止。"""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup 之下不因关终端而停
        wanted.append(signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log.exists() else ""
