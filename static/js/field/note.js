/* The note for whoever comes to a door: written on the page of the visit, kept and sent like a visit. */
(() => {
  "use strict";

  const field = globalThis.lianhuField;
  const { items, pack, visit } = field;
  const KIND = "door.note";

  /* By door: the newest note that this phone wrote and that the office did not have at `since`. */
  const written = async (account, since) =>
    new Map(items.standing(await items.list(account), KIND, since).reverse().map((item) => [item.payload.household, item]));

  /* The line with the note in `place`: as this phone wrote it, else `known`, which the office said at `since`. */
  const show = async (place, account, household, known, since) => {
    const line = place.querySelector("[data-note-line]");
    const item = (await written(account, since)).get(Number(household));
    const words = item ? item.payload.note : known;
    line.querySelector("[data-note-words]").textContent = words;
    line.querySelector("[data-note-mark]").replaceChildren(...(item ? [field.frame.chip(item)] : []));
    line.hidden = !words && !item;
    return words;
  };

  /* Make `form` save into the outbox. `present` is the note on the door now, `base` the household's version on the list
     or the page. */
  const bind = async (form, { account, household, base, present, words }) => {
    const input = form.elements.note;
    const draft = await items.draftOf(account, household, KIND);
    input.value = draft ? draft.payload.note : present;
    if (draft) form.querySelector("details").open = true;
    let saving = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      const note = input.value.trim();
      if (saving || !visit.mayKeep(form, note)) return;
      saving = true;
      try {
        const packMadeAt = (await pack.read(account))?.made_at ?? null;
        const payload = { household: Number(household), base, note };
        await items.add(account, { kind: KIND, payload, words, packMadeAt });
        form.querySelector("[data-field-problem]")?.remove();
        form.querySelector("details").open = false;
      } catch (problem) {
        visit.complain(form, visit.problemOf(problem));
      }
      saving = false;
    });
    form.dataset.fieldBound = "1";
  };

  /* The line and, for whoever may write it, the form in `place`; drawn again whenever a record changes its state. */
  const start = async (place, { account, household, base, known, since, words }) => {
    const draw = () => show(place, account, household, known, since);
    const form = place.querySelector("form.door-note-form");
    const present = await draw();
    if (form) await bind(form, { account, household, base, present, words });
    items.onChange(() => place.isConnected && draw());
  };

  /* The server's own page of a visit. */
  const enhance = async (account) => {
    const household = location.pathname.match(visit.PATH)?.[1];
    const line = household && document.querySelector("[data-note-line]");
    if (!line) return;
    const form = document.querySelector("form.door-note-form");
    await start(document.getElementById("main"), {
      account,
      household,
      base: Number(form?.elements.version.value),
      known: line.querySelector("[data-note-words]").textContent,
      since: performance.timeOrigin,
      words: { door: form?.dataset.door },
    });
  };

  field.note = { written, start, enhance };
})();
