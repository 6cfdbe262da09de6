// The list of one's last acts: the stack that undo walks back, five of it in sight.
import { spare } from "./announce.js";

const IN_SIGHT = 5;
const KEPT = 60;

const rows = () => [...document.querySelectorAll(".recent .acts > li")];

/** The latest act that can still be taken back. */
export const latest = () => rows()[0] ?? null;

/** A new act at the top of the list; its sequence is known once the server has it. */
export const add = ({ id, excerpt }, done) => {
  const row = spare("act");
  row.dataset.item = id;
  row.querySelector("strong").textContent = done;
  row.querySelector("bdi").textContent = excerpt;
  row.querySelector("button .unseen").textContent = `: ${done} ${excerpt}`;
  for (const [part, name] of [["a", "href"], ["form", "action"]]) {
    const made = row.querySelector(part);
    made.setAttribute(name, made.getAttribute(name).replace("none", id));
  }
  arrange([row, ...rows().filter((other) => other.dataset.item !== id)].slice(0, KEPT));
  return row;
};

/** The server has it, as the event of this number. */
export const settle = (row, sequence) => {
  row.dataset.sequence = sequence;
  row.querySelector("[name=sequence]").value = sequence;
};

/** Take an act off the list. */
export const drop = (row) => arrange(rows().filter((other) => other !== row));

const arrange = (all) => {
  const section = document.querySelector(".recent");
  if (!section) return;
  const [seen, folded] = section.querySelectorAll(".acts");
  seen.replaceChildren(...all.slice(0, IN_SIGHT));
  folded.replaceChildren(...all.slice(IN_SIGHT));
  section.hidden = !all.length;
  section.querySelector(".older").hidden = all.length <= IN_SIGHT;
  const key = section.querySelector("kbd")?.textContent;
  for (const [place, row] of all.entries()) {
    const button = row.querySelector("[data-action=undo]");
    if (place) button.removeAttribute("aria-keyshortcuts");
    else button.setAttribute("aria-keyshortcuts", key);
  }
};
