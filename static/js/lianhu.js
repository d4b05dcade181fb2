// Small comforts on top of pages that work without script. Nothing here decides anything.
(() => {
  "use strict";

  const isTyping = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  // "/" puts the cursor into the page's own search, else into the global one.
  const focusSearch = () => {
    const fields = [...document.querySelectorAll('[data-hotkey="/"]')].filter((field) => field.offsetParent);
    const field = fields.pop();
    field?.focus();
    field?.select();
    return Boolean(field);
  };

  // Menus close on Escape and on a click elsewhere; only one is open.
  const closeMenus = (except) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = document.querySelector("details[data-menu][open]");
      closeMenus(null);
      open?.querySelector("summary")?.focus();
    }
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      if (focusSearch()) event.preventDefault();
    }
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    closeMenus(target?.closest("details[data-menu]") ?? null);

    const copy = target?.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        copy.setAttribute("data-copied", "");
      });
    }

    const show = target?.closest("[data-show-password]");
    if (show) {
      const field = document.getElementById(show.dataset.showPassword);
      const visible = field.type === "text";
      field.type = visible ? "password" : "text";
      show.setAttribute("aria-pressed", String(!visible));
    }

    if (target?.closest("[data-print]")) window.print();
  });

  // An identity number or a whole phone typed into the search of a list goes into the body of the one search box:
  // addresses are kept by browsers. (Without script the server leads there; see grids/common/search.py.)
  const personal = /(^|\D)(\d{17}[\dXx]|(86)?1[3-9]\d{9})(?!\d)/;
  document.addEventListener("submit", (event) => {
    const typed = event.target.elements.q;
    const box = document.getElementById("global-search");
    if (event.target.method !== "get" || !typed || !box) return;
    if (personal.test(typed.value.normalize("NFKC").replace(/[\s\-./()·_+]/g, ""))) {
      event.preventDefault();
      box.value = typed.value;
      typed.value = "";
      box.form.requestSubmit();
    }
  });

  // A form is sent once: the second click of an impatient finger does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A form whose answer is a file leaves the page where it is, and may be sent again.
    if (form.method !== "post" || "repeats" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll('button[type="submit"]').forEach((button) => button.setAttribute("aria-busy", "true"));
  });

  // Coming back with the browser's arrow must find usable buttons.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  // Empty filters stay out of the address, so that a shared link is short.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll('form[method="get"] :disabled').forEach((field) => {
      field.disabled = false;
    });
  });

  // In a long menu the item of this page is in sight.
  const menu = document.querySelector(".sidemenu");
  const here = menu?.querySelector("[aria-current]");
  if (here && here.offsetTop + here.offsetHeight > menu.clientHeight) menu.scrollTop = here.offsetTop - menu.clientHeight / 2;

  document.querySelectorAll("[data-needs-script]").forEach((element) => element.removeAttribute("hidden"));
  document.querySelector("[data-focus]")?.focus();
})();
