from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem

CHANGE = "divisions.change_division"  # 机关代字是单位的一项设置，归系统管理员


class DocumentsConfig(AppConfig):
    name = "jiuzhu.web.documents"
    label = "documents"
    verbose_name = "文书与附件"
    menu = (
        MenuItem("文书查验", "certificate", "documents:verify", ("documents:verify",), "documents.verify_paper", 70),
        MenuItem("行文习惯", "file-text", "documents:letterheads", ("documents:letterheads",), CHANGE, 93),
    )
    audit_actions = {
        "documents.paper_issue": "制发文书",
        "documents.paper_read": "取阅文书",
        "documents.paper_revoke": "作废文书",
        "documents.paper_verify": "查验文书",
        "documents.letterhead_set": "设定机关代字",
        "documents.upload_store": "上传附件",
        "documents.upload_read": "取阅附件",
        "documents.upload_withdraw": "撤下附件",
        "documents.orphans_remove": "清除无登记的文件",
        "documents.file_reseal": "更换附件密钥",
    }
    audit_platform = ("documents.orphans_remove", "documents.file_reseal")
    audit_subjects = {"documents.file": "库房文件"}
