/* What every field page shows of it: one line that says where the records are, the toast with "undo", and a mark on
   every door that was visited a moment ago. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { items, pack, courier } = field;
  const DAY = 24 * 3600 * 1000;
  const TOLD_TIME = 4000;
  const frame = document.getElementById("field-frame");
  const words = JSON.parse(document.getElementById("field-words")?.textContent || "{}");
  let toastTimer = 0;
  let takenBackAt = 0;

  const say = (key, values = {}) => (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const part = (name) => frame?.querySelector(`[data-field="${name}"]`);

  const two = (number) => String(number).padStart(2, "0");

  /* A moment as 11-30 14:05, with the year only where it is another one. */
  const moment = (value) => {
    const at = new Date(value);
    const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    const year = at.getFullYear() === new Date().getFullYear() ? "" : `${at.getFullYear()}-`;
    return `${year}${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  /* A copy of <template id="field-NAME"> with texts put into its slots; empty slots are taken out. */
  const stamp = (name, texts = {}) => {
    const made = document.getElementById(`field-${name}`).content.firstElementChild.cloneNode(true);
    made.querySelectorAll("[data-slot]").forEach((slot) => {
      const text = texts[slot.dataset.slot];
      if (text === undefined || text === null || text === "") slot.remove();
      else if (text instanceof Node) slot.replaceChildren(text);
      else slot.textContent = text;
    });
    return made;
  };

  const ICONS = { line: "line", sending: "arrows", needs: "needs", retry: "retry", check: "check" };

  const icon = (name) => document.getElementById(`field-icon-${ICONS[name] || name}`)?.content.cloneNode(true) || "";

  /* The one line under the top bar: what matters most now, or nothing. */
  const lineFor = (counts, others, closed) => {
    const { status } = courier;
    const n = counts.unsent;
    if (closed) return ["retry", say(closed.words, { n: closed.n }), "outbox"];
    if (status.login && n) return ["retry", say("login", { n }), "login"];
    if (n && Date.now() - counts.oldest > DAY) return ["retry", say("old", { n }), "outbox"];
    if (status.offline || !navigator.onLine) return ["line", n ? say("offline_left", { n }) : say("offline"), "outbox"];
    if (status.unreachable && n) return ["retry", say("unreachable", { n }), "outbox"];
    if (counts.sending) return ["sending", say("sending_left", { n }), "outbox"];
    if (status.slow) return ["line", say("slow"), "outbox"];
    if (n) return ["sending", say("waiting", { n }), "outbox"];
    if (others) return ["line", say("other_account", { n: others }), "outbox"];
    return null;
  };

  const drawLine = (counts, others, closed) => {
    const line = part("line");
    const found = lineFor(counts, others, closed);
    line.hidden = !found;
    if (!found) return;
    const [kind, text, target] = found;
    line.className = `office-line office-line-${kind}`;
    line.href = target === "login" ? `/login/?next=${encodeURIComponent(location.pathname)}` : line.dataset.outbox;
    const label = part("line-words");
    if (label.textContent !== text) label.textContent = text;
    part("line-icon").replaceChildren(icon(kind));
  };

  const drawNeeds = (counts) => {
    const banner = part("needs");
    // What was refused has no second value to choose from: it stands in the outbox.
    banner.href = counts.conflicts ? banner.dataset.conflicts : part("line").dataset.outbox;
    banner.hidden = !counts.needs || location.pathname === new URL(banner.href).pathname;
    part("needs-words").textContent = say("needs_you", { n: counts.needs });
  };

  const notice = (text, { undo = null } = {}) => {
    const toast = part("toast");
    clearTimeout(toastTimer);
    part("toast-words").textContent = text;
    const button = part("undo");
    button.hidden = !undo;
    button.onclick = undo;
    toast.hidden = false;
    return toast;
  };

  const hideToast = () => {
    part("toast").hidden = true;
  };

  const drawToast = (fresh) => {
    const toast = part("toast");
    if (!fresh) {
      if (toast.dataset.item) {
        delete toast.dataset.item;
        hideToast();
      }
      return;
    }
    // What was taken back is told first: the record before it may be taken back afterwards.
    if (fresh.made_at <= takenBackAt && Date.now() < takenBackAt + TOLD_TIME) return;
    if (toast.dataset.item !== fresh.id) {
      notice(say("saved"), { undo: () => takeBack(fresh.id) });
      toast.dataset.item = fresh.id;
    }
    clearTimeout(toastTimer);
    toastTimer = setTimeout(draw, Math.max(0, fresh.until - Date.now()) + 50);
  };

  const takeBack = async (id) => {
    const item = await items.undo(id);
    delete part("toast").dataset.item;
    if (!item) return draw();
    takenBackAt = Date.now();
    notice(say(items.DRAFTED.includes(item.kind) ? "undone" : "taken_back"));
    toastTimer = setTimeout(() => {
      hideToast();
      draw();
    }, TOLD_TIME);
    return undefined;
  };

  /* The doors on this page that were visited on this phone and where that record is. */
  const drawDoors = async (account) => {
    const links = [...document.querySelectorAll('a[href*="/households/"][href*="/visit/"]')];
    if (!links.length) return;
    const states = new Map();
    for (const item of (await items.list(account)).reverse()) {
      if (item.kind === "visit.log") states.set(String(item.payload.household), item);
    }
    links.forEach((link) => {
      const household = new URL(link.href).pathname.match(/^\/households\/(\d+)\/visit\/$/)?.[1];
      const card = link.closest(".door-card, li");
      if (!household || !card) return;
      card.querySelector(".field-mark")?.remove();
      const item = states.get(household);
      card.classList.toggle("is-visited", Boolean(item) && item.state !== "draft");
      if (!item) return;
      const place = card.querySelector(".door-state, .todo-words") || card;
      place.append(chip(item));
    });
  };

  const TONES = { draft: "grey", phone: "grey", sending: "blue", office: "green", needs: "purple" };
  const CHIP_ICONS = { draft: "draft", phone: "phone", sending: "arrows", office: "check", needs: "needs" };

  /* Where a record is: words, colour and sign, never colour alone. */
  const chip = (item) => {
    const made = document.createElement("span");
    made.className = `chip chip-${TONES[item.state]} field-mark`;
    made.append(icon(CHIP_ICONS[item.state]), say(item.state === "office" && item.held ? "held" : item.state));
    return made;
  };

  const countOthers = async (account) => {
    const all = await field.vault.run("items", "readonly", ({ items: table }) => field.vault.settled(table.getAll()));
    return all.filter((row) => row.account !== account && items.isUnsent(row)).length;
  };

  let drawing = null;
  const draw = () => {
    drawing ??= new Promise((done) => setTimeout(done, 30)).then(async () => {
      drawing = null;
      const account = await pack.current();
      if (!frame || !account) return;
      const counts = await items.counts(account);
      drawLine(counts, await countOthers(account), await field.vault.meta.get(`closed:${account}`));
      drawNeeds(counts);
      drawToast(counts.fresh);
      await drawDoors(account);
      document.documentElement.dataset.unsent = String(counts.unsent);
    });
    return drawing;
  };

  field.frame = { say, part, stamp, icon, moment, chip, draw, notice, hideToast, words };
})();
