(() => {
  "use strict";
  const root = document.documentElement;
  const all = (query, from = document) => [...from.querySelectorAll(query)];
  const ja = () => document.getElementById("lang-ja").checked;
  const count = document.getElementById("shown");

  const refresh = () => {
    root.lang = ja() ? "ja" : "en";
    let shown = 0;
    for (const section of all("section.group")) {
      section.hidden = false;
      const here = all("details.item", section).filter((item) => getComputedStyle(item).display !== "none").length;
      section.hidden = here === 0;
      shown += here;
    }
    if (count) count.textContent = String(shown);
  };
  for (const input of all("input[name=lang], input.pick")) input.addEventListener("change", refresh);

  const openTo = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", openTo);

  document.getElementById("open-all").addEventListener("click", () => {
    for (const item of all("details")) item.open = true;
  });
  document.getElementById("close-all").addEventListener("click", () => {
    for (const item of all("details")) item.open = false;
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    for (const item of closed) item.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of closed) item.open = false;
  });

  const words = document.getElementById("copy-words").dataset;
  document.addEventListener("click", (event) => {
    const command = event.target.closest("kbd");
    if (!command || String(getSelection())) return;
    const done = () => {
      command.dataset.done = ja() ? words.ja : words.en;
      setTimeout(() => delete command.dataset.done, 1500);
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(command.textContent).then(done, () => getSelection().selectAllChildren(command));
    } else {
      getSelection().selectAllChildren(command);
    }
  });

  root.classList.add("js");
  refresh();
  openTo();
})();
