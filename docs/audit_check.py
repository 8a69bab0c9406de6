#!/usr/bin/env python3
"""不用本平台，核验审计导出：python3 audit_check.py 导出文件.jsonl [保存的封条.json …]。只用标准库；有问题退出码 1。"""

import hashlib
import json
import sys
from itertools import groupby


def link(row):
    return hashlib.new("sm3", bytes.fromhex(row["previous"]) + row["body"].encode()).hexdigest()


def lines(path):
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        yield from (json.loads(line) for line in file if line.strip())


def check_seal(seal, where):
    body = json.loads(seal["body"])
    facts = (seal["digest"], seal["day"], sum(seq for _, seq, _ in body["lanes"]))
    if (link(seal), body["day"], body["entries"]) != facts:
        yield f"{where} {seal['day']}：被改过"


def check_lane(lane, rows, since, digests):
    last = None
    for row in rows:
        where, body = f"第 {lane} 链第 {row['seq']} 条", json.loads(row["body"])
        genuine = (body["lane"], body["seq"]) == (lane, row["seq"]) and 0 <= lane < 64 and row["seq"] > 0
        if link(row) != row["digest"] or not genuine:
            yield f"{where}：正文与摘要、编号不符"
        if last is None:  # 这条分链的头一行：从第 1 条起，或接着此前没有导出的一条
            last = (row["seq"] - 1, row["previous"]) if since and row["seq"] > 1 else (0, "00" * 32)
            digests[lane] = dict([last])
        if row["seq"] != last[0] + 1:
            yield f"{where}：前一条是第 {last[0]} 条，中间有缺"
        elif row["previous"] != last[1]:
            yield f"{where}：接不上前一条"
        last = (row["seq"], row["digest"])
        digests[lane][row["seq"]] = row["digest"]


def check_heads(seal, header, digests):
    body = json.loads(seal["body"])
    to_the_end = (header["until"] or body["made_at"]) >= body["made_at"]
    for lane, seq, digest in body["lanes"]:
        known, where = digests.get(lane, {}), f"第 {lane} 链第 {seq} 条（{seal['day']} 的封条所记）"
        if seq and seq in known and known[seq] != digest:
            yield f"{where}：摘要不同，被换过"
        elif seq > max(known, default=0) and to_the_end and (known or not header["since"]):
            yield f"{where}：不在了，末尾被删"


def check(export, kept_paths):
    header, seals, digests = None, [], {}
    for (kind, lane), rows in groupby(lines(export), lambda row: (row["kind"], row.get("lane"))):
        if kind == "header":
            header = next(rows)
        elif kind == "seal":
            seals = list(rows)
        else:
            yield from check_lane(lane, rows, header["since"], digests)
    for seal, previous in zip(seals, ["00" * 32, *(seal["digest"] for seal in seals)], strict=False):
        yield from check_seal(seal, "封条")
        if seal["previous"] != previous:
            yield f"封条 {seal['day']}：接不上前一张"
    kept = [(seal, path) for path in kept_paths for seal in lines(path) if seal["kind"] == "seal"]
    for seal, path in kept:
        yield from check_seal(seal, path)
        if seal not in seals:
            yield f"{path} {seal['day']}：导出的封条里没有这一张，记录被整个换过"
    for seal in [*seals, *(seal for seal, _ in kept)]:
        yield from check_heads(seal, header, digests)


if __name__ == "__main__":
    problems = list(dict.fromkeys(check(sys.argv[1], sys.argv[2:])))
    print("\n".join(problems) or "核验通过：没有发现改动、缺失或换位。")
    sys.exit(bool(problems))
