-- 同样的 32 个救助项目,由人直接写成 SQL:每户、每人的结论、金额、是否已在享受。表:households、persons(事实宽表)。
-- 参数为 2026-10-31 的默认手册取值;问本人的事一律未知,写作 NULL::BOOLEAN。
WITH placed AS (
  SELECT *, CASE 城乡 WHEN '城' THEN 780.0 WHEN '乡' THEN 640.0 END AS std,
    CASE 城乡 WHEN '城' THEN 39600.0 WHEN '乡' THEN 21600.0 END AS disposable,
    CASE 城乡 WHEN '城' THEN 1800.0 WHEN '乡' THEN 800.0 END AS post_pay,
    CASE 城乡 WHEN '城' THEN 8.0 WHEN '乡' THEN 5.0 END AS rent
  FROM households
), low AS (
  SELECT *, 月人均核定收入 < std AND 金融资产折合低保月数 <= 24 AND 家庭汽车数 = 0 AND 不动产处数 <= 1 AND 家庭市场主体数 = 0
    AND NOT 户有特困 AS dibao FROM placed
), edge AS (
  SELECT *, 月人均核定收入 < std * 1.5 AND NOT dibao AND 人均金融资产 <= disposable * 2 AND 家庭新购汽车估值 < 50000
    AND 不动产处数 <= 2 AND 家庭公司数 = 0 AS dibao_bianyuan FROM low
), home AS (
  SELECT *, 月人均核定收入 * 12 < disposable AND 家庭年刚性支出 >= 家庭年核定收入 * 0.6 AND 家庭年刚性支出 > 0
      AND NOT dibao AND NOT dibao_bianyuan AND 金融资产折合低保月数 <= 36 AND 不动产处数 <= 2
      AND 家庭新购汽车估值 < 50000 AS gangxing_zhichu,
    NULL::BOOLEAN AS linshi_xiaoe,
    (户内突发严重困难 OR NULL::BOOLEAN) AND 金融资产折合低保月数 <= 24 AND 月人均核定收入 * 12 < disposable AS linshi_jinan,
    扣除刚性支出后月人均收入 < std AND 家庭年刚性支出 >= 家庭年核定收入 * 0.6 AND 家庭年刚性支出 > 0
      AND 月人均核定收入 * 12 < disposable AND 金融资产折合低保月数 <= 24 AND 家庭新购汽车估值 < 50000 AS linshi_zhichu,
    城乡 = '城' AND (无住宅登记 OR 人均住宅面积 < 15) AND 月人均核定收入 < std * 3 AND 家庭汽车估值 < 80000
      AND 金融资产折合低保月数 <= 36 AND 家庭非住宅数 = 0 AS gongzufang,
    城乡 = '乡' AND (户有低保 OR 户有特困 OR 户有低保边缘 OR 户有刚性支出 OR 户内返贫风险未消除) AND NULL::BOOLEAN AS weifang,
    户内登记受灾 OR NULL::BOOLEAN AS shouzai,
    (在保或在册 OR 户内返贫风险未消除) AND (重病人数 > 0 OR 高等教育在校生数 > 0) AS cishan
  FROM edge
), homes AS (
  SELECT household, village_code, dibao, dibao_bianyuan, gangxing_zhichu, linshi_xiaoe, linshi_jinan, linshi_zhichu,
    gongzufang, weifang, shouzai, cishan,
    CASE WHEN dibao THEN round(greatest(std - 月人均核定收入, 0) * 家庭人口数 + coalesce(重残重病人数, 0) * std * 0.2
      + coalesce(其余老幼人数, 0) * std * 0.1, 2) END AS dibao__amount,
    CASE WHEN linshi_jinan THEN round(least(std * 2 * 家庭人口数, 10000), 2) END AS linshi_jinan__amount,
    CASE WHEN linshi_zhichu THEN round(least((std - greatest(扣除刚性支出后月人均收入, 0)) * 家庭人口数 * 3, 10000), 2) END
      AS linshi_zhichu__amount,
    CASE WHEN gongzufang AND 人均住宅面积 IS NOT NULL THEN round(greatest(15 - 人均住宅面积, 0) * 家庭人口数 * rent, 2) END
      AS gongzufang__amount,
    CASE WHEN shouzai THEN 300.0 * 家庭人口数 END AS shouzai__amount,
    CASE WHEN cishan THEN 2000.0 END AS cishan__amount,
    户有低保 AS dibao__held, 户有低保边缘 AS dibao_bianyuan__held, 户有刚性支出 AS gangxing_zhichu__held
  FROM home
), joined AS (
  SELECT p.*, h.* EXCLUDE (household, village_code) FROM persons p
  LEFT JOIN home h ON p.household = h.household WHERE p.在世
), grouped AS (
  SELECT *, 特困在册 OR 孤儿 OR 低保在册 AS first_group, 低保边缘在册 OR 返贫风险未消除 AS second_group,
    户有低保 OR 户有特困 OR 户有低保边缘 OR 户有刚性支出 OR 户内返贫风险未消除 OR 孤儿 OR 事实无人抚养儿童 OR 持残疾证 AS poor_student
  FROM joined
), person AS (
  SELECT *,
    (户有低保边缘 OR dibao_bianyuan) AND (重度残疾 OR 患重病) AND NOT 户有低保 AND NOT dibao AND NOT 特困在册 AS dibao_danren,
    (年龄 >= 60 OR 年龄 < 16 OR (残疾等级 IN ('一级', '二级', '三级') AND 残疾类别 IN ('智力', '精神'))
      OR (残疾等级 IN ('一级', '二级') AND 残疾类别 IN ('肢体', '多重')) OR (残疾等级 = '一级' AND 残疾类别 = '视力'))
      AND 月人均核定收入 < std AND 金融资产折合低保月数 <= 24 AND 家庭汽车数 = 0 AND 不动产处数 <= 1 AND 无劳动力户
      AND (特困在册 OR NULL::BOOLEAN) AS tekun,
    (特困在册 OR 孤儿 OR 事实无人抚养儿童 OR 低保在册 OR 低保边缘在册 OR 返贫风险未消除) AND NOT 在职参保 AS yiliao_canbao,
    (first_group OR second_group OR 户有刚性支出 OR gangxing_zhichu) AND 近12个月住院自付 > CASE WHEN first_group IS NULL THEN NULL
      WHEN first_group THEN 0 WHEN second_group IS NULL THEN NULL ELSE disposable * CASE WHEN second_group THEN 0.1 ELSE 0.25 END END
      AS yiliao_zhuyuan,
    (first_group OR second_group) AND 近12个月门诊慢特病自付 > 0 AS yiliao_menzhen,
    学段 = '学前' AND poor_student AS jiaoyu_xueqian,
    学段 IN ('小学', '初中', '特殊教育') AND poor_student AS jiaoyu_yiwu,
    学段 = '高中' AND poor_student AS jiaoyu_gaozhong,
    学段 = '中职' AND poor_student AS jiaoyu_zhongzhi,
    学段 IN ('大专', '大学') AND poor_student AS jiaoyu_gaodeng,
    劳动年龄有劳动能力 AND NOT 有收入记录 AND (零就业家庭 OR 登记失业 OR 持残疾证 OR 户有低保 OR 户有低保边缘) AND NULL::BOOLEAN
      AS gongyixing,
    劳动年龄有劳动能力 AND (户有低保 OR 户有低保边缘 OR 户有刚性支出 OR 户内返贫风险未消除 OR 登记失业 OR 零就业家庭)
      AND NOT 在职参保 AND NULL::BOOLEAN AS jineng,
    NULL::BOOLEAN AS jibing_yingji, NULL::BOOLEAN AS liusan,
    持残疾证 AND (户有低保 OR 低保在册) AND NOT 特困在册 AND NOT 孤儿 AND NOT 事实无人抚养儿童 AS canji_shenghuo,
    残疾等级 IN ('一级', '二级') AND NOT 特困在册 AND NOT 孤儿 AS canji_huli,
    孤儿 AND (未成年 OR 在校) AS guer,
    未成年 AND (事实无人抚养儿童 OR NULL::BOOLEAN) AND NOT 孤儿 AND NOT 特困在册 AS shishi_wuren,
    高龄老人 AS gaoling,
    (低保在册 OR 特困在册 OR 孤儿 OR 事实无人抚养儿童) AND 0.005 >= 0.035 AS jiage,
    年龄 < 7 AND (持残疾证 OR NULL::BOOLEAN) AS kangfu,
    NULL::BOOLEAN AND (户有低保 OR 户有特困 OR 持残疾证 OR 老年人 OR 未成年 OR 月人均核定收入 < std * 2) AS falv
  FROM grouped
)
SELECT person, household, village_code, dibao_danren, tekun, yiliao_canbao, yiliao_zhuyuan, yiliao_menzhen, jiaoyu_xueqian,
  jiaoyu_yiwu, jiaoyu_gaozhong, jiaoyu_zhongzhi, jiaoyu_gaodeng, gongyixing, jineng, jibing_yingji, liusan, canji_shenghuo,
  canji_huli, guer, shishi_wuren, gaoling, jiage, kangfu, falv,
  CASE WHEN dibao_danren THEN std END AS dibao_danren__amount,
  CASE WHEN tekun AND 特困自理能力 IS NOT NULL THEN round(std * 1.3 + CASE 特困自理能力 WHEN '全护理' THEN 1050 WHEN '半自理' THEN 525 ELSE 100 END, 2)
    END AS tekun__amount,
  CASE WHEN yiliao_canbao AND (特困在册 OR 孤儿 OR 事实无人抚养儿童) IS NOT NULL THEN
    CASE WHEN 特困在册 OR 孤儿 OR 事实无人抚养儿童 THEN 400.0 ELSE 240.0 END END AS yiliao_canbao__amount,
  CASE WHEN yiliao_zhuyuan THEN round(CASE WHEN first_group THEN least(近12个月住院自付 * 0.7, 50000)
    WHEN second_group THEN least(greatest(近12个月住院自付 - disposable * 0.1, 0) * 0.6, 50000)
    ELSE least(greatest(近12个月住院自付 - disposable * 0.25, 0) * 0.6, 50000) END, 2) END AS yiliao_zhuyuan__amount,
  CASE WHEN yiliao_menzhen THEN round(least(近12个月门诊慢特病自付 * 0.5, 5000), 2) END AS yiliao_menzhen__amount,
  CASE WHEN jiaoyu_xueqian THEN 1000.0 END AS jiaoyu_xueqian__amount,
  CASE WHEN jiaoyu_yiwu THEN CASE 学段 WHEN '初中' THEN 750.0 ELSE 625.0 END END AS jiaoyu_yiwu__amount,
  CASE WHEN jiaoyu_gaozhong THEN 2300.0 END AS jiaoyu_gaozhong__amount,
  CASE WHEN jiaoyu_zhongzhi THEN 2300.0 END AS jiaoyu_zhongzhi__amount,
  CASE WHEN jiaoyu_gaodeng THEN 3700.0 END AS jiaoyu_gaodeng__amount,
  CASE WHEN canji_shenghuo THEN 80.0 END AS canji_shenghuo__amount,
  CASE WHEN canji_huli THEN CASE 残疾等级 WHEN '一级' THEN 120.0 ELSE 100.0 END END AS canji_huli__amount,
  CASE WHEN guer THEN 1500.0 END AS guer__amount,
  CASE WHEN shishi_wuren THEN 1500.0 END AS shishi_wuren__amount,
  CASE WHEN gaoling AND 年龄 IS NOT NULL THEN CASE WHEN 年龄 >= 100 THEN 500.0 WHEN 年龄 >= 90 THEN 100.0 ELSE 50.0 END END AS gaoling__amount,
  CASE WHEN kangfu THEN 17000.0 END AS kangfu__amount,
  低保在册 AND 低保在册人数 < 家庭人口数 AS dibao_danren__held, 特困在册 AS tekun__held, 孤儿 AS guer__held,
  事实无人抚养儿童 AS shishi_wuren__held, 学段 = '学前' AND 已享受资助 AS jiaoyu_xueqian__held,
  学段 IN ('小学', '初中', '特殊教育') AND 已享受资助 AS jiaoyu_yiwu__held, 学段 = '高中' AND 已享受资助 AS jiaoyu_gaozhong__held,
  学段 = '中职' AND 已享受资助 AS jiaoyu_zhongzhi__held, 学段 IN ('大专', '大学') AND 已享受资助 AS jiaoyu_gaodeng__held
FROM person
