# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SYSTEM_STAMP := $(VENV)/.system

# What Qt WebEngine and matplotlib need on a bare Debian machine, a font with Chinese glyphs among it.
DEBIAN := libegl1 libgl1 libnss3 libxkbcommon-x11-0 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libasound2 \
  libxkbfile1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 \
  libxcb-shape0 libxcb-xkb1 libdbus-1-3 libfontconfig1 fonts-dejavu-core fonts-noto-cjk

# What packing reads and strips libraries with, and libraries that the bundle links to: their packages are looked up.
INSTALLER_DEBIAN := binutils dpkg libbrotli1 libgbm1 libgl1-mesa-dri libgssapi-krb5-2 libudev1 libwayland-client0 \
  libwayland-cursor0 libwayland-egl1 libxcb-util1

# Chromium's sandbox cannot start for root; for anybody else it stays on.
OFFSCREEN := QT_QPA_PLATFORM=offscreen

INSTALLER_STAMP := $(VENV)/.installer
BUNDLE := dist/territorymap

.PHONY: run test check setup clean sample bench pictures bundle installer smoke

run: setup
	@$(BIN)/python tools/run.py

test: setup
# The afternoon is one story told by several files, so in one process; all others go side by side.
	$(OFFSCREEN) $(BIN)/python -m pytest tests/afternoon
	$(OFFSCREEN) $(BIN)/python -m pytest --ignore tests/afternoon --numprocesses auto --maxprocesses 4 --dist loadfile

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_strings.py
	$(BIN)/python tools/check_without_qt.py

setup: $(SYSTEM_STAMP) $(STAMP)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(SYSTEM_STAMP): Makefile | $(VENV)/bin/python
	@sh tools/system_packages.sh $(DEBIAN)
	@touch $@

# The sample plan, made anew from resources/sample/*.csv.
sample: setup
	$(BIN)/python -m tools.make_sample

bench: setup
	$(OFFSCREEN) $(BIN)/python benchmarks/map.py

# The pictures of README, made anew from the running program.
pictures: setup
	$(OFFSCREEN) $(BIN)/python tools/make_pictures.py

# What a planner double-clicks: dist/territorymap/, one folder that needs no Python (installer/README.md).
bundle: setup $(INSTALLER_STAMP)
	$(BIN)/python installer/make_bundle.py

# On Linux: dist/*.deb and dist/*.tar.gz. Windows and macOS: installer/README.md.
installer: bundle
	$(BIN)/python installer/deb.py
	$(BIN)/python installer/archive.py

# The archive, unpacked where there is no Python, does a planner's round by itself.
smoke: setup $(INSTALLER_STAMP)
	@ls dist/*.tar.gz >/dev/null 2>&1 || $(MAKE) installer
	$(BIN)/python installer/smoke_test.py

$(INSTALLER_STAMP): pyproject.toml $(STAMP) $(SYSTEM_STAMP)
	@sh tools/system_packages.sh $(INSTALLER_DEBIAN)
	$(BIN)/python -m pip install --quiet --editable '.[dev,installer]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
