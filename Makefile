# 说明见 README.zh-CN.md。Bare machine: Python 3.11 or newer and make are enough.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help ready ready-lab ready-dev book test test-all lint serve lab outputs sample bench clean

PY := .venv/bin/python
PORT ?= 8000
# Stored outputs are the regression baseline: kept, without what differs from machine to machine.
STRIP := --keep-output --keep-count --keep-id --extra-keys "metadata.language_info.version"
NOTEBOOKS := find notebooks -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*'
# One worker keeps a whole module: its book, its browser or its notebook's kernel is made once, and
# those with slow tests are begun first (tests/conftest.py). Four for two processors, since many tests
# wait for other programs. A test that waits for ever is red and names itself; no other is stopped by the limit.
WORKERS := -n 4 --dist loadscope --no-loadscope-reorder --timeout 900

ifdef EDITION
export STATEASSETS_EDITION := $(EDITION)
endif
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Somebody else's paths must not decide which package computes the report.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
# Nor whether each of some hundred processes translates the package and the tests for itself.
unexport PYTHONDONTWRITEBYTECODE

help: ## 显示这段说明
	@echo '用法：make 目标'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1#\2/p' Makefile | while IFS='#' read -r name words; do \
	    printf '%-12s%s\n' "$$name" "$$words"; done

ready:
	@sh tools/bootstrap.sh

ready-lab:
	@sh tools/bootstrap.sh lab

ready-dev:
	@sh tools/bootstrap.sh dev
	@sh tools/bootstrap.sh lab
	@sh tools/bootstrap.sh xbrl

book: ready ## 检查数据，然后生成整本书（结果在_build/html；EDITION=public只出可以公开的）
	@$(PY) -m stateassets build

test: ready-dev ## 运行测试，并把每个笔记本的结果与存档逐项比较（几分钟）
	@failed=0; \
	$(PY) -m pytest --nbval notebooks || failed=1; \
	test ! -d tests || $(PY) -m pytest tests -m 'not slow' $(WORKERS) || failed=1; \
	exit $$failed

# Of what is kept nbval sees only how it came out once; in kernels of its own a cell that comes out otherwise each time
# (chance, the time of day) is found. Side by side: a kernel computes or waits for one processor.
test-all: ready-dev ## 另加耗时长的：各章全部重新运行、每一页的两种颜色、巨大的坏文件、反复运行、抽查改错（两个核二十分钟左右）
	@failed=0; \
	$(PY) -m pytest --nbval --nbval-current-env notebooks -n 2 --dist loadscope || failed=1; \
	test ! -d tests || $(PY) -m pytest tests $(WORKERS) --durations 20 || failed=1; \
	exit $$failed

lint: ready-dev ## 检查代码和笔记本的写法
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(NOTEBOOKS) -exec $(PY) -m nbstripout --verify $(STRIP) {} +

serve: ready ## 在本机浏览器里看书，保存了什么就更新什么（只有本机能访问，PORT=端口）
	@$(PY) -m stateassets serve --port $(PORT)

lab: ready-lab ## 在JupyterLab里打开各章，可以运行、修改和保存（只有本机能访问，按Ctrl+C结束）
	@$(NOTEBOOKS) -exec .venv-lab/bin/python -m nbformat.sign {} + >/dev/null
	@.venv-lab/bin/python -m jupyterlab --ip=127.0.0.1 --LabApp.app_settings_dir="$$PWD/stateassets/notebooks/jupyterlab" notebooks/index.ipynb

outputs: ready-dev ## 重新计算所有笔记本，列出变动并存档（要先看再定的，用stateassets accept）
	@$(PY) -m stateassets profiles
	@$(PY) -m stateassets accept --yes

sample: ready ## 重新生成示例底表（会覆盖data/ledger）
	@$(PY) -m tools.sample_ledger

bench: ready-dev ## 与通常的做法比，算一遍、建一遍书要多久
	@$(PY) -m benchmarks.build

clean: ## 删去生成的书和运行环境
	@rm -rf _build .venv .venv-lab .venv-xbrl
