from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("divisions", "0003_upload_county")]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="department",
            field=models.CharField(
                blank=True,
                choices=[
                    ("minzheng", "民政局"),
                    ("jiaoyu", "教育局"),
                    ("zhujian", "住房和城乡建设局"),
                    ("yibao", "医疗保障局"),
                    ("weijian", "卫生健康局"),
                    ("renshe", "人力资源和社会保障局"),
                    ("nongye", "农业农村局"),
                    ("yingji", "应急管理局"),
                    ("gonghui", "总工会"),
                    ("canlian", "残疾人联合会"),
                    ("fulian", "妇女联合会"),
                    ("tuanwei", "共青团县委"),
                    ("hongshizihui", "红十字会"),
                    ("caizheng", "财政局"),
                    ("gongan", "公安局"),
                    ("shuiwu", "税务局"),
                    ("shichang", "市场监督管理局"),
                    ("ziran", "自然资源和规划局"),
                    ("gongjijin", "住房公积金管理中心"),
                    ("jiaotong", "交通运输局"),
                    ("fagai", "发展和改革局"),
                    ("sifa", "司法局"),
                    ("xinfang", "信访局"),
                    ("tuiyi", "退役军人事务局"),
                    ("shuili", "水利局"),
                    ("shenji", "审计局"),
                    ("jiwei", "纪委监委"),
                    ("jinrong", "金融机构"),
                    ("gongyong", "公用事业企业"),
                    ("cishan", "慈善总会"),
                ],
                max_length=16,
                verbose_name="部门",
            ),
        ),
    ]
