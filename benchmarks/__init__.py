"""性能与效果的实测:``make bench``,或 ``python -m benchmarks 名称 …``。数字只在这里,从不进测试。"""
