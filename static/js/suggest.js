/* Suggestions while typing in the search box: an editable combobox with a list, as the ARIA Authoring Practices
   describe it ("list autocomplete with manual selection"). The box itself says where to ask, and brings every word
   that a visitor reads. Without this script it is a plain search box. Nothing that is typed is kept. */

const FEWEST_LETTERS = 2;
const PAUSE = 120; /* milliseconds without a key before we ask */

/* Letters without their accents, one for one, so that places in the text stay the same. */
const plain = (text) => text.replace(/[^\x00-\x7f]/g, (sign) => sign.normalize("NFD")[0]).toLowerCase();

/* Text goes in as text: a name is never read as HTML. */
function element(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

/* The text in pieces, with the beginnings of its words that were typed emphasised. */
function emphasised(text, typed) {
  const words = plain(typed).match(/[\p{L}\p{N}]+/gu) || [];
  const pieces = [];
  let end = 0;
  for (const { 0: word, index } of plain(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    const fitting = words.filter((one) => word.startsWith(one)).map((one) => one.length);
    if (!fitting.length) continue;
    const last = index + Math.max(...fitting);
    pieces.push(text.slice(end, index), element("b", {}, text.slice(index, last)));
    end = last;
  }
  return [...pieces, text.slice(end)];
}

function suggestWhileTyping(box) {
  const { address, words } = JSON.parse(box.dataset.suggest);
  const list = element("ul", { class: "sm-suggest", id: "suggesties", role: "listbox", "aria-label": words.list });
  const told = element("p", { class: "sm-vh", role: "status" });
  let found = [];
  let chosen = -1;
  let running = new AbortController();
  let pause = 0;

  list.hidden = true;
  box.after(list, told);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) box.setAttribute(name, value);

  /* ---------- The list ---------- */

  function option({ text, kind }, number) {
    const name = element("span", { class: "sm-suggest__name" }, ...emphasised(text, box.value));
    const what = element("span", { class: "sm-suggest__kind" }, words.kinds[kind]);
    return element(
      "li",
      { class: "sm-suggest__option", id: `suggestie-${number}`, role: "option", "aria-selected": "false" },
      name, " ", what,
    );
  }

  function show(suggestions, announcement) {
    found = suggestions;
    move(-1);
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    told.textContent = announcement;
  }

  function close() {
    clearTimeout(pause);
    running.abort();
    show([], "");
  }

  /* Which option the keys stand on; -1 is the box itself. */
  function move(number) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = number;
    const now = list.children[chosen];
    if (!now) return box.removeAttribute("aria-activedescendant");
    now.setAttribute("aria-selected", "true");
    now.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", now.id);
  }

  function follow(number) {
    const { url } = found[number];
    close();
    window.location.assign(url);
  }

  /* ---------- Asking ---------- */

  async function ask() {
    clearTimeout(pause);
    running.abort();
    const typed = box.value.trim();
    if (typed.length < FEWEST_LETTERS) return close();
    const { signal } = (running = new AbortController());
    /* Without an answer (no network, or overtaken by a newer question) it is a plain search box. */
    const suggestions = await answerTo(typed, signal).catch(() => null);
    if (signal.aborted) return;
    if (suggestions) show(suggestions, announced(suggestions.length));
    else close();
  }

  async function answerTo(typed, signal) {
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal });
    return answer.ok ? (await answer.json()).suggestions : null;
  }

  function announced(count) {
    if (!count) return words.none;
    return count === 1 ? words.one : words.many.replace("{count}", count);
  }

  /* ---------- Keys, mouse and touch ---------- */

  async function step(by) {
    if (list.hidden) await ask();
    if (!found.length) return;
    /* The box stands between the last and the first. */
    const places = found.length + 1;
    move(((chosen + 1 + by + places) % places) - 1);
  }

  const keys = {
    ArrowDown: (event) => (event.altKey ? list.hidden && ask() : step(1)),
    ArrowUp: (event) => (event.altKey ? close() : step(-1)),
    Enter: () => chosen >= 0 && follow(chosen),
    Escape: close,
  };

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) return move(-1);
    if (event.key === "Enter" ? chosen < 0 : event.key === "Escape" && list.hidden) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key](event);
  });
  box.addEventListener("input", () => {
    move(-1);
    clearTimeout(pause);
    running.abort();
    pause = setTimeout(ask, PAUSE);
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);

  /* A press in the list must not take the focus out of the box: that would close it before the click. */
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const pressed = event.target.closest("[role=option]");
    if (pressed) follow([...list.children].indexOf(pressed));
  });
  /* Not every telephone takes the focus away when somebody taps beside the list. */
  document.addEventListener("pointerdown", ({ target }) => {
    if (!list.hidden && target !== box && !list.contains(target)) close();
  });
}

const box = document.querySelector("[data-suggest]");
if (box) suggestWhileTyping(box);
