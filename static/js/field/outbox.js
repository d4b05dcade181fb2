/* The outbox page: every record on this phone with its state; and what needs a decision, both values side by side. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pack, pictures, courier, sealing } = field;
  const ORDER = ["needs", "draft", "phone", "sending", "office"];

  const progress = async (item) => {
    const open = await pictures.of(item.id);
    if (!open.length) return "";
    const size = open.reduce((sum, one) => sum + one.size, 0);
    const sent = open.reduce((sum, one) => sum + one.sent, 0);
    const percent = Math.floor((100 * sent) / Math.max(1, size));
    return sent ? field.frame.say("photo", { percent }) : field.frame.say("photos", { n: open.length });
  };

  /* "Nobody at home": the words of a choice as the form has them; other kinds than a visit by their name. */
  const wordOf = (item) => {
    const { payload } = item;
    const { words } = field.frame;
    const kind = item.kind === "door.tick" && !payload.reached ? "door.untick" : item.kind;
    const spoken = [words[`outcome.${payload.outcome}`] || words[`kind.${kind}`] || ""];
    return [...spoken, payload.note, ...(payload.needs || [])].filter(Boolean).join(" · ").slice(0, 80);
  };

  const rowOf = async (item) => {
    const { stamp, moment, chip } = field.frame;
    const made = stamp("record", {
      door: item.words?.door || "",
      when: moment(item.made_at),
      what: wordOf(item),
      photos: await progress(item),
      message: item.state === "needs" || item.held ? item.message : "",
    });
    made.dataset.item = item.id;
    made.dataset.state = item.state;
    made.querySelector("[data-state-chip]").replaceChildren(chip(item));
    const act = (name, shown, work) => {
      const button = made.querySelector(`[data-act="${name}"]`);
      if (!button) return;
      if (!shown) button.remove();
      else button.onclick = work;
    };
    const refused = item.state === "needs" && item.verdict === "refused";
    act("retry", item.state === "phone", () => courier.send({ force: true, all: true }));
    act("decide", item.state === "needs" && !refused, () => location.assign("/field/conflicts/"));
    act("again", (refused || item.state === "draft") && items.DRAFTED.includes(item.kind), () => again(item));
    act("drop", refused || item.state === "draft", () => items.remove(item.id));
    return made;
  };

  /* What was refused becomes a draft of its form again: nothing typed is lost, and it gets a new id. */
  const again = async (item) => {
    const household = item.payload.household;
    if (item.state !== "draft") {
      await items.saveDraft(item.account, household, item.payload, item.words, item.kind);
      await items.remove(item.id);
    }
    location.assign(`/households/${household}/visit/`);
  };

  const drawCounts = (root, all) => {
    const place = root.querySelector("[data-field-counts]");
    place.replaceChildren(
      ...ORDER.map((state) => {
        const number = all.filter((item) => item.state === state).length;
        const made = field.frame.stamp("count", { label: field.frame.say(state), number: String(number) });
        made.dataset.state = state;
        return made;
      }),
    );
  };

  const hints = async (account) => {
    const { say } = field.frame;
    const agent = navigator.userAgent;
    const found = [];
    const closed = account && (await vault.meta.get(`closed:${account}`));
    if (closed) found.push(say(closed.words, { n: closed.n }));
    if (!vault.isAvailable() || !navigator.serviceWorker) found.push(say("unavailable"));
    if (/MicroMessenger/i.test(agent)) found.push(say("wechat"));
    const standalone = navigator.standalone || matchMedia("(display-mode: standalone)").matches;
    if (/iPhone|iPad|iPod/.test(agent) && !standalone) found.push(say("ios"));
    return found;
  };

  const drawHints = async (root, account) => {
    const place = root.querySelector("[data-field-hints]");
    place?.replaceChildren(...(await hints(account)).map((text) => field.frame.stamp("hint", { text })));
  };

  const list = async (root, account) => {
    const all = (await items.list(account)).sort(
      (one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || other.made_at - one.made_at,
    );
    drawCounts(root, all);
    const rows = await Promise.all(all.map(rowOf));
    const place = root.querySelector("[data-field-records]");
    const nothing = document.createElement("li");
    nothing.append(field.frame.stamp("nothing", { text: field.frame.say("nothing") }));
    place.replaceChildren(...(rows.length ? rows : [nothing]));
    const unsent = all.some((item) => items.isUnsent(item));
    const seal = root.querySelector('[data-act="seal"]');
    const kept = (await sealing.keptNames()).length;
    seal.hidden = !unsent && !all.some((item) => item.state === "needs") && !kept;
    root.querySelector('[data-act="send"]').hidden = !unsent;
  };

  const bindButtons = (root, account) => {
    root.querySelector('[data-act="send"]').onclick = async (event) => {
      const button = event.currentTarget;
      button.setAttribute("aria-busy", "true");
      await courier.send({ force: true, all: true });
      button.removeAttribute("aria-busy");
    };
    root.querySelector('[data-act="seal"]').onclick = async () => {
      // What was sealed when an account was closed, whosever it is: only the office can open it.
      const kept = await sealing.handKept();
      const text = await sealing.unsentSealed(account);
      if (text) sealing.hand(text);
      field.frame.notice(field.frame.say(kept || text ? "sealed" : "no_key"));
    };
  };

  /* Values as [[label, value]], or as {name: value} of which those that have a name for people are shown. */
  const pairs = (values) => {
    if (Array.isArray(values)) return values;
    const { words, moment } = field.frame;
    return Object.entries(values || {})
      .filter(([name]) => words[`label.${name}`])
      .map(([name, value]) => {
        const told = name === "when" && Date.parse(value) ? moment(value) : words[`${name}.${value}`] || value;
        return [words[`label.${name}`], told];
      });
  };

  const column = (made, name, values) => {
    const place = made.querySelector(`[data-values="${name}"]`);
    place.replaceChildren(
      ...pairs(values).flatMap(([label, text]) => {
        const term = document.createElement("dt");
        term.textContent = label;
        const told = document.createElement("dd");
        told.textContent = Array.isArray(text) ? text.join(" · ") : String(text ?? "");
        return [term, told];
      }),
    );
  };

  /* One conflict at a time; deciding opens the next by itself. What was written stays until the office has answered. */
  const conflicts = async (root, account) => {
    const open = (await items.list(account)).filter((item) => item.state === "needs" && !item.choice).reverse();
    const place = root.querySelector("[data-field-conflict]");
    const item = open[0];
    if (!item) {
      // The office may ask once more about the one that was decided last.
      delete place.dataset.item;
      place.replaceChildren(field.frame.stamp("nothing", { text: field.frame.say("all_decided") }));
      return;
    }
    if (place.dataset.item === item.id) return;
    place.dataset.item = item.id;
    const made = field.frame.stamp("conflict", {
      door: item.words?.door || "",
      when: field.frame.moment(item.made_at),
      message: item.message,
      left: open.length > 1 ? field.frame.say("left", { n: open.length }) : "",
    });
    column(made, "mine", item.mine || []);
    column(made, "theirs", item.theirs || []);
    made.querySelectorAll("[data-choice]").forEach((button) => {
      const offered = item.verdict === "refused" ? [] : item.choices;
      button.hidden = !offered.includes(button.dataset.choice);
      button.onclick = async () => {
        await items.change(item.id, { choice: button.dataset.choice });
        field.frame.notice(field.frame.say("chosen"));
        courier.send({ force: true });
        conflicts(root, account);
      };
    });
    const refused = made.querySelector("[data-refused]");
    refused.hidden = item.verdict !== "refused";
    const anew = refused.querySelector('[data-act="again"]');
    anew.hidden = !items.DRAFTED.includes(item.kind);
    anew.onclick = () => again(item);
    refused.querySelector('[data-act="drop"]').onclick = () => items.remove(item.id);
    place.replaceChildren(made);
    made.querySelector("h2")?.focus();
  };

  const show = async (root, account) => {
    if (root.dataset.fieldPage === "conflicts") {
      await conflicts(root, account);
      items.onChange(() => conflicts(root, account));
      return;
    }
    bindButtons(root, account);
    await drawHints(root, account);
    await list(root, account);
    let waiting = null;
    items.onChange(() => {
      waiting ??= setTimeout(() => {
        waiting = null;
        drawHints(root, account);
        list(root, account);
      }, 150);
    });
  };

  const enhance = async (account) => {
    const root = document.querySelector("[data-field-page]");
    if (!root || root.dataset.fieldBound) return;
    root.dataset.fieldBound = "1";
    root.hidden = false;
    await show(root, account);
  };

  field.outbox = { enhance, show };
})();
