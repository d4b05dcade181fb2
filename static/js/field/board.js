/* The liaison's doors: a tick, a slip taken back and a door that needs help go through the outbox, like visits. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { items, pack, visit } = field;
  const TICK = "door.tick";
  const HELP = "door.help";
  const HELP_PATH = /^\/doors\/(\d+)\/help\/$/;

  const copy = (name) => document.getElementById(`field-${name}`).content.firstElementChild.cloneNode(true);

  const add = async (account, kind, payload, words) =>
    items.add(account, { kind, payload, words, packMadeAt: (await pack.read(account))?.made_at ?? null });

  const isReached = (cell) => cell.classList.contains("is-reached");

  const paintTick = (cell, reached) => {
    const button = cell.querySelector(".door-tick");
    if (!button || isReached(cell) === reached) return;
    cell.classList.toggle("is-reached", reached);
    button.setAttribute("aria-pressed", String(reached));
    const name = button.querySelector(".visually-hidden");
    button.replaceChildren(...copy(reached ? "tick-on" : "tick-off").childNodes, name);
  };

  const paintHelp = (cell, asked) => {
    const made = cell.querySelector(".door-helped");
    const link = cell.querySelector(".door-help");
    if (link) link.hidden = asked;
    if (asked && !made) cell.append(copy("helped"));
    if (!asked && made && link) made.remove();
  };

  /* Every door of `place` as this phone left it, else as the office said at `since`. */
  const draw = async (place, account, since) => {
    const all = await items.list(account);
    const [ticks, helps] = [TICK, HELP].map((kind) => items.standing(all, kind, since));
    for (const cell of place.querySelectorAll(".door-cell")) {
      const [household, notice] = [Number(cell.dataset.door), Number(cell.dataset.notice)];
      const tick = ticks.find(({ payload }) => payload.household === household && payload.notice === notice);
      const help = helps.find(({ payload }) => payload.household === household);
      paintTick(cell, tick ? tick.payload.reached : "reached" in cell.dataset);
      paintHelp(cell, Boolean(help) || "helped" in cell.dataset);
      cell.querySelectorAll(".field-mark").forEach((mark) => mark.remove());
      cell.append(...[tick, help].filter(Boolean).map(field.frame.chip));
    }
    drawReach(place);
  };

  const drawReach = (place) => {
    const reach = place.querySelector("[data-reach]");
    if (!reach) return;
    const cells = [...place.querySelectorAll(".door-cell")].filter((cell) => cell.querySelector(".door-tick"));
    const n = cells.filter(isReached).length;
    const words = reach.querySelector("[data-reach-words]");
    words.textContent = field.frame.say("reach", { n, all: cells.length });
    reach.querySelector("[data-reach-done]").hidden = !n || n < cells.length;
    const bar = reach.querySelector("progress");
    bar.max = Math.max(cells.length, 1);
    bar.value = n;
  };

  const start = async (place, account, since) => {
    place.querySelectorAll(".door-cell form").forEach((form) => {
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        event.stopPropagation();
        const cell = form.closest(".door-cell");
        const { door, notice, words } = cell.dataset;
        const payload = { household: Number(door), notice: Number(notice), reached: !isReached(cell) };
        try {
          await add(account, TICK, payload, { door: words });
        } catch (problem) {
          // The phone can keep nothing: the ordinary form is sent, where there is one.
          if (form.action && form.method === "post") form.submit();
          else field.frame.notice(visit.problemOf(problem));
        }
      });
    });
    items.onChange(() => place.isConnected && draw(place, account, since));
    await draw(place, account, since);
  };

  /* The page that asks once more before help is asked for. `done` is called when it is kept. */
  const bindHelp = (form, account, household, words, done) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      try {
        await add(account, HELP, { household: Number(household) }, words);
        done();
      } catch (problem) {
        if (form.method === "post") form.submit();
        else visit.complain(form, visit.problemOf(problem));
      }
    });
    form.dataset.fieldBound = "1";
  };

  /* The server's own pages. */
  const enhance = async (account) => {
    const main = document.getElementById("main");
    if (main.querySelector(".door-cell")) await start(main, account, performance.timeOrigin);
    const asked = main.querySelector("[data-help-door]");
    if (!asked) return;
    const form = main.querySelector("form.form");
    const back = form.querySelector("a.button-quiet")?.href || "/doors/";
    bindHelp(form, account, asked.dataset.helpDoor, { door: asked.dataset.door }, () => location.assign(back));
  };

  field.board = { HELP_PATH, start, bindHelp, enhance };
})();
