/* The form of a visit, online and offline alike: what is saved goes into the outbox first and from there to the office.
   Where the phone keeps nothing, the ordinary form is sent as without script. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { items, pack, pictures } = field;
  const PATH = /^\/households\/(\d+)\/visit\/$/;
  // As long as an identity number, or a phone: neither is kept on a phone.
  const NUMBER = /(^|\D)(\d{15}|\d{17}[\dXx]|(86)?1[3-9]\d{9})(?!\d)/;
  const DRAFT_AFTER = 600;
  // What only the server can judge is sent to it directly.
  const ORDINARY = ["occurred_at", "late_reason", "person", "wording_checked"];

  const holdsNumber = (text) => NUMBER.test(text.normalize("NFKC").replace(/[\s\-./()·_]/g, ""));

  const value = (data, name) => String(data.get(name) ?? "").trim();

  const payloadOf = (form, household, allWell) => {
    const data = new FormData(form);
    return {
      household: Number(household),
      outcome: allWell ? "met" : value(data, "outcome") || "met",
      channel: value(data, "channel") || "face",
      kind: value(data, "kind") || "routine",
      note: value(data, "note"),
      needs: value(data, "needs").split("\n").map((line) => line.trim()).filter(Boolean),
      invited: Boolean(value(data, "invited")),
      remote_reason: value(data, "remote_reason"),
      task: Number(value(data, "task") || new URLSearchParams(location.search).get("task")) || null,
      occurred_at: new Date().toISOString(),
    };
  };

  const filesOf = (form) =>
    [...form.querySelectorAll('input[type="file"]')].flatMap((input) => [...input.files]).filter((file) => file.size);

  const complain = (form, text) => {
    let box = form.querySelector("[data-field-problem]");
    if (!box) {
      box = field.frame.stamp("problem", { text });
      form.querySelector(".form-card")?.prepend(box);
    }
    box.querySelector('[data-slot="text"]').textContent = text;
    box.tabIndex = -1;
    box.focus();
    box.scrollIntoView({ block: "center" });
  };

  const fill = (form, payload) => {
    const radio = (name, chosen) => {
      const found = form.querySelector(`input[name="${name}"][value="${CSS.escape(chosen)}"]`);
      if (found) found.checked = true;
    };
    radio("outcome", payload.outcome);
    radio("channel", payload.channel);
    if (form.elements.note) form.elements.note.value = payload.note;
    if (form.elements.needs) form.elements.needs.value = payload.needs.join("\n");
    if (form.elements.remote_reason) form.elements.remote_reason.value = payload.remote_reason || "";
    if (form.elements.kind) form.elements.kind.value = payload.kind;
    if (form.elements.invited) form.elements.invited.checked = payload.invited;
  };

  /* Whether the form says something that only its own page can handle. */
  const isOrdinary = (form) => ORDINARY.some((name) => value(new FormData(form), name));

  const checked = new WeakMap(); // by form: the words that somebody has been warned of and keeps

  /* Whether what was typed may be stored; if not, the form says why. */
  const mayKeep = (form, said) => {
    if (holdsNumber(said)) {
      complain(form, field.frame.say("numbers"));
      return false;
    }
    const warnings = globalThis.lianhuWording.inForm(form);
    if (!warnings.length || checked.get(form) === said) return true;
    checked.set(form, said);
    complain(form, `${warnings.join(" ")} ${field.frame.say("wording")}`);
    return false;
  };

  const problemOf = (problem) => {
    const full = problem?.name === "QuotaExceededError" || /quota|full/i.test(String(problem?.message));
    return field.frame.say(full ? "full" : "unavailable");
  };

  /* Make `form` save into the outbox. `done` is called once the record is stored; `native` says that there is a
     server's form behind it, which is sent as it is when the phone cannot keep anything. */
  const bind = async (form, { account, household, words, native, done }) => {
    let saving = false;
    const draft = await items.draftOf(account, household);
    if (draft) fill(form, draft.payload);

    let timer = 0;
    const keepDraft = () => {
      if (saving) return;
      const payload = payloadOf(form, household, false);
      if (holdsNumber(`${payload.note}\n${payload.needs.join("\n")}`)) return;
      if (payload.note || payload.needs.length) items.saveDraft(account, household, payload, words).catch(() => {});
      else items.dropDraft(account, household).catch(() => {});
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keepDraft, DRAFT_AFTER);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && timer && form.isConnected) keepDraft();
    });

    const save = async (allWell) => {
      const payload = payloadOf(form, household, allWell);
      if (!mayKeep(form, `${payload.note}\n${payload.needs.join("\n")}`)) return;
      saving = true;
      clearTimeout(timer);
      form.querySelectorAll('button[type="submit"]').forEach((button) => button.setAttribute("aria-busy", "true"));
      try {
        const shrunk = await Promise.all(filesOf(form).slice(0, 3).map(pictures.shrink));
        const packMadeAt = (await pack.read(account))?.made_at ?? null;
        await items.add(account, { kind: "visit.log", payload, words, pictures: shrunk, packMadeAt });
        done();
      } catch (problem) {
        saving = false;
        form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
        complain(form, problemOf(problem));
      }
    };

    form.addEventListener("submit", (event) => {
      const allWell = event.submitter?.name === "all_well";
      if (native && isOrdinary(form)) {
        items.dropDraft(account, household).catch(() => {});
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      if (!saving) save(allWell);
    });
    form.dataset.fieldBound = "1";
  };

  /* The server's own page of the form. */
  const enhance = async (account) => {
    const household = location.pathname.match(PATH)?.[1];
    const form = household && document.querySelector("form.visit-form");
    if (!form || form.dataset.fieldBound) return;
    const door = form.querySelector(".door-name")?.textContent.trim() || "";
    const back = form.elements.next?.value || "/";
    const done = () => location.assign(back);
    await bind(form, { account, household, words: { door }, native: true, done });
  };

  field.visit = { PATH, bind, enhance, payloadOf, holdsNumber, mayKeep, complain, problemOf };
})();
