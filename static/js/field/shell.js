/* The shell stands in for field pages that cannot be fetched: it draws the doors of today, the form of a visit, the
   outbox and the conflicts from what the phone holds. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { vault, items, pack, visit, note, board, raise } = field;
  const main = () => document.getElementById("main");
  const title = (text) => {
    document.querySelector("[data-shell-title]").textContent = text;
    document.title = `${text} · ${main().dataset.portal}`;
  };
  const words = (name) => main().dataset[name];

  let notes = new Map(); // by door: what this phone wrote since its list was made

  const cardOf = (door) => {
    const { stamp, moment } = field.frame;
    const tasks = (door.tasks || []).map((task) => task.words).join(" · ");
    const made = stamp("door", {
      door: door.door,
      head: door.head,
      place: door.place,
      waiting: door.waiting,
      due: door.due ? moment(door.due) : "",
      tasks,
      note: notes.get(door.id)?.payload.note ?? door.note,
      last: door.last_note,
    });
    const chip = made.querySelector('[data-slot="waiting"]');
    chip?.classList.add(`chip-${/^[a-z]+$/.test(door.tone || "") ? door.tone : "grey"}`);
    const button = made.querySelector("a.door-button");
    button.href = door.log_url;
    button.querySelector("[data-door]").textContent = door.door;
    return made;
  };

  const section = (heading, doors) => {
    if (!doors.length) return [];
    const made = field.frame.stamp("doors", { heading, count: String(doors.length) });
    made.querySelector("[data-doors]").replaceChildren(...doors.map(cardOf));
    return [made];
  };

  const byStairs = (one, other) => String(one.order).localeCompare(String(other.order), undefined, { numeric: true });

  /* The list that this phone holds; where it holds none, that is said instead. */
  const listFor = async (account, place) => {
    const held = await pack.read(account);
    if (held) return held;
    const closed = await vault.meta.get(`closed:${account}`);
    const old = (await vault.meta.get("expired")) === account;
    const text = closed ? field.frame.say(closed.words, { n: closed.n }) : field.frame.say(old ? "expired" : "no_list");
    place.replaceChildren(field.frame.stamp("nothing", { text }));
    return null;
  };

  const cellOf = (door, notice) => {
    const made = field.frame.stamp("cell", { door: door.door, head: door.head });
    const told = notice && door.notices.includes(notice.id);
    Object.assign(made.dataset, { door: door.id, notice: told ? notice.id : "", words: door.door });
    if (told && door.reached.includes(notice.id)) made.dataset.reached = "";
    if (door.help) made.dataset.helped = "";
    if (!told) made.querySelector("form").remove();
    made.querySelector(".door-help").href = `/doors/${door.id}/help/`;
    return made;
  };

  /* The liaison's doors, with the notice that is chosen in the address or the newest. */
  const doorBoard = async (account) => {
    title(words("doors"));
    const place = main().querySelector("[data-shell-body]");
    const held = await listFor(account, place);
    if (!held) return;
    const chosen = Number(new URLSearchParams(location.search).get("notice"));
    const notice = held.notices.find((one) => one.id === chosen) || held.notices[0];
    const { stamp } = field.frame;
    const made = stamp("board", notice ? { title: notice.title, text: notice.text, until: notice.until } : {});
    if (!notice) made.querySelector(".notice-card").remove();
    if (held.notices.length > 1) {
      const chip = (one) => {
        const link = stamp("board-notice", { title: one.title });
        link.href = `/doors/?notice=${one.id}`;
        link.classList.toggle("filter-chip-on", one === notice);
        return link;
      };
      made.querySelector("nav").replaceChildren(...held.notices.map(chip));
    } else made.querySelector("nav").remove();
    const doors = held.doors.filter((door) => door.notices).sort(byStairs);
    made.querySelector("ul").replaceChildren(...doors.map((door) => cellOf(door, notice)));
    place.replaceChildren(
      stamp("asof", { text: field.frame.say("list_of", { moment: field.frame.moment(held.made_at) }) }),
      made,
    );
    await board.start(made, account, Date.parse(held.made_at));
  };

  const help = async (account, household) => {
    const place = main().querySelector("[data-shell-body]");
    title(words("help"));
    const door = await pack.doorOf(account, household);
    if (!door?.notices) {
      place.replaceChildren(field.frame.stamp("nothing", { text: field.frame.say("not_here") }));
      return;
    }
    const made = field.frame.stamp("help", { door: door.door });
    place.replaceChildren(made);
    board.bindHelp(made, account, household, { door: door.door }, () => go("/doors/"));
  };

  const day = async (account) => {
    title(words("day"));
    const place = main().querySelector("[data-shell-body]");
    const held = await listFor(account, place);
    if (!held) return;
    notes = await note.written(account, Date.parse(held.made_at));
    const soon = Date.now() + 24 * 3600 * 1000;
    const isUrgent = (door) => door.tasks?.length || (door.due && Date.parse(door.due) <= soon);
    const doors = [...held.doors].sort(byStairs);
    place.replaceChildren(
      field.frame.stamp("asof", { text: field.frame.say("list_of", { moment: field.frame.moment(held.made_at) }) }),
      ...section(words("dueDoors"), doors.filter(isUrgent)),
      ...section(words("otherDoors"), doors.filter((door) => !isUrgent(door))),
    );
    await field.frame.draw();
  };

  const form = async (account, household) => {
    const door = await pack.doorOf(account, household);
    const place = main().querySelector("[data-shell-body]");
    title(words("visit"));
    if (!door) {
      const held = await pack.read(account);
      place.replaceChildren(field.frame.stamp("nothing", { text: field.frame.say(held ? "not_here" : "no_list") }));
      return;
    }
    const made = field.frame.stamp("visit", {
      door: door.door,
      head: door.head,
      place: door.place,
      waiting: door.waiting,
      last: door.last_note,
    });
    // What is owed here is what the visit is for: no visit of the last 14 days stands in its way.
    if (door.tasks?.length) made.querySelector("[name=kind]").value = "five_must";
    if (!door.may_note) made.querySelector(".door-note-form").remove();
    globalThis.lianhuWording.watch(made);
    await note.start(made, {
      account,
      household,
      base: door.base,
      known: door.note,
      since: Date.parse((await pack.read(account)).made_at),
      words: { door: door.door },
    });
    const back = new URLSearchParams(location.search).get("next");
    const home = back && back.startsWith("/") && !back.startsWith("//") ? back : "/";
    await visit.bind(made.querySelector(".visit-form"), {
      account,
      household,
      words: { door: door.door },
      native: false,
      done: () => go(home),
    });
    made.querySelector("a[data-cancel]").href = home;
    made.querySelector("a[data-raise]").href = `/households/${household}/must-arrive/`;
    // Not before it can be sent: a form that nobody listens to would be lost with the page.
    place.replaceChildren(made);
  };

  const tell = async (account, household) => {
    const place = main().querySelector("[data-shell-body]");
    title(words("raise"));
    const held = await pack.read(account);
    const door = await pack.doorOf(account, household);
    if (!door) {
      place.replaceChildren(field.frame.stamp("nothing", { text: field.frame.say(held ? "not_here" : "no_list") }));
      return;
    }
    const made = field.frame.stamp("raise", { door: door.door, place: door.place });
    // A liaison says that somebody must go there, and not what it is about.
    if (held.home === "doors") made.querySelector("[data-told]").remove();
    globalThis.lianhuWording.watch(made);
    raise.bind(made, { account, household, words: { door: door.door }, done: () => go("/") });
    place.replaceChildren(made);
  };

  const copied = async (account, name, heading) => {
    title(heading);
    const made = document.getElementById(`field-page-${name}`).content.firstElementChild.cloneNode(true);
    main().querySelector("[data-shell-body]").replaceChildren(made);
    await field.outbox.enhance(account);
  };

  const draw = async (account) => {
    const path = location.pathname;
    const household = path.match(visit.PATH)?.[1];
    document.querySelectorAll(".bottombar a").forEach((link) => {
      if (new URL(link.href).pathname === path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    const helped = path.match(board.HELP_PATH)?.[1];
    const raised = path.match(raise.PATH)?.[1];
    const isDoors = path === "/doors/" || (path === "/" && (await pack.read(account))?.home === "doors");
    if (household) await form(account, household);
    else if (helped) await help(account, helped);
    else if (raised) await tell(account, raised);
    else if (isDoors) await doorBoard(account);
    else if (path === "/field/outbox/") await copied(account, "outbox", words("outbox"));
    else if (path === "/field/conflicts/") await copied(account, "conflicts", words("conflicts"));
    else await day(account);
    await field.frame.draw();
    document.documentElement.dataset.drawn = path;
  };

  /* From one page of the shell to another without asking the network again. */
  const go = (address) => {
    history.pushState({}, "", address);
    scrollTo(0, 0);
    main().focus({ preventScroll: true });
    return redraw();
  };

  const redraw = async () => draw(await pack.current());

  const isShellPage = (path) => path === "/" || ["/my-day/", "/doors/"].includes(path) || visit.PATH.test(path) || board.HELP_PATH.test(path) || raise.PATH.test(path) || /^\/(field\/(outbox|conflicts)|contacts\/mine)\//.test(path);

  const start = async () => {
    const account = await pack.current();
    if (!account) {
      title(words("day"));
      main().querySelector("[data-shell-body]").replaceChildren(field.frame.stamp("nothing", { text: field.frame.say("no_list") }));
      return;
    }
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (link && "reload" in link.dataset) {
        event.preventDefault();
        location.reload();
        return;
      }
      if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || link.target) return;
      const url = new URL(link.href);
      if (url.origin !== location.origin || !isShellPage(url.pathname)) return;
      event.preventDefault();
      go(url.pathname + url.search);
    });
    window.addEventListener("popstate", redraw);
    // The list ends after a day, also while the page stays open.
    setInterval(async () => {
      if (!(await pack.read(account)) && main().querySelector(".door-card")) await redraw();
    }, 60_000);
    await draw(account);
  };

  const isShell = () => Boolean(document.querySelector("[data-shell]"));

  field.shell = { start, redraw, isShell };
})();
