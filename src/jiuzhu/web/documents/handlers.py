"""收文件的入口：只在内存里过手，明文不写临时文件；太大的收到一半就停。"""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from .errors import UploadError
from .kinds import LARGEST, MEBIBYTE, megabytes

ROOM = MEBIBYTE  # 表单其余部分的余地
View = Callable[..., HttpResponse]


class MemoryHandler(FileUploadHandler):
    """一次请求的文件合起来不超过 ``LARGEST``，全部在内存里。"""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.total = 0
        self.held = BytesIO()

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """说好的长度就超了的，不必收。"""
        if content_length > LARGEST + ROOM:
            raise _too_much()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """下一个文件。"""
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """收一段；到了上限就停。"""
        self.total += len(raw_data)
        if self.total > LARGEST:
            raise _too_much()
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """这个文件收齐了。"""
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def receives_files(view: View) -> View:
    """收文件的视图都用它：先换上内存入口，再验提交凭证（凭证在正文里，验它就会开始收）。"""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [MemoryHandler(request)]
        return protected(request, *args, **kwargs)

    return received


def _too_much() -> UploadError:
    return UploadError(
        f"一次最多传 {megabytes(LARGEST)}，没有收下。请分几次传，或拍小一些、降低扫描分辨率。",
        code="upload_size",
        status=413,
    )
