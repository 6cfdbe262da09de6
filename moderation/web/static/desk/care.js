// Masked words and blurred passages on demand, and the suggestion of a break.
// Listens on the document alone, so that it serves whatever is put into the page later on.
// Without this file a veil is a link to the page with nothing veiled, and breaks are suggested
// whenever a page is loaded.

import { isTyping, keysAreOff } from "./typing.js";

const ASK_EVERY = 60_000;

const veilOf = (event) =>
  event.target instanceof Element ? event.target.closest(".veil") : null;

const revealKey = () => {
  const { keys } = document.body.dataset;
  return keys ? JSON.parse(keys).reveal : "h";
};

// All of it, for as long as the key is held.

const revealAll = (on) => document.body.classList.toggle("revealing", on);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key.toLowerCase() !== revealKey() || keysAreOff()) return;
  revealAll(true);
});
document.addEventListener("keyup", (event) => {
  // Not only that key: with Shift let go in between, another character comes up than went down.
  if (event.key !== "Shift") revealAll(false);
});
window.addEventListener("blur", () => revealAll(false));
document.addEventListener("visibilitychange", () => revealAll(false));

// One of them, by a press on it or by Enter.

const wordsOf = (passage) => {
  const copy = passage.cloneNode(true);
  for (const masked of copy.querySelectorAll("[data-word]")) masked.textContent = masked.dataset.word;
  return copy.textContent;
};

const toggle = (veil) => {
  const shown = veil.classList.toggle("shown");
  // What is read out is the mask until it was asked for, and the words from then on.
  if (shown) {
    veil.dataset.veiled = veil.getAttribute("aria-label");
    const words = veil.dataset.word ?? wordsOf(veil);
    veil.setAttribute("aria-label", words);
    const said = document.getElementById("said");
    if (said) said.textContent = words;
  } else {
    veil.setAttribute("aria-label", veil.dataset.veiled);
  }
};

document.addEventListener("click", (event) => {
  const veil = veilOf(event);
  if (!veil || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toggle(veil);
});

// Breaks. The server reckons; the page asks now and then, for nobody loads pages any more.

const ask = async () => {
  const here = document.getElementById("rest");
  if (!here || document.visibilityState !== "visible") return;
  try {
    const reply = await fetch(here.dataset.ask, { credentials: "same-origin" });
    if (!reply.ok || reply.redirected) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const now = page.getElementById("rest");
    if (!now) return;
    tell(now.dataset.harsh);
    // One that stands there already is left alone, or it would be read out every minute.
    const [old, due] = [here.querySelector(".rest"), now.querySelector(".rest")];
    if (!due) old?.remove();
    else if (!old) here.append(document.adoptNode(due));
  } catch {
    // The network is away: the next time will do.
  }
};

const tell = (harsh) => {
  const seen = document.querySelector(".harsh-seen");
  if (!seen) return;
  seen.hidden = harsh === "0";
  seen.firstElementChild.textContent = harsh;
};

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-later]") : null;
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  button.closest(".rest").remove();
  try {
    const body = new FormData(form);
    await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  } catch {
    // It comes back with the next answer that gets through.
  }
});

setInterval(ask, ASK_EVERY);
