-- 同样的 55 项指标,由人直接写成 SQL:用来衡量规则语言的代价。
-- 表:households(户级事实)、persons(人级事实);参数为 2026-10-31 的默认手册取值。
WITH person_points AS (
  SELECT household, SUM(
      CASE WHEN 高龄老人 THEN 1 ELSE 0 END
    + CASE WHEN 重度残疾 THEN 2 ELSE 0 END
    + CASE WHEN 困境儿童 THEN 4 ELSE 0 END
    + CASE WHEN 患重病 THEN 3 ELSE 0 END
    + CASE WHEN 近12个月自付医疗费 > 10000 THEN 2 ELSE 0 END
    + CASE WHEN 近12个月自付医疗费 > 26000 THEN 2 ELSE 0 END
    + CASE WHEN 近12个月住院次数 >= 3 THEN 1 ELSE 0 END
    + CASE WHEN 在高等教育 THEN 1 ELSE 0 END
    + CASE WHEN 适龄未在学 THEN 1 ELSE 0 END
    + CASE WHEN 登记失业 THEN 2 ELSE 0 END
    + CASE WHEN 失业月数 >= 3 THEN 2 ELSE 0 END
    + CASE WHEN 断缴月数 > 3 THEN 1 ELSE 0 END
    + CASE WHEN 困难职工 THEN 2 ELSE 0 END) AS points
  FROM persons WHERE 在世 GROUP BY household
), placed AS (
  SELECT *, CASE 城乡 WHEN '城' THEN 780.0 WHEN '乡' THEN 640.0 END AS 低保标准 FROM households
), scored AS (
  SELECT h.household, h.village_code, CAST(家庭人口数 AS BIGINT) AS members,
    ( 家庭人口数 * (
      CASE WHEN 无劳动力户 THEN 2 ELSE 0 END
    + CASE WHEN 独居老人 THEN 1 ELSE 0 END
    + CASE WHEN 残疾人数 >= 2 THEN 1 ELSE 0 END
    + CASE WHEN 隔代抚养 THEN 3 ELSE 0 END
    + CASE WHEN 单人带未成年 THEN 2 ELSE 0 END
    + CASE WHEN 月人均核定收入 < 低保标准 * 0.5 THEN 3 ELSE 0 END
    + CASE WHEN 月人均核定收入 < 低保标准 THEN 1 ELSE 0 END
    + CASE WHEN 月人均核定收入 < 低保标准 * 1.5 THEN 1 ELSE 0 END
    + CASE WHEN 月人均核定收入 >= 低保标准 * 3 THEN -2 ELSE 0 END
    + CASE WHEN 月人均可查收入 >= 低保标准 * 1.5 THEN -6 ELSE 0 END
    + CASE WHEN 金融资产折合低保月数 < 2 THEN 1 ELSE 0 END
    + CASE WHEN 金融资产折合低保月数 >= 8 THEN -2 ELSE 0 END
    + CASE WHEN 金融资产折合低保月数 > 24 THEN -6 ELSE 0 END
    + CASE WHEN 家庭汽车数 > 0 THEN -8 ELSE 0 END
    + CASE WHEN 家庭汽车估值 >= 80000 THEN -2 ELSE 0 END
    + CASE WHEN 家庭新购汽车估值 >= 50000 THEN -2 ELSE 0 END
    + CASE WHEN 家庭市场主体数 > 0 THEN -4 ELSE 0 END
    + CASE WHEN 家庭公积金月缴存额 > 0 THEN -2 ELSE 0 END
    + CASE WHEN 家庭投资理财 > 0 THEN -1 ELSE 0 END
    + CASE WHEN 户月均用电量 < 80 OR 月人均水电通信费 < 40 THEN 2 ELSE 0 END
    + CASE WHEN 户月均用电量 > 160 OR 月人均水电通信费 > 80 THEN -2 ELSE 0 END
    + CASE WHEN 家庭近12个月自付医疗费 > 家庭年核定收入 * 0.5 THEN 2 ELSE 0 END
    + CASE WHEN 家庭近3个月自付医疗费 > 10000 * 0.5 THEN 2 ELSE 0 END
    + CASE WHEN 零就业家庭 AND 有收入记录人数 = 0 THEN 1 ELSE 0 END
    + CASE WHEN 在职参保人数 > 0 THEN -1 ELSE 0 END
    + CASE WHEN 不动产处数 >= 2 THEN -5 ELSE 0 END
    + CASE WHEN 家庭非住宅数 > 0 THEN -4 ELSE 0 END
    + CASE WHEN 户有低保边缘 AND 月人均核定收入 < 低保标准 THEN 2 ELSE 0 END
    + CASE WHEN 户内返贫风险未消除 THEN 2 ELSE 0 END
    + CASE WHEN 户内突发严重困难 THEN 1 ELSE 0 END
    + CASE WHEN 在保或在册 THEN -6 ELSE 0 END
    + CASE WHEN 扣除刚性支出后月人均收入 < 低保标准 THEN 2 ELSE 0 END
    + CASE WHEN 扣除刚性支出后月人均收入 < 低保标准 * 1.5 THEN 3 ELSE 0 END
    + CASE WHEN 家庭年刚性支出 >= 家庭年核定收入 * 0.6 AND 家庭年刚性支出 > 0 THEN 2 ELSE 0 END)
    + CASE WHEN 近12个月有成员去世 THEN 1 ELSE 0 END
    + CASE WHEN 家庭近12个月自付医疗费 >= 15000 THEN 2 ELSE 0 END
    + CASE WHEN 家庭年教育费用 > 家庭年核定收入 * 0.3 THEN 2 ELSE 0 END
    + CASE WHEN 未资助在校生数 > 0 AND 月人均核定收入 < 低保标准 * 1.5 THEN 1 ELSE 0 END
    + CASE WHEN 在校生数 >= 2 THEN 1 ELSE 0 END
    + CASE WHEN 无住宅登记 AND 月人均核定收入 < 低保标准 THEN 1 ELSE 0 END
    + CASE WHEN 家庭住宅数 > 0 AND 人均住宅面积 < 15 THEN 1 ELSE 0 END
    + CASE WHEN 低边户重残重病人数 > 0 THEN 6 ELSE 0 END
    + COALESCE(p.points, 0)) / 家庭人口数 AS score,
    CASE WHEN 扣除刚性支出后月人均收入 + 低保标准 + 金融资产折合低保月数 + 家庭汽车数 + 抚养负担比 IS NOT NULL THEN
    GREATEST(0, LEAST(100, 100 * (1 - 扣除刚性支出后月人均收入 / (低保标准 * 3))
      - 30 * LEAST(1, 金融资产折合低保月数 / 24) - CASE WHEN 家庭汽车数 > 0 THEN 20 ELSE 0 END + 10 * 抚养负担比)) END AS poverty_index,
    CASE WHEN 扣除刚性支出后月人均收入 + 低保标准 + 金融资产折合低保月数 IS NOT NULL AND 在保或在册 IS NOT NULL THEN
    GREATEST(0, LEAST(100, 100 * (1 - 扣除刚性支出后月人均收入 / (低保标准 * 3))
      + 30 * LEAST(1, COALESCE(人均自付医疗费, 0) / 15000)
      + CASE WHEN COALESCE(重病人数, 0) > 0 THEN 10 ELSE 0 END
      + CASE WHEN COALESCE(重度残疾人数, 0) > 0 THEN 5 ELSE 0 END
      - 30 * LEAST(1, 金融资产折合低保月数 / 24) - CASE WHEN 在保或在册 THEN 20 ELSE 0 END)) END AS need_index
  FROM placed h LEFT JOIN person_points p USING (household)
)
SELECT *, CASE WHEN score >= 16 THEN 'red' WHEN score >= 14 THEN 'orange' WHEN score >= 12 THEN 'yellow'
               WHEN score >= 10 THEN 'blue' END AS band
FROM scored
