"""维护的错误。每一条都说何事、何因、怎么办。"""

from jiuzhu.errors import JiuzhuError


class BackupError(JiuzhuError):
    """备份没有做成；没有留下看似备份的东西。"""

    code = "backup"


class DamagedBackupError(JiuzhuError):
    """备份不完整或被改过，不能用来恢复。"""

    code = "backup_damaged"


class RestoreError(JiuzhuError):
    """恢复没有做成；目标目录已复原为空。"""

    code = "restore"


class KeyboxError(JiuzhuError):
    """密钥备份打不开：口令不对，或文件被改过。"""

    code = "keybox"
