"""Chapters in a real JupyterLab, in a real browser: they look as on the page, run, change, and are saved."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
import pytest
from colours import DARK, LIGHT
from contrast import contrast
from kept_results import take_along
from paths import ROOT
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waiting import LONGEST, wait_for

from stateassets.notebooks import VARIABLE

CHAPTER = "notebooks/1_basics/2_assets_and_debt.ipynb"
PROFILE, ALERTS = "notebooks/8_profiles/A.ipynb", "notebooks/10_platform/9_alerts.ipynb"
OWN_REPORT = "notebooks/7_peers/3_own_report.ipynb"
ORDINARY, WARM = "python3", "stateassets"
BOOK = ("_config.yml", "_toc.yml", "pyproject.toml", "requirements.txt", "constraints.txt")
PYTHON = ROOT / ".venv-lab" / "bin" / "python"  # see tools/bootstrap.sh
FOLDERS = ("baseline", "data", "notebooks", "stateassets")
TEXT = 4.5  # WCAG AA

LOOKS = """() => {
  const faults = [], style = (e) => getComputedStyle(e), all = (q) => [...document.querySelectorAll(q)];
  const ask = (query, what, right) => {
    const found = all(`.jp-Notebook ${query}`);
    if (!found.length) faults.push(`${query}: not there`);
    const wrong = found.filter((e) => !right(style(e), e));
    if (wrong.length) faults.push(`${query}: ${what}, ${wrong.length} of ${found.length}`);
  };
  ask(".sa-table :is(td, th).sa-number", "numbers stand left", (s) => s.textAlign === "right");
  ask(".sa-table :is(td, th):not(.sa-number)", "words stand right", (s) => s.textAlign === "left");
  ask(".sa-chart :is(td, th)", "words stand right", (s) => s.textAlign === "left");
  ask(".sa-table tbody th", "headings of rows are loud", (s) => s.fontWeight === "400");
  ask(".sa-origin", "runs into what follows", (s) => parseFloat(s.marginRight) > 3);
  ask(".sa-sample", "has no colour", (s) => s.backgroundColor !== "rgba(0, 0, 0, 0)");
  ask(".sa-chart svg:not(.sa-narrow)", "charts are lost", (s, e) => e.getBoundingClientRect().width > 300);
  ask(".sa-conclusion", "no frame", (s) => s.borderLeftWidth === "4px");
  ask("a.sa-figure", "has the colour of any link", (s, e) => s.color === style(e.parentElement).color);
  for (const e of all(".jp-RenderedMarkdown, .jp-OutputArea-output"))
    for (const source of ["**", ":::", "```", "{note}", ")=", "[//]"])
      if (e.innerText.includes(source)) faults.push(`shows its source: ${e.innerText.slice(0, 30)}`);
  return faults;
}"""

# Each pair of colours in which words stand in what the notebook shows, but for words in pictures.
COLOURS = """() => {
  const found = new Set(), rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  for (const e of document.querySelectorAll(".jp-OutputArea-output *, .jp-RenderedMarkdown *, #sa-explain *")) {
    if (e.closest("svg, style, script, math") || !e.checkVisibility()) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    let ground = e;
    while (ground && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
    const [r, g, b, a] = rgb(getComputedStyle(e).color);
    const under = rgb(getComputedStyle(ground).backgroundColor);
    const seen = [r, g, b].map((v, i) => Math.round(v * (a ?? 1) + under[i] * (1 - (a ?? 1))));
    found.add(JSON.stringify([seen, under.slice(0, 3), e.className || e.tagName]));
  }
  return [...found].map((pair) => JSON.parse(pair));
}"""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab of a copy of the book; ``environment`` is what its commands run in."""

    root: Path
    address: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server as `make lab` starts it, with folders of its own, on a port that was free."""
    if not PYTHON.exists():
        reason = "没有装JupyterLab：请运行sh tools/bootstrap.sh lab。"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("lab")
    root = folder / "book"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for name in BOOK:
        shutil.copy(ROOT / name, root)
    take_along(root)
    shutil.copytree(ROOT / "stateassets/notebooks/kernelspec", folder / "data/kernels" / WARM)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER") and k != VARIABLE}
    names = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run"}
    names |= {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "HOME": "home"}
    environment |= {key: str(folder / name) for key, name in names.items()}
    environment |= {"PYTHONPATH": str(root), "PYTHONUTF8": "1"}
    environment |= {"MPLCONFIGDIR": matplotlib.get_cachedir()}  # looking for the fonts again would be told in a cell
    chapters = [str(root / name) for name in (CHAPTER, PROFILE, ALERTS, OWN_REPORT)]
    trust = [str(PYTHON), "-m", "nbformat.sign", *chapters]
    subprocess.run(
        trust, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=LONGEST
    )
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token="]
    options += ["--expose-app-in-browser", f"--LabApp.app_settings_dir={root / 'stateassets/notebooks/jupyterlab'}"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(PYTHON), "-m", "jupyterlab", *options], cwd=root, env=environment, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: server.poll() is not None or list((folder / "run").glob("jpserver-*.json")))
        assert server.poll() is None, (folder / "log").read_text("utf-8")
        told = json.loads(next((folder / "run").glob("jpserver-*.json")).read_text("utf-8"))
        yield Lab(root, str(told["url"]).rstrip("/"), environment)
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(LONGEST)
        server.kill()  # where it waits for a kernel that has ended
        server.wait(LONGEST)


@pytest.fixture(scope="module")
def window(browser: Browser, lab: Lab) -> Iterator[BrowserContext]:
    """A window on the server, in which nothing else is asked for; what one page loaded is there for the next."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(LONGEST * 1000)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    assert [url for url in asked if not url.startswith((lab.address, "data:", "blob:"))] == []


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """A page in it."""
    page = window.new_page()
    yield page
    page.close()


def opened(page: Page, lab: Lab, chapter: str, kernel: str = "") -> None:
    """Open a chapter in the light theme and wait until it stands there; with a kernel, until that is ready."""
    page.goto(f"{lab.address}/lab/tree/{chapter}?reset")
    page.locator(".jp-Notebook .jp-OutputArea-output:has(.sa-conclusion)").first.wait_for()
    change_theme(page, "Light")
    cells = sum(c.cell_type == "code" for c in nbformat.read(lab.root / chapter, as_version=4).cells)
    expect(page.locator(".jp-Notebook .jp-CodeCell .jp-OutputArea")).to_have_count(cells)
    page.wait_for_function("!document.querySelector('.jp-Notebook .jp-mod-isPlaceholder, .jp-Cell-Placeholder')")
    if kernel:
        page.evaluate(
            """async (name) => {
              const { sessionContext } = jupyterapp.shell.currentWidget;
              await sessionContext.ready;
              await sessionContext.changeKernel({ name });
            }""",
            kernel,
        )


def change_theme(page: Page, theme: str) -> None:
    """Have JupyterLab in a theme, and wait until it is."""
    page.evaluate("(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})", f"JupyterLab {theme}")
    page.locator(f'body[data-jp-theme-light="{str(theme == "Light").lower()}"]').wait_for(state="attached")


def command(page: Page, name: str) -> None:
    """Have JupyterLab do something, and wait until it is done."""
    page.evaluate("(name) => jupyterapp.commands.execute(name).then(() => null)", name)


def too_pale(page: Page) -> list[str]:
    """Words that cannot be told from what they stand on."""
    pairs = [(_hex(text), _hex(ground), what) for text, ground, what in page.evaluate(COLOURS)]
    assert len(pairs) > 8
    return [f"{what}: {t} on {g}" for t, g, what in pairs if contrast(t, g) < TEXT]


def _hex(colour: list[float]) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def shown(notebook: Path) -> list[list[dict[str, Any]]]:
    """What the cells of a stored notebook show."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [[output.get("data", output) for output in c.outputs] for c in cells if c.cell_type == "code"]


@pytest.mark.slow
def test_a_stored_chapter_looks_as_on_the_page_and_its_numbers_explain_themselves(page: Page, lab: Lab) -> None:
    opened(page, lab, CHAPTER)
    assert page.evaluate(LOOKS) == []
    page.locator(".sa-conclusion a.sa-figure").first.click()
    expect(page.locator("#sa-explain")).to_contain_text("取自示例底表：资产负债表")
    assert too_pale(page) == []
    page.evaluate("document.querySelectorAll('.jp-Notebook style').forEach((style) => style.remove())")
    told = "\n".join(page.evaluate(LOOKS))  # without what it carries
    assert all(fault in told for fault in ("words stand right", "runs into", "has no colour", "no frame"))


@pytest.mark.slow
@pytest.mark.parametrize("chapter", [CHAPTER, PROFILE, ALERTS])
def test_words_and_pictures_are_seen_in_both_colours_and_a_pale_word_is_noticed(
    page: Page, lab: Lab, chapter: str
) -> None:
    opened(page, lab, chapter)
    page.evaluate("document.querySelectorAll('.jp-Notebook details').forEach((one) => { one.open = true; })")
    look = "[...document.querySelectorAll('.sa-chart [fill=\"var(--sa-blue)\"]')].map((e) => getComputedStyle(e).fill)"
    for theme, colours in (("Light", LIGHT), ("Dark", DARK)):
        change_theme(page, theme)
        assert too_pale(page) == [], theme
        blue = f"rgb({', '.join(str(part) for part in bytes.fromhex(colours['sa-blue'][1:]))})"
        assert set(page.evaluate(look)) == {blue}, theme
    page.add_style_tag(content=":root .sa-conclusion p { color: #555555; }")
    assert any("#555555" in fault for fault in too_pale(page))


@pytest.mark.slow
@pytest.mark.parametrize("kernel", [ORDINARY, WARM])
def test_all_cells_run_and_show_what_was_stored(page: Page, lab: Lab, kernel: str) -> None:
    stored = shown(lab.root / CHAPTER)
    opened(page, lab, CHAPTER, kernel=kernel)
    command(page, "notebook:clear-all-cell-outputs")
    expect(page.locator(".jp-Notebook .sa-conclusion")).to_have_count(0)
    command(page, "notebook:run-all-cells")
    command(page, "docmanager:save")
    assert shown(lab.root / CHAPTER) == stored
    assert nbformat.read(lab.root / CHAPTER, as_version=4).metadata.kernelspec.name == kernel
    assert page.evaluate(LOOKS) == []


def nbval(lab: Lab) -> tuple[int, str]:
    """Compare the chapter with its stored outputs; return the exit code and what is told."""
    asked = [sys.executable, "-m", "pytest", "--nbval", CHAPTER, "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        asked, cwd=lab.root, env=lab.environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_changed_template_is_seen_saved_and_named_by_nbval(page: Page, lab: Lab) -> None:
    opened(page, lab, CHAPTER, kernel=ORDINARY)
    cell = page.locator(".jp-Notebook .jp-CodeCell").first
    source = next(c.source for c in nbformat.read(lab.root / CHAPTER, as_version=4).cells if c.cell_type == "code")

    def write(text: str) -> None:
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)

    def saved(words: str) -> None:
        page.keyboard.press("Control+s")
        wait_for(lambda: words in (lab.root / CHAPTER).read_text("utf-8"))

    write(source.replace("国有企业资产总额", "国有企业的全部资产"))
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".sa-conclusion")).to_contain_text("国有企业的全部资产696.9亿元")
    saved("全区国有企业的全部资产696.9亿元")
    assert nbval(lab)[0] == 0  # what is stored is what it shows now
    write(source.replace("国有企业资产总额", "国有企业名下资产"))
    saved("国有企业名下资产{total_assets}")
    code, told = nbval(lab)
    assert code == 1
    assert f"{CHAPTER}::Cell 0" in told and "名下资产" in told


@pytest.mark.slow
def test_a_report_picked_in_the_chapter_is_shown_marked_and_a_wrong_file_is_told(
    page: Page, lab: Lab, tmp_path: Path
) -> None:
    opened(page, lab, OWN_REPORT, kernel=ORDINARY)
    cell = page.locator(".jp-Notebook .jp-CodeCell", has_text="import pick")
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    report, wrong = tmp_path / "某区报告.txt", tmp_path / "某区报告.docx"
    report.write_text(
        "某区2023年度企业国有资产管理情况报告\n资产总额100亿元，负债总额60亿元，所有者权益50亿元。", encoding="utf-8"
    )
    wrong.write_bytes(b"")
    with page.expect_file_chooser() as chooser:
        cell.locator("button", has_text="选一份报告").click()
    chooser.value.set_files(report)
    marked = cell.frame_locator("iframe.sa-report")
    expect(marked.locator("body")).to_contain_text("有矛盾")
    expect(marked.locator("body")).to_contain_text("所有者权益50亿元")
    with page.expect_file_chooser() as chooser:
        cell.locator("button", has_text="选一份报告").click()
    chooser.value.set_files(wrong)
    expect(cell.locator(".jp-OutputArea-output").last).to_contain_text("是空文件")
