/* Says while somebody types what does not belong into a note. The words come with the page, from the portal's one list
   (`data-watch`); online the portal asks again when a form is sent, and the outbox asks before it keeps a record. */
(() => {
  "use strict";

  if (globalThis.lianhuWording) return;

  const LONG_NUMBER = /(^|\D)(\d[ -]?){14}((\d[ -]?){2,3}[\dXx]|\d)(?!\d)/;

  /* What a watched field holds that does not belong there: sentences, or none. */
  const warnings = (field) => {
    const watch = JSON.parse(field.dataset.watch);
    const text = field.value.toUpperCase();
    const said = watch.words
      .map(([list, sentence]) => [list.filter((word) => text.includes(word.toUpperCase())), sentence])
      .filter(([found]) => found.length)
      .map(([found, sentence]) => `${sentence} (${found.join(" ")})`);
    if (LONG_NUMBER.test(text)) said.push(watch.number);
    return said;
  };

  /* Everything watched within `place` warns from now on. */
  const watch = (place) =>
    place.querySelectorAll("[data-watch]").forEach((field) => {
      const words = document.createElement("p");
      words.className = "hint wording-hint";
      words.setAttribute("role", "status");
      field.after(words);
      field.addEventListener("input", () => {
        words.textContent = warnings(field).join(" ");
      });
    });

  const inForm = (form) => [...form.querySelectorAll("[data-watch]")].flatMap(warnings);

  globalThis.lianhuWording = { watch, inForm };
  watch(document);
})();
