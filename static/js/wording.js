// Says while somebody types what does not belong into a note. The portal asks again when it is sent.
(() => {
  "use strict";

  const LONG_NUMBER = /(^|\D)(\d[ -]?){14}((\d[ -]?){2,3}[\dXx]|\d)(?!\d)/;

  document.querySelectorAll("[data-watch]").forEach((field) => {
    const watch = JSON.parse(field.dataset.watch);
    const words = document.createElement("p");
    words.className = "hint wording-hint";
    words.setAttribute("role", "status");
    field.after(words);

    field.addEventListener("input", () => {
      const text = field.value.toUpperCase();
      const said = watch.words
        .map(([list, sentence]) => [list.filter((word) => text.includes(word.toUpperCase())), sentence])
        .filter(([found]) => found.length)
        .map(([found, sentence]) => `${sentence} (${found.join(" ")})`);
      if (LONG_NUMBER.test(text)) said.push(watch.number);
      words.textContent = said.join(" ");
    });
  });
})();
