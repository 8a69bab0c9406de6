"""``python -m jiuzhu``，与命令 ``jiuzhu`` 相同。"""

from jiuzhu.cli import main

main()
