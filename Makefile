# 入口：make run 启动演示；make test 跑测试；make check 查代码；make bench 测速度。
UV := ./scripts/uv
BIN := .venv/bin
# JIUZHU_HOME=目录、PORT=端口、ARGS=其他参数，例如 make run PORT=8001
PORT ?= $(JIUZHU_PORT)
ARGS ?=
# 有的容器定了不写 .pyc：那样每起一个 Python 都要把一两千个文件重新编译一遍，起一次多花一两秒
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check bench env env-dev env-bench frontend format clean

help: ## 列出这些命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: env ## 启动平台与演示县（Ctrl-C 停止）
	@$(BIN)/jiuzhu up --demo $(if $(PORT),--port $(PORT)) $(ARGS)

test: env-dev frontend ## 全部测试：真的 PostgreSQL，真的浏览器
	$(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder $(ARGS)

check: env-dev ## 格式、类型、分层、模板、锁文件
	$(UV) lock --check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	git ls-files -z --cached --others --exclude-standard -- 'src/*.html' | xargs -0 -r $(BIN)/djade --target-version 6.1 --check

bench: env-bench ## 速度与内存，连同本机配置一起打印
	$(BIN)/python -m benchmarks $(ARGS)

format: env-dev ## 按规矩改好格式
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	git ls-files -z --cached --others --exclude-standard -- 'src/*.html' | xargs -0 -r $(BIN)/djade --target-version 6.1

frontend: env ## 构建前端（没有变化就不做）
	@$(BIN)/python -m jiuzhu.supervisor.frontend

env:
	@$(UV) sync --quiet --locked --inexact --no-dev

env-dev:
	@$(UV) sync --quiet --locked --inexact --extra spark

env-bench:
	@$(UV) sync --quiet --locked --inexact --extra spark --group bench

clean: ## 删除构建产物（不动数据目录）
	rm -rf frontend/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
