"""救助:县级社会救助平台。"""

import os

# polars 的内存分配器默认闲半秒就把空页还给系统,一次监测里反复缺页要占去近两成处理器时间;多留十秒。
# 须在导入 polars 之前设好,故放在包的最外层;使用者自己设的优先。
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:10000,muzzy_decay_ms:10000")
