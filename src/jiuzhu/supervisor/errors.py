"""运行管理的错误。每一条都说何事、何因、怎么办。"""

from jiuzhu.errors import JiuzhuError


class SupervisorError(JiuzhuError):
    """启动或运行不能继续。"""

    code = "supervisor"


class HomeError(SupervisorError):
    """数据目录不能用：没有权限、不是目录、放不下套接字。"""

    code = "home"


class HomeBusyError(SupervisorError):
    """同一数据目录已有一个平台在运行。"""

    code = "home_busy"
    exit_code = 3


class PortTakenError(SupervisorError):
    """端口已被占用。"""

    code = "port_taken"
    exit_code = 4


class PostgresError(SupervisorError):
    """内嵌数据库起不来。"""

    code = "postgres"
    exit_code = 5


class StepError(SupervisorError):
    """某个准备步骤（迁移、静态文件、前端构建、演示数据）失败。"""

    code = "step"
    exit_code = 6
