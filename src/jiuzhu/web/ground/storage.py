"""静态文件的存放。"""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class BuiltStaticStorage(CompressedManifestStaticFilesStorage):
    """文件名带摘要并预先压缩;还没有收集过(测试、第一次启动前)时用原名。"""

    def stored_name(self, name: str) -> str:
        """收集过的文件给带摘要的名字;没有清单时给原名。"""
        return super().stored_name(name) if self.hashed_files else name
