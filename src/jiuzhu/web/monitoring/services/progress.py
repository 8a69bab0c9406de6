"""把进度写进数据库。"""

import time

from jiuzhu.web.monitoring.selectors import every_run

PROGRESS_SECONDS = 0.5


class ProgressRecorder:
    """把进度写进数据库,每半秒至多一次;换步骤时立即写。"""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.step = ""
        self.written = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self.step and done < total and now - self.written < PROGRESS_SECONDS:
            return
        self.step, self.written = step, now
        every_run().filter(pk=self.run_id).update(step=step, step_done=done, step_total=total)
