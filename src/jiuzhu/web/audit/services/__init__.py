"""审计的写入：记一笔、成批记、加封、导出。别的部分只用这里的名字。"""

from .record import Change, Subject, record, record_many

__all__ = ["Change", "Subject", "record", "record_many"]
