"""收数据文件的入口：边收边加密，直接进库房，明文不落盘，内存里也不留整件；太大的收到上限就停，别的照收。"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from jiuzhu.web.documents.kinds import MEBIBYTE
from jiuzhu.web.documents.vault import Stored, Writer

from .errors import ExchangeError
from .limits import LARGEST, MOST_FILES, too_large

TOGETHER = 1024 * MEBIBYTE
View = Callable[..., HttpResponse]


class SealedUpload(UploadedFile):
    """已加密进了库房的一个文件；``stored`` 是它的登记。"""

    def __init__(self, name: str, size: int, stored: Stored) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored = stored


class SealingHandler(FileUploadHandler):
    """一次请求里的各个文件。``problems`` 是收到一半就停下的，与原因。"""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.problems: list[tuple[str, ExchangeError]] = []
        self.writer: Writer | None = None
        self.files = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """说好的长度就超了的，不必收。"""
        if content_length > TOGETHER:
            raise ExchangeError(
                "这几个文件合起来超过 1 GB，一个也没有收下。请分几次传。", code="upload_size", status=413
            )

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """下一个文件。"""
        super().new_file(*args, **kwargs)
        self.files += 1
        if self.files > MOST_FILES:
            self._stop(ExchangeError(f"一次最多传 {MOST_FILES} 个文件，这一个没有收。请再传一次。", code="too_many"))
        self.writer = Writer()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """收一段，加密写下；到了上限就停。"""
        assert self.writer is not None
        self.writer.write(raw_data)
        if self.writer.size > LARGEST:
            self._stop(too_large(self.writer.size))

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """这个文件收齐了。"""
        if self.writer is None:
            return None
        stored, self.writer = self.writer.finish(), None
        return SealedUpload(self.file_name or "", file_size, stored)

    def upload_interrupted(self) -> None:
        """浏览器那头断了。"""
        self._abandon()

    def _stop(self, error: ExchangeError) -> None:
        self.problems.append((self.file_name or "", error))
        self._abandon()
        raise SkipFile

    def _abandon(self) -> None:
        if self.writer is not None:
            self.writer.abandon()
            self.writer = None


def seals_files(view: View) -> View:
    """收数据文件的视图用它：先换上入口，再验提交凭证（凭证在正文里，验它就会开始收）。"""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [SealingHandler(request)]
        return protected(request, *args, **kwargs)

    return received


def sealed_files(request: HttpRequest, name: str) -> tuple[list[SealedUpload], list[tuple[str, ExchangeError]]]:
    """收好的各个文件，与没收成的各个文件和原因。"""
    files = cast("list[SealedUpload]", request.FILES.getlist(name))
    (handler,) = request.upload_handlers
    return files, cast("SealingHandler", handler).problems
