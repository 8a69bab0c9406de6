"""各种动作的频率上限：全系统只有这一张表。写法“次数/时间/按什么”，按 ip 来访地址、user 账号、key 所给的名字。

``login`` 等几个英文名是 allauth 规定的，登录、改密、第二重验证由它自己查这张表；其余由 ``limits.limit`` 查。
"""

RATES = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/15m/key",
    "reauthenticate": "10/m/user",
    "change_password": "10/m/user",
    "unmask": "30/h/user",
    "export": "20/h/user",
    "upload": "60/h/user",
    "search": "120/m/user",
    "print": "60/h/user",
    "report": "60/h/user",
    "import": "30/h/user",
    "grant": "600/h/user",
    "sign_link": "60/m/ip",
}
# 在限频之下的两部分（审计、区划）自己查不到这张表，由进门的一关按网址查：只数真正去做的请求
ROUTES = {
    "audit:entries_export": "export",
    "audit:seal_file": "export",
    "divisions:imports": "import",
    "divisions:import_confirm": "import",
}
TITLES = {
    "unmask": "查看明文",
    "export": "导出",
    "upload": "上传",
    "search": "搜索",
    "print": "打印",
    "report": "上报",
    "import": "导入",
    "grant": "账号与岗位的办理",
    "sign_link": "打开签名链接",
}
