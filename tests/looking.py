"""Looks at a page as an inspector would: what is cut or runs out of the screen, what a thumb misses, what axe says."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

# CSS px (ux.md 9.5): what is pressed on a phone, and the main button in care mode.
THUMB, CARE_BUTTON = 44, 60
# WCAG 2.0 to 2.2, levels A and AA (ux.md 11.1).
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SHAPE = """
([thumb, button]) => {
  for (const one of document.querySelectorAll("main details")) one.open = true;
  const faults = new Set(), root = document.documentElement;
  const say = (element) => {
    const words = element.innerText || element.value || element.getAttribute("aria-label") || element.name || "";
    return `<${element.localName} class="${element.getAttribute("class") || ""}"> ${words.trim().slice(0, 30)}`;
  };
  const box = (element) => element.getBoundingClientRect();
  const around = function* (element) {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) yield one;
  };
  // Whatever is there for the ear only is clipped away or lies above the page until it has the focus.
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && box(element).width > 1 && box(element).height > 1
    && ![element, ...around(element)].some((one) => getComputedStyle(one).clipPath !== "none"
      || (getComputedStyle(one).position === "absolute" && box(one).bottom <= 0));
  const speaks = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  if (root.scrollWidth > root.clientWidth) faults.add(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
  for (const element of document.body.querySelectorAll(":not(svg *, script, style, template, option)")) {
    if (!speaks(element) || !seen(element)) continue;
    const style = getComputedStyle(element);
    const scrolls = /auto|scroll/.test(style.overflowX);
    if (!scrolls && style.display !== "inline" && element.scrollWidth > element.clientWidth + 1)
      faults.add(`text wider than its box by ${element.scrollWidth - element.clientWidth} px: ${say(element)}`);
    if (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1)
      faults.add(`text higher than its box: ${say(element)}`);
    const range = document.createRange();
    range.selectNodeContents(element);
    const text = range.getBoundingClientRect();
    for (const one of around(element)) {
      const overflow = getComputedStyle(one).overflowX, edge = box(one);
      if (/auto|scroll/.test(overflow)) break;
      if (/hidden|clip/.test(overflow) && (text.right > edge.right + 1 || text.left < edge.left - 1))
        faults.add(`text cut by its surroundings: ${say(element)}`);
    }
  }
  for (const element of document.body.querySelectorAll("a[href], button, summary, select, textarea, input")) {
    // A mark within a label is pressed with it.
    const label = element.matches("[type=checkbox], [type=radio]") ? element.labels[0] : element.closest("label");
    const target = label || element;
    if (element.disabled || !seen(target)) continue;
    // A link within a sentence is as high as its line (WCAG 2.5.8).
    if (getComputedStyle(element).display === "inline" && speaks(element.parentElement)) continue;
    const { width, height } = box(target);
    const least = element.matches(".button-primary") ? button : thumb;
    if (height < least - 0.5 || width < thumb - 0.5)
      faults.add(`only ${Math.round(width)} x ${Math.round(height)} px to press: ${say(element)}`);
  }
  return [...faults];
}
"""
AXE = """
async ([within, only]) => (await axe.run(within, { runOnly: only, resultTypes: ["violations"] })).violations
  .flatMap((one) => one.nodes.map((node) => `axe ${one.id} at ${node.target.join(" ")}: ${
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ")}`))
"""
# What the server gives a page to wear, and the same for a page that came in something else.
DRESS = """() => ({
  data: { ...document.documentElement.dataset },
  sheets: [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => [link.href, link.media]),
})"""
WEAR = """
async ({ data, sheets }) => {
  Object.assign(document.documentElement.dataset, data);
  const worn = [...document.querySelectorAll("link[rel=stylesheet]")];
  for (const link of worn) if (!sheets.some(([href]) => href === link.href)) link.remove();
  let before = null;
  for (const [href, media] of sheets) {
    let link = worn.find((one) => one.href === href);
    if (!link) {
      link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, media });
      const there = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
      before.after(link);
      await there;
    }
    before = link;
  }
}
"""


def faults_of_shape(page: Any, *, care: bool = False) -> list[str]:
    """What is cut, too wide, or too small to press on the page as it stands; parts that fold are opened first."""
    return page.evaluate(SHAPE, [THUMB, CARE_BUTTON if care else THUMB])


def load_axe(page: Any) -> None:
    page.evaluate(AXE_SCRIPT)


def faults_by_axe(page: Any, *, rules: list[str] | None = None, within: str = "html") -> list[str]:
    """What axe finds, once it is loaded: against all rules of WCAG A and AA, or against some by their ids.

    ``within`` is a selector: the part of the page to look at.
    """
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": AXE_TAGS}
    return page.evaluate(AXE, [within, only])


def dress_of(page: Any) -> dict[str, Any]:
    """Theme and size in which the server sent the page."""
    return page.evaluate(DRESS)


def wear(page: Any, dress: dict[str, Any]) -> None:
    """Change the page into another dress without asking the server for it again."""
    page.evaluate(WEAR, dress)
